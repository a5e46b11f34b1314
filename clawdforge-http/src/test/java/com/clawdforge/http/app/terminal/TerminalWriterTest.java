package com.clawdforge.http.app.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TerminalWriterTest {
  private final StringWriter screen = new StringWriter();
  private final TerminalWriter out = new TerminalWriter(new PrintWriter(screen), true, true);

  @Test
  void text_commands_no_terminal() {
    for (String hostile :
        new String[] {
          "a\u001b]52;c;aGVsbG8=\u0007", "b\u001b[2J", "c\rd\b\u007f", "e\u009b31mf", "\u0000\u000e"
        }) {
      out.print(hostile);
      out.append(hostile);
      out.printf("%s", hostile);
      out.write(hostile.toCharArray(), 0, hostile.length());
      hostile.chars().forEach(out::write);
    }

    assertEquals(
        "",
        screen
            .toString()
            .chars()
            .filter(Character::isISOControl)
            .mapToObj(Integer::toHexString)
            .reduce("", String::concat));
    assertTrue(screen.toString().startsWith("a]52;c;aGVsbG8=a]52"), screen::toString);
  }

  @Test
  void text_is_never_shown_in_another_order_nor_broken_by_invisible_characters() {
    out.print("a\u061cb\u200ec\u200fd\u202ae\u202bf\u202cg\u202dh\u202ei");
    out.print("j\u2066k\u2067l\u2068m\u2069n\u2028o\u2029p");

    assertEquals("abcdefghijklmnop", screen.toString());
  }

  @Test
  void lines_tabs_and_other_letters_stay() {
    out.println("a\tä😀👩\u200d🚀שלום\nb");

    assertEquals("a\tä😀👩\u200d🚀שלום\nb\n", screen.toString());
  }

  @Test
  void styles_are_ours_alone_and_can_be_off() {
    out.style(TerminalWriter.Style.BOLD);
    out.print("x");
    out.end(TerminalWriter.Style.BOLD);
    assertEquals("\u001b[1mx\u001b[22m", screen.toString());

    screen.getBuffer().setLength(0);
    TerminalWriter plain = new TerminalWriter(new PrintWriter(screen), false, false);
    plain.style(TerminalWriter.Style.BOLD);
    plain.eraseLine();
    assertEquals("", screen.toString());
  }

  @Test
  void a_terminal_that_is_gone_is_an_error() throws Exception {
    try (PrintWriter full = new PrintWriter(new FileWriter("/dev/full", StandardCharsets.UTF_8))) {
      TerminalWriter gone = new TerminalWriter(full, true, true);
      gone.print("x");
      assertTrue(gone.checkError());
    }
  }

  @Test
  void the_environment_turns_styles_off() {
    assertTrue(Screen.ofProcess(Map.of("TERM", "xterm")).styles());
    Screen noColour = Screen.ofProcess(Map.of("TERM", "xterm", "NO_COLOR", "1"));
    assertFalse(noColour.styles());
    assertTrue(noColour.erases());
    assertFalse(Screen.ofProcess(Map.of("TERM", "dumb")).styles());
    assertFalse(Screen.ofProcess(Map.of()).erases());
  }
}
