package com.clawdforge.acpx.offline;

import static com.clawdforge.acpx.offline.TestedModel.assertError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Response headers of a script's choice. */
@Timeout(30)
class OfflineHeadersTest {
  @Test
  void a_usage_limit_tells_its_window_and_when_that_ends() throws Exception {
    Instant resetsAt = Instant.now().plusSeconds(4_000);
    try (TestedModel model = new TestedModel(ModelReply.usageLimit("five_hour", resetsAt))) {
      HttpResponse<String> response = model.ask("go", true);

      assertEquals(429, response.statusCode());
      assertError("rate_limit_error", "rate limit", response);
      String reset = Long.toString(resetsAt.getEpochSecond());
      assertEquals(
          Map.of(
              "status", "rejected",
              "reset", reset,
              "representative-claim", "five_hour",
              "5h-status", "rejected",
              "5h-reset", reset,
              "5h-utilization", "1.0"),
          unified(response));
      long seconds = Long.parseLong(header(response, "retry-after"));
      assertTrue(seconds > 3_900 && seconds <= 4_000, () -> seconds + " s");
    }
  }

  @Test
  void a_usage_limit_that_has_ended_may_be_tried_again_at_once() throws Exception {
    Instant resetsAt = Instant.parse("2020-01-01T00:00:00Z");
    try (TestedModel model = new TestedModel(ModelReply.usageLimit("seven_day", resetsAt))) {
      HttpResponse<String> response = model.ask("go", true);

      assertEquals("0", header(response, "retry-after"));
      assertEquals("seven_day", unified(response).get("representative-claim"));
      assertEquals("1577836800", unified(response).get("7d-reset"));
    }
  }

  @Test
  void a_window_that_the_api_does_not_know_is_refused() {
    assertThrows(
        IllegalArgumentException.class, () -> ModelReply.usageLimit("a_day", Instant.now()));
  }

  @Test
  void any_reply_may_carry_headers() throws Exception {
    Map<String, String> usage =
        UsageHeaders.of("allowed_warning", "seven_day", 0.92, Instant.ofEpochSecond(1_800_000_000));
    for (ModelReply reply :
        List.of(
            ModelReply.text("ok"),
            ModelReply.error(400, "invalid_request_error", "no"),
            ModelReply.html(502, "<p>"),
            ModelReply.errorAfter("half", "api_error", "no"),
            ModelReply.garbage())) {
      try (TestedModel model = new TestedModel(ModelReply.withHeaders(usage, reply))) {
        for (boolean streamed : List.of(true, false)) {
          assertEquals(
              Map.of(
                  "status", "allowed_warning",
                  "reset", "1800000000",
                  "representative-claim", "seven_day",
                  "7d-status", "allowed_warning",
                  "7d-reset", "1800000000",
                  "7d-utilization", "0.92",
                  "7d-surpassed-threshold", "0.92"),
              unified(model.ask("go", streamed)));
        }
      }
    }
  }

  @Test
  void a_header_of_the_script_takes_the_place_of_the_replys_own() throws Exception {
    ModelReply error =
        ModelReply.error(429, "rate_limit_error", "slow down", Map.of("Retry-After", "3"));
    ModelReply reply =
        ModelReply.withHeaders(
            Map.of("retry-after", "9"),
            ModelReply.withHeaders(
                Map.of("content-type", "text/plain", "retry-after", "6"), error));
    try (TestedModel model = new TestedModel(reply)) {
      HttpResponse<String> response = model.ask("go", true);

      assertEquals(List.of("9"), response.headers().allValues("retry-after"));
      assertEquals(List.of("text/plain"), response.headers().allValues("content-type"));
    }
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /** The headers of the usage, by what follows their common prefix. */
  private static Map<String, String> unified(HttpResponse<?> response) {
    String prefix = "anthropic-ratelimit-unified-";
    return response.headers().map().entrySet().stream()
        .filter(header -> header.getKey().startsWith(prefix))
        .collect(
            Collectors.toMap(
                header -> header.getKey().substring(prefix.length()),
                header -> header.getValue().getFirst(),
                (one, two) -> one + two,
                TreeMap::new));
  }
}
