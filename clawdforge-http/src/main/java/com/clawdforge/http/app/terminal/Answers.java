package com.clawdforge.http.app.terminal;

import java.io.PrintWriter;

/** Prints the text of an agent. */
public final class Answers {
  private Answers() {}

  /**
   * Prints a whole text and ends its line.
   *
   * @param out if it is a terminal, Markdown is shown readably
   * @param raw shows it as the agent wrote it, on a terminal too
   */
  public static void print(String text, PrintWriter out, boolean raw) {
    if (!raw && out instanceof TerminalWriter terminal) {
      Markdown.print(text, terminal);
    } else {
      out.println(text);
    }
  }
}
