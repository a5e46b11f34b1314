package com.clawdforge.acpx.isolation;

import com.clawdforge.acpx.process.Starter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A way to start children that can do only what rules allow. Safe for any thread. */
interface Confiner {
  /**
   * Starts children under these rules; fails if that cannot be done.
   *
   * @param connections the only ones that they may make; null for all
   */
  Starter under(List<Rule> rules, @Nullable Connections connections);

  /** What it is, in words, such as {@code Landlock (ABI 7)}. */
  String what();

  /** Whether signals to processes outside, and abstract sockets of theirs, are refused too. */
  boolean scopes();

  /** Whether connections can be limited. */
  boolean keepsNetwork();

  /** Why connections cannot be limited, as far as that is known. */
  default Optional<String> objectionToLessNetwork() {
    return Optional.empty();
  }

  /** Whether files outside cannot be emptied. */
  boolean keepsContents();
}
