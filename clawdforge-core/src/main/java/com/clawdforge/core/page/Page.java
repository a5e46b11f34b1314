package com.clawdforge.core.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list, newest first.
 *
 * @param next what to ask for next, or null when this was the last page
 */
public record Page<T>(List<T> items, @Nullable Long next) {
  public Page {
    items = List.copyOf(items);
  }
}
