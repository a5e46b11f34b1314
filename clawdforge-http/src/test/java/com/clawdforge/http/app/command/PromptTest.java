package com.clawdforge.http.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.terminal.StandardInput;
import java.io.ByteArrayInputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where {@code run} and {@code session turn} take the prompt from. */
@Timeout(60)
final class PromptTest extends SessionCommandFixture {
  private static final String RUN = "POST /run";

  @BeforeEach
  void answer() {
    server.streams(TURN, end("end_turn"));
    server.streams(
        RUN,
        "event: run\ndata: {\"ok\":true,\"result\":\"hi\",\"duration_ms\":1,"
            + "\"stop_reason\":\"end_turn\"}\n\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run|FILE|Review.|Review.@the diff ✓",
        "run|PIPE|Review.|Review.@the diff ✓",
        "run|OTHER|Review.|Review.",
        "run|TERMINAL|Review.|Review.",
        "run|OTHER|Review. -|Review.@the diff ✓",
        "run|PIPE|-|the diff ✓",
        "run|PIPE||the diff ✓",
        "session turn s1|FILE|Review.|Review.@the diff ✓",
        "session turn s1|PIPE|Review.|Review.@the diff ✓",
        "session turn s1|OTHER|Review.|Review.",
        "session turn s1|TERMINAL|Review.|Review.",
        "session turn s1|OTHER|Review. -|Review.@the diff ✓",
        "session turn s1|PIPE|-|the diff ✓",
        "session turn s1|PIPE||the diff ✓",
      })
  void what_comes_through_a_pipe_or_from_a_file_is_joined_to_the_prompt(
      String command, StandardInput.Kind kind, @Nullable String words, String sent)
      throws Exception {
    input = input(kind, "the diff ✓".getBytes(StandardCharsets.UTF_8));

    assertEquals(0, prompted(command, words), err::toString);

    assertEquals(sent.replace("@", "\n\n"), prompt(command));
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "session turn s1"})
  void a_pipe_that_nobody_closes_does_not_hold_up_a_prompt(String command) throws Exception {
    try (PipedOutputStream silent = new PipedOutputStream();
        PipedInputStream pipe = new PipedInputStream(silent)) {
      input = StandardInput.of(StandardInput.Kind.PIPE, pipe, Duration.ofMillis(20));

      assertEquals(0, prompted(command, "Review."), err::toString);

      assertEquals("Review.", prompt(command));
      assertTrue(err.toString().startsWith("nothing came on standard input within"), err::toString);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "session turn s1"})
  void a_person_is_told_that_the_terminal_is_read(String command) throws Exception {
    input = input(StandardInput.Kind.TERMINAL, "typed".getBytes(StandardCharsets.UTF_8));

    assertEquals(0, prompted(command, null), err::toString);

    assertEquals("typed", prompt(command));
    assertTrue(err.toString().startsWith("reading the prompt from the terminal"), err::toString);
  }

  @Test
  void input_that_is_not_text_or_empty_is_refused_before_anything_is_sent() {
    input = input(StandardInput.Kind.PIPE, new byte[] {'a', (byte) 0xff});
    assertEquals(2, prompted("run", "Review."));

    input = input(StandardInput.Kind.OTHER, new byte[0]);
    assertEquals(2, prompted("run", null));
    assertEquals(2, prompted("run", "Review. this"));

    assertEquals(
        List.of(
            "clawdforge: standard input is not text in UTF-8; attach other content with --file",
            "clawdforge: the prompt is empty: standard input had none",
            "clawdforge: There are two prompts; put one prompt in quotes. See: clawdforge run --help"),
        err.toString().lines().toList());
    assertEquals(List.of(), server.lines());
  }

  private static StandardInput input(StandardInput.Kind kind, byte[] bytes) {
    return StandardInput.of(kind, new ByteArrayInputStream(bytes), Duration.ofSeconds(20));
  }

  private int prompted(String command, @Nullable String words) {
    List<String> all = new ArrayList<>(List.of(command.split(" ", -1)));
    if (words != null) {
      all.addAll(List.of(words.split(" ", -1)));
    }
    return clawdforge(all.toArray(String[]::new));
  }

  private String prompt(String command) throws Exception {
    return server.asked(command.equals("run") ? RUN : TURN).json().path("prompt").asText();
  }
}
