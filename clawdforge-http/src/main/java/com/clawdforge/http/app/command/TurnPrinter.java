package com.clawdforge.http.app.command;

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

/** Shows a turn to a person: what the agent says on standard output, all else beside it. */
final class TurnPrinter {
  // A title is made by the model: it must not move the cursor.
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");
  private static final int WIDEST = 120;

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean dim;
  private final Map<String, Told> calls = new HashMap<>();
  private final Set<String> shown = new HashSet<>();
  private final Set<String> failures = new HashSet<>();
  private boolean midLine;

  TurnPrinter(CommandLine commandLine) {
    this(commandLine.getOut(), commandLine.getErr(), Ansi.AUTO.enabled());
  }

  TurnPrinter(PrintWriter out, PrintWriter err, boolean dim) {
    this.out = out;
    this.err = err;
    this.dim = dim;
  }

  void print(TurnEvent event) {
    switch (event) {
      case TurnEvent.Text text -> {
        out.print(text.text());
        out.flush();
        midLine = text.text().isEmpty() ? midLine : !text.text().endsWith("\n");
      }
      case TurnEvent.ToolCall call -> print(call.id(), call.status(), told(call));
      case TurnEvent.ToolUpdate news -> print(news.id(), news.status(), told(news));
      case TurnEvent.Thought thought -> {}
      case TurnEvent.Plan plan -> {}
      case TurnEvent.Usage usage -> {}
      case TurnEvent.Permission permission -> {}
      case TurnEvent.Other other -> {}
    }
  }

  // A call that is pending is still being written, its title a placeholder: it is told with the
  // next news of it, and again if it failed.
  private void print(String id, @Nullable String status, Told news) {
    boolean isNew = !calls.containsKey(id);
    Told told = calls.merge(id, news, Told::with);
    boolean failed = "failed".equals(status);
    boolean pending = isNew && "pending".equals(status);
    boolean first = !pending && shown.add(id);
    boolean firstFailure = failed && failures.add(id);
    if (first || firstFailure) {
      endLine();
      String line =
          "["
              + (told.kind.isEmpty() ? "tool" : told.kind)
              + (failed ? " failed] " : "] ")
              + told.title;
      err.println(dim ? "\u001b[2m" + line + "\u001b[22m" : line);
      err.flush();
    }
  }

  private static Told told(TurnEvent.ToolCall call) {
    return new Told(shownAs(call.kind()), shownAs(call.title()));
  }

  private static Told told(TurnEvent.ToolUpdate news) {
    return new Told(shownAs(news.kind()), shownAs(news.title()));
  }

  /** What was told of a call up to now. */
  private record Told(String kind, String title) {
    Told with(Told later) {
      return new Told(
          later.kind.isEmpty() ? kind : later.kind, later.title.isEmpty() ? title : later.title);
    }
  }

  private static String shownAs(@Nullable String words) {
    String line = CONTROL.matcher(words == null ? "" : words).replaceAll(" ").strip();
    return line.length() <= WIDEST ? line : line.substring(0, WIDEST) + "…";
  }

  /** Says how the turn ended. */
  void end(TurnResult result) {
    endLine();
    err.printf(
        "turn %d: %s, %d ms%n",
        result.turnIndex(), result.stopReason(), result.duration().toMillis());
    err.flush();
  }

  /** What comes next begins a line. */
  void endLine() {
    if (midLine) {
      out.println();
      out.flush();
      midLine = false;
    }
  }
}
