package com.clawdforge.http.app.terminal;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;

/**
 * Writes on a terminal. Agents, and whoever writes what agents read, must not command it: of what
 * is printed, all control characters but line ends and tabs are left out, and with them what shows
 * text in another order than it has. The methods of this class are the only way to an escape
 * sequence.
 */
public final class TerminalWriter extends PrintWriter {
  private final PrintWriter terminal;
  private final boolean styles;
  private final boolean erases;

  /**
   * @param styles whether {@link #style} does anything
   * @param erases whether {@link #eraseLine} does anything
   */
  public TerminalWriter(PrintWriter terminal, boolean styles, boolean erases) {
    super(new Filter(terminal), true);
    this.terminal = terminal;
    this.styles = styles;
    this.erases = erases;
  }

  /** How text looks from here on. */
  public enum Style {
    BOLD(1, 22),
    DIM(2, 22),
    ITALIC(3, 23),
    CODE(36, 39);

    private final int on;
    private final int off;

    Style(int on, int off) {
      this.on = on;
      this.off = off;
    }
  }

  /** Begins a style. */
  public void style(Style style) {
    select(style.on);
  }

  /** Ends a style; bold and dim end together. */
  public void end(Style style) {
    select(style.off);
  }

  private void select(int rendition) {
    if (styles) {
      terminal.write("\u001b[" + rendition + "m");
    }
  }

  /** Whether a line can be erased. */
  boolean erases() {
    return erases;
  }

  /** Erases the current line, and goes to its beginning. */
  void eraseLine() {
    if (erases) {
      terminal.write("\r\u001b[K");
    }
  }

  /** Leaves out control characters. */
  private static final class Filter extends FilterWriter {
    private final PrintWriter terminal;

    Filter(PrintWriter terminal) {
      super(terminal);
      this.terminal = terminal;
    }

    @Override
    public void write(int c) throws IOException {
      if (c == '\n' || c == '\t' || !(Character.isISOControl(c) || reorders(c))) {
        out.write(c);
      }
    }

    // The marks, embeddings, overrides and isolates of bidirectional text, and the line ends of
    // Unicode, which are invisible. Letters that are written from right to left stay.
    private static boolean reorders(int c) {
      return c == 0x061C
          || c == 0x200E
          || c == 0x200F
          || (c >= 0x2028 && c <= 0x202E)
          || (c >= 0x2066 && c <= 0x2069);
    }

    @Override
    public void write(char[] text, int from, int length) throws IOException {
      for (int i = from; i < from + length; i++) {
        write(text[i]);
      }
    }

    @Override
    public void write(String text, int from, int length) throws IOException {
      write(text.toCharArray(), from, length);
    }

    // A PrintWriter keeps its errors to itself.
    @Override
    public void flush() throws IOException {
      if (terminal.checkError()) {
        throw new IOException("the terminal is gone");
      }
    }
  }
}
