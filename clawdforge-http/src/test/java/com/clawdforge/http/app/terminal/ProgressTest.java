package com.clawdforge.http.app.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.Installation;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ProgressTest {
  private static final Duration SOON = Duration.ofMillis(1);

  private final StringWriter screen = new StringWriter();

  private void await(String text) throws Exception {
    Installation.await(text, () -> screen.toString().contains(text));
  }

  @Test
  void the_line_has_the_seconds_and_what_is_done_and_goes_away() throws Exception {
    try (Progress progress =
        Progress.on(new TerminalWriter(new PrintWriter(screen), true, true), SOON)) {
      progress.state(() -> "waiting for a place");
      await("\r\u001b[K\u001b[2m0 s  waiting for a place\u001b[22m");
      progress.state("Bash\u001b]0;title\u0007");
      await("0 s  Bash]0;title\u001b[22m");
    }
    assertTrue(screen.toString().endsWith("\r\u001b[K"), screen::toString);
  }

  @Test
  void nothing_is_drawn_while_other_output_is_on_the_line() throws Exception {
    try (Progress progress =
        Progress.on(new TerminalWriter(new PrintWriter(screen), false, true), SOON)) {
      progress.state("working");
      await("working");
      progress.hide();
      String before = screen.toString();
      assertTrue(before.endsWith("\r\u001b[K"), before);
      progress.state("elsewhere");
      progress.show();
      await("elsewhere");
      assertEquals(before, screen.toString().substring(0, before.length()));
    }
  }

  @Test
  void a_pipe_and_a_terminal_that_cannot_erase_get_none() {
    for (PrintWriter err :
        new PrintWriter[] {
          new PrintWriter(screen), new TerminalWriter(new PrintWriter(screen), false, false)
        }) {
      try (Progress progress = Progress.on(err, SOON)) {
        progress.state("working");
        assertTrue(
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(t -> t.getName().equals("progress")));
      }
    }
    assertEquals("", screen.toString());
  }
}
