package com.clawdforge.core.page;

import org.jspecify.annotations.Nullable;

/**
 * Which part of a list to return.
 *
 * @param limit the most items on the page, at least 1
 * @param after the {@link Page#next()} of the page before, or null for the first page; stores
 *     number their rows in order of creation, and a page holds the rows below this number
 */
public record PageRequest(int limit, @Nullable Long after) {
  public PageRequest {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, was " + limit);
    }
  }

  public static PageRequest first(int limit) {
    return new PageRequest(limit, null);
  }

  /** Everything on one page. */
  public static PageRequest all() {
    return new PageRequest(Integer.MAX_VALUE, null);
  }
}
