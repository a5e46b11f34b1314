package com.clawdforge.http.app.terminal;

import com.clawdforge.client.Session;
import com.clawdforge.client.TurnEvent;
import com.clawdforge.client.TurnResult;
import com.clawdforge.client.WorkState;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Prints a turn: the agent's text to standard output, everything else to standard error. */
public final class TurnPrinter {
  // The model writes titles: control characters in them, and Unicode's line ends, must not move the
  // cursor.
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\u2028\\u2029]+");
  private static final int WIDEST = 120;

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean raw;
  private final Progress progress;
  private final AnswerBlocks blocks = new AnswerBlocks();
  private final Map<String, Call> calls = new HashMap<>();
  private final Set<String> shown = new HashSet<>();
  private final Set<String> failures = new HashSet<>();
  private boolean midLine;
  private boolean betweenBlocks;

  /** Prints where a command prints. */
  public TurnPrinter(CommandLine commandLine, boolean raw, Progress progress) {
    this(commandLine.getOut(), commandLine.getErr(), raw, progress);
  }

  /**
   * @param out if it is a terminal, Markdown is shown readably, block after block
   * @param raw shows it as the agent wrote it, on a terminal too
   * @param progress says what the agent does, and makes room
   */
  public TurnPrinter(PrintWriter out, PrintWriter err, boolean raw, Progress progress) {
    this.out = out;
    this.err = err;
    this.raw = raw;
    this.progress = progress;
  }

  /** Prints what an event adds. */
  public void print(TurnEvent event) {
    switch (event) {
      case TurnEvent.Text text -> {
        progress.state("writing");
        print(text.text());
      }
      case TurnEvent.Notice notice -> note(printable(notice.text()));
      case TurnEvent.Retry retry ->
          note("the model's provider is asked again" + because(retry.status()));
      case TurnEvent.ToolCall call -> print(call.id(), call.status(), call(call));
      case TurnEvent.ToolUpdate update -> print(update.id(), update.status(), call(update));
      case TurnEvent.Thought thought -> progress.state("thinking");
      case TurnEvent.Plan plan -> {}
      case TurnEvent.Usage usage -> {}
      case TurnEvent.Permission permission -> {}
      case TurnEvent.Other other -> {}
    }
  }

  private void print(String text) {
    if (!raw && out instanceof TerminalWriter terminal) {
      print(blocks.add(text), terminal);
      return;
    }
    progress.hide();
    out.print(text);
    out.flush();
    midLine = text.isEmpty() ? midLine : !text.endsWith("\n");
    if (!midLine) {
      progress.show();
    }
  }

  private void print(String block, TerminalWriter terminal) {
    if (block.isBlank()) {
      return;
    }
    progress.hide();
    if (betweenBlocks) {
      terminal.println();
    }
    Markdown.print(block, terminal);
    betweenBlocks = true;
    progress.show();
  }

  /** What the latest turn of a session does before its first event; blocks. */
  public static String state(Session session) {
    return session.turns(1).getFirst().state() == WorkState.QUEUED
        ? "waiting for a place"
        : "working";
  }

  // The title of a pending call is a placeholder. So a call is printed at its next update, and
  // again
  // if it fails.
  private void print(String id, @Nullable String status, Call update) {
    boolean isNew = !calls.containsKey(id);
    Call known = calls.merge(id, update, Call::with);
    boolean failed = "failed".equals(status);
    boolean pending = isNew && "pending".equals(status);
    boolean first = !pending && shown.add(id);
    boolean firstFailure = failed && failures.add(id);
    progress.state("completed".equals(status) || failed ? "working" : known.words());
    if (first || firstFailure) {
      note("[" + known.shownKind() + (failed ? " failed] " : "] ") + known.title);
    }
  }

  private void note(String line) {
    endLine();
    progress.hide();
    if (err instanceof TerminalWriter terminal) {
      terminal.style(TerminalWriter.Style.DIM);
      terminal.print(line);
      terminal.end(TerminalWriter.Style.DIM);
      terminal.println();
    } else {
      err.println(line);
    }
    err.flush();
    progress.show();
  }

  private static String because(@Nullable Integer status) {
    return status == null ? "" : ": it answered " + status;
  }

  private static Call call(TurnEvent.ToolCall call) {
    return new Call(printable(call.kind()), printable(call.title()));
  }

  private static Call call(TurnEvent.ToolUpdate update) {
    return new Call(printable(update.kind()), printable(update.title()));
  }

  /** What is known of a tool call. */
  private record Call(String kind, String title) {
    String shownKind() {
      return kind.isEmpty() ? "tool" : kind;
    }

    String words() {
      return shownKind() + (title.isEmpty() ? "" : ": " + title);
    }

    Call with(Call later) {
      return new Call(
          later.kind.isEmpty() ? kind : later.kind, later.title.isEmpty() ? title : later.title);
    }
  }

  private static String printable(@Nullable String words) {
    String line = CONTROL.matcher(words == null ? "" : words).replaceAll(" ").strip();
    return line.length() <= WIDEST ? line : line.substring(0, WIDEST) + "…";
  }

  /** Prints how the turn ended. */
  public void end(TurnResult result) {
    endLine();
    progress.hide();
    err.printf(
        "turn %d: %s, %d ms%n",
        result.turnIndex(), result.stopReason(), result.duration().toMillis());
    err.flush();
  }

  /** Ends the current line, if there is one. */
  public void endLine() {
    if (!raw && out instanceof TerminalWriter terminal) {
      print(blocks.rest(), terminal);
    }
    betweenBlocks = false;
    if (midLine) {
      out.println();
      out.flush();
      midLine = false;
      progress.show();
    }
  }
}
