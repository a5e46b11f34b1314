package com.clawdforge.http.app.terminal;

import com.clawdforge.client.TurnEvent;
import com.clawdforge.client.TurnResult;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Prints a turn: the agent's text to standard output, everything else to standard error. */
public final class TurnPrinter {
  // The model writes titles: control characters in them must not move the cursor.
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");
  private static final int WIDEST = 120;

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean dim;
  private final Map<String, Call> calls = new HashMap<>();
  private final Set<String> shown = new HashSet<>();
  private final Set<String> failures = new HashSet<>();
  private boolean midLine;

  public TurnPrinter(CommandLine commandLine) {
    this(commandLine.getOut(), commandLine.getErr(), Ansi.AUTO.enabled());
  }

  TurnPrinter(PrintWriter out, PrintWriter err, boolean dim) {
    this.out = out;
    this.err = err;
    this.dim = dim;
  }

  /** Prints what an event adds. */
  public void print(TurnEvent event) {
    switch (event) {
      case TurnEvent.Text text -> {
        out.print(text.text());
        out.flush();
        midLine = text.text().isEmpty() ? midLine : !text.text().endsWith("\n");
      }
      case TurnEvent.Notice notice -> note(printable(notice.text()));
      case TurnEvent.Retry retry ->
          note("the model's provider is asked again" + because(retry.status()));
      case TurnEvent.ToolCall call -> print(call.id(), call.status(), call(call));
      case TurnEvent.ToolUpdate update -> print(update.id(), update.status(), call(update));
      case TurnEvent.Thought thought -> {}
      case TurnEvent.Plan plan -> {}
      case TurnEvent.Usage usage -> {}
      case TurnEvent.Permission permission -> {}
      case TurnEvent.Other other -> {}
    }
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
    if (first || firstFailure) {
      String kind = known.kind.isEmpty() ? "tool" : known.kind;
      note("[" + kind + (failed ? " failed] " : "] ") + known.title);
    }
  }

  private void note(String line) {
    endLine();
    err.println(dim ? "\u001b[2m" + line + "\u001b[22m" : line);
    err.flush();
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
    err.printf(
        "turn %d: %s, %d ms%n",
        result.turnIndex(), result.stopReason(), result.duration().toMillis());
    err.flush();
  }

  /** Ends the current line, if there is one. */
  public void endLine() {
    if (midLine) {
      out.println();
      out.flush();
      midLine = false;
    }
  }
}
