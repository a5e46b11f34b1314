package com.clawdforge.acpx.isolation;

import com.clawdforge.acpx.process.Starter;
import java.util.List;

/** A way to start children that can do only what rules allow. Safe for any thread. */
interface Confiner {
  /** Starts children under these rules; fails if that cannot be done. */
  Starter under(List<Rule> rules);

  /** What it is, in words, such as {@code Landlock (ABI 7)}. */
  String what();

  /** Whether signals to processes outside, and abstract sockets of theirs, are refused too. */
  boolean scopes();

  /** Whether files outside cannot be emptied. */
  boolean keepsContents();
}
