package com.clawdforge.acpx.permission;

import com.clawdforge.acpx.offline.ModelReply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * One thing that an agent tries: a call of a tool, what it would have to be allowed for it, and how
 * one sees that it happened, which is never by what the agent says of it.
 *
 * @param through the name of an agent that the agent starts for it, or empty for itself
 * @param exact whether it must also happen where it is allowed; else the CLI may have scruples of
 *     its own
 */
record Attempt(
    String name,
    Need need,
    String tool,
    Map<String, ?> input,
    Trace trace,
    String through,
    boolean exact) {

  /** What terms have to give for it to be right that it happens. */
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
    /** No terms without background work give this. */
    BACKGROUND,
    /** No terms at all give this. */
    NOTHING
  }

  /** How it is seen that it happened. */
  sealed interface Trace {
    /** There is something at this place that was not there. */
    record Made(Path file) implements Trace {}

    /** A file has other content. */
    record Changed(Path file, String before) implements Trace {}

    /** The model was told a word that it can only have from there. */
    record Told(String word) implements Trace {}

    /** The CLI answered the call without an error, where there is nothing else to see. */
    record Accepted() implements Trace {}
  }

  static Attempt of(String name, Need need, String tool, Map<String, ?> input, Trace trace) {
    return new Attempt(name, need, tool, input, trace, "", true);
  }

  /** The same by an agent that the agent starts. */
  Attempt throughAgent(String agent) {
    return new Attempt(name + " by an agent", need, tool, input, trace, agent, false);
  }

  /** The same, where it need not happen. */
  Attempt atMost() {
    return new Attempt(name, need, tool, input, trace, through, false);
  }

  ModelReply call() {
    return ModelReply.toolUse(tool, input);
  }

  static Trace made(Path file) {
    return new Trace.Made(file);
  }

  static Trace told(String word) {
    return new Trace.Told(word);
  }

  static Trace changed(Path file) throws IOException {
    return new Trace.Changed(file, Files.readString(file));
  }
}
