package com.clawdforge.acpx.permission;

import com.clawdforge.acpx.offline.ModelReply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * One tool call that an agent tries, the permission that it needs, and the trace that shows its
 * success. The agent's own words never count as a trace.
 *
 * @param through the name of a subagent that makes the call, or empty for the agent itself
 * @param exact whether it must succeed if it is allowed; otherwise the CLI may still refuse
 */
record Attempt(
    String name,
    Need need,
    String tool,
    Map<String, ?> input,
    Trace trace,
    String through,
    boolean exact) {

  /** What the terms must allow for the attempt to succeed. */
  enum Need {
    READ_OWN,
    READ_OPENED,
    READ_ANYWHERE,
    EDIT_OWN,
    EDIT_ANYWHERE,
    EXECUTE,
    FETCH,
    THINK,
    OTHER,
    /** Only terms with background work allow this. */
    BACKGROUND,
    /** No terms allow this. */
    NOTHING
  }

  /** What shows that an attempt succeeded. */
  sealed interface Trace {
    /** A file that did not exist before. */
    record Made(Path file) implements Trace {}

    /** A file with changed content. */
    record Changed(Path file, String before) implements Trace {}

    /** A word in the request to the model that can only come from there. */
    record Revealed(String word) implements Trace {}

    /** The CLI's result without an error, if there is no other trace. */
    record Accepted() implements Trace {}
  }

  static Attempt of(String name, Need need, String tool, Map<String, ?> input, Trace trace) {
    return new Attempt(name, need, tool, input, trace, "", true);
  }

  /** The same attempt by a subagent. */
  Attempt throughAgent(String agent) {
    return new Attempt(name + " by an agent", need, tool, input, trace, agent, false);
  }

  /** The same attempt, which may fail even if it is allowed. */
  Attempt atMost() {
    return new Attempt(name, need, tool, input, trace, through, false);
  }

  ModelReply call() {
    return ModelReply.toolUse(tool, input);
  }

  static Trace made(Path file) {
    return new Trace.Made(file);
  }

  static Trace reveals(String word) {
    return new Trace.Revealed(word);
  }

  static Trace changed(Path file) throws IOException {
    return new Trace.Changed(file, Files.readString(file));
  }
}
