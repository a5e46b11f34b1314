package com.clawdforge.http.app;

import com.clawdforge.client.TurnEvent;
import com.clawdforge.client.TurnResult;
import java.io.PrintWriter;
import java.util.HashSet;
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
  private final Set<String> shown = new HashSet<>();
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
      case TurnEvent.ToolCall call -> print(call);
      case TurnEvent.Other other -> {}
    }
  }

  // Once when the agent asks for it, as far as it is known then, and again if it failed.
  private void print(TurnEvent.ToolCall call) {
    boolean failed = "failed".equals(call.status());
    if (call.title() == null && !failed) {
      return;
    }
    String line =
        "["
            + shownAs(call.kind(), "tool")
            + (failed ? " failed] " : "] ")
            + shownAs(call.title(), call.id());
    if (shown.add(call.id() + " " + line)) {
      endLine();
      err.println(dim ? "\u001b[2m" + line + "\u001b[22m" : line);
      err.flush();
    }
  }

  private static String shownAs(@Nullable String words, String otherwise) {
    String line = CONTROL.matcher(words == null ? otherwise : words).replaceAll(" ").strip();
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
