package com.clawdforge.core.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.clawdforge.core.agent.AgentDetails;
import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.ProviderRetry;
import com.clawdforge.core.agent.RetryAdvice;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelTextTest {
  private static final String CUT = "cut \ud83d off";
  private static final String REPAIRED = "cut \ufffd off";

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "{\"a\":\"\\ud83d\"}, {\"a\":\"\\ufffd\"}",
        "\\uD83D, \\ufffd",
        "\\ude00, \\ufffd",
        "\\ude00\\ud83d, \\ufffd\\ufffd",
        "\\ud83d\\ud83d\\ude00, \\ufffd\\ud83d\\ude00",
        "\\ud83d\\ude00\\ude00, \\ud83d\\ude00\\ufffd",
        "\\ud83dx\\ude00, \\ufffdx\\ufffd",
        "\\ud83d\\\\ude00, \\ufffd\\\\ude00",
        "\\\\\\ud83d, \\\\\\ufffd",
        "\\ud83d\\u00e9, \\ufffd\\u00e9",
        "\\ud83d\\ude0, \\ufffd\\ude0",
      })
  void the_escape_of_half_a_pair_is_replaced(String json, String repaired) {
    assertEquals(repaired, new AgentEvent(bytes(json)).toString());
    assertEquals(repaired, ModelText.json(json));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"text\":\"gr\u00fc\u00dfe \ud83d\ude00\"}",
        "{\"text\":\"\\ud83d\\ude00\"}",
        "{\"text\":\"\\uD83D\\uDE00\"}",
        "{\"text\":\"\\\\ud83d\"}",
        "{\"text\":\"\\n\\u00e9\\ud7ff\\ue000\"}",
        "\\",
        "\\u",
        "\\ud83",
        "\\ud83g",
      })
  void a_line_without_half_a_pair_is_not_even_copied(String json) {
    byte[] line = bytes(json);

    assertSame(line, new AgentEvent(line).json());
    assertSame(json, ModelText.json(json));
    assertSame(json, ModelText.plain(json));
  }

  @Test
  void the_array_of_the_agent_is_left_as_it_is() {
    byte[] line = bytes("\\ud83d");

    new AgentEvent(line);

    assertArrayEquals(bytes("\\ud83d"), line);
  }

  @Test
  void halves_in_a_text_are_replaced() {
    assertEquals("\ufffda\ufffd", ModelText.plain("\ude00a\ud83d"));
    assertEquals("\ufffd\ud83d\ude00", ModelText.plain("\ud83d\ud83d\ude00"));
    assertEquals("\ufffd" + "\\ufffd", ModelText.json("\ud83d" + "\\ude00"), "one of each kind");
  }

  @Test
  void an_escape_in_a_text_that_is_not_json_is_text() {
    assertSame("\\ud83d", ModelText.plain("\\ud83d"));
  }

  @Test
  void every_text_of_an_outcome_is_repaired() {
    AgentReport report =
        new AgentReport(
            CUT,
            CUT,
            null,
            null,
            new AgentDetails(
                List.of(new ProviderRetry(0, CUT, Duration.ZERO)),
                List.of(CUT),
                List.of(),
                CUT,
                List.of(),
                null));
    AgentReport repaired =
        new AgentReport(
            REPAIRED,
            REPAIRED,
            null,
            null,
            new AgentDetails(
                List.of(new ProviderRetry(0, REPAIRED, Duration.ZERO)),
                List.of(REPAIRED),
                List.of(),
                REPAIRED,
                List.of(),
                null));

    assertEquals(REPAIRED, report.model());
    assertEquals(REPAIRED, report.details().terminalReason());
    assertEquals(
        new AgentOutcome.Completed(REPAIRED, "\"\\ufffd\"", repaired),
        new AgentOutcome.Completed(CUT, "\"\\ud83d\"", report));
    assertEquals(REPAIRED, new AgentOutcome.Completed(CUT, null, report).text());
    AgentOutcome.Failed failed =
        new AgentOutcome.Failed(
            AgentFailure.FAILED, CUT, CUT, report, new RetryAdvice(null, CUT, false));
    assertEquals(REPAIRED, failed.message());
    assertEquals(REPAIRED, failed.stderrTail());
    assertEquals(REPAIRED, failed.retry().limit());
    assertEquals(REPAIRED, new AgentOutcome.TimedOut(CUT, report).stderrTail());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
