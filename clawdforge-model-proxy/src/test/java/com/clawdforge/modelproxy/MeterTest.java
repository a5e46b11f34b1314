package com.clawdforge.modelproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.model.ModelPrices;
import com.clawdforge.core.model.ModelRequest;
import com.clawdforge.core.model.ModelTokens;
import com.clawdforge.core.model.ModelUser;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request comes to whose counts do not come. */
final class MeterTest {
  private static final ModelUser RUN = new ModelUser(ModelUser.Kind.RUN, "run-1");
  private static final String ASKS = "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":2000,";
  private static final String START =
      "data: {\"type\":\"message_start\",\"message\":{\"model\":\"claude-opus-5\","
          + "\"usage\":{\"input_tokens\":1000,\"output_tokens\":1}}}\n\n";

  private final RecordingWatch watch = new RecordingWatch();
  private final AtomicLong nanos = new AtomicLong();

  @ParameterizedTest
  @CsvSource({"4, 1000", "60, 2000"})
  void an_answer_that_was_broken_off_may_have_more_than_was_shown_as_long_as_it_took(
      int seconds, long output) {
    Meter meter = begun();
    meter.asked(bytes(ASKS));
    meter.answered(200, headers("text/event-stream", null));
    meter.passes(bytes(START));
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());

    meter.cutOff();

    ModelRequest told = watch.now();
    assertEquals(ModelTokens.of(1000, output), told.tokens());
    assertTrue(told.estimated());
  }

  @Test
  void a_request_that_was_cut_off_before_its_answer_began_may_have_one() {
    Meter meter = begun();
    meter.asked(bytes(ASKS + " ".repeat(3_000 - ASKS.length())));
    nanos.addAndGet(Duration.ofMinutes(5).toNanos());

    meter.cutOff();

    ModelRequest told = watch.now();
    assertEquals(ModelTokens.of(1000, 2000), told.tokens());
    assertEquals(ModelPrices.cost("claude-sonnet-4-5", told.tokens()), told.costUsd());
  }

  @Test
  void a_file_of_any_size_is_no_more_than_a_model_takes() {
    Meter meter = begun();
    meter.asked(bytes(ASKS));
    ByteBuffer megabyte = ByteBuffer.allocate(1 << 20);
    for (int i = 0; i < 10; i++) {
      meter.asked(megabyte);
    }

    meter.cutOff();

    assertEquals(ModelTokens.of(1_000_000, 0), watch.now().tokens());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"max_tokens\":5}",
        "{\"model\":\"claude-3-haiku\",\"model\":\"claude-opus-4\"}",
        "{\"model\":\"claude-3-haiku\",\"mod\\u0065l\":\"claude-opus-4\"}",
        "{\"model\":\"claude-3-haiku\",\"model\":\"claude-opus-4\\u0020\"}",
        "[]",
        "no json"
      })
  void whoever_does_not_say_plainly_which_model_is_asked_pays_for_the_dearest(String body) {
    Meter meter = begun();
    meter.asked(bytes(body));
    meter.asked(bytes(" ".repeat(300_000)));

    meter.cutOff();

    ModelRequest told = watch.now();
    assertEquals(ModelPrices.cost(null, told.tokens()), told.costUsd());
  }

  @Test
  void an_event_stream_that_cannot_be_read_is_counted_by_its_bytes() {
    Meter meter = begun();
    meter.asked(bytes(ASKS));
    meter.answered(200, headers("text/event-stream", "gzip"));
    meter.passes(ByteBuffer.allocate(5_000));
    meter.passes(ByteBuffer.allocate(5_000));

    meter.end(ModelRequest.Outcome.ANSWERED);

    ModelRequest told = watch.now();
    assertTrue(told.estimated());
    assertEquals(10_000, told.tokens().output());
  }

  @Test
  void what_the_provider_counts_is_not_guessed_however_long_it_took() {
    Meter meter = begun();
    meter.asked(bytes(ASKS));
    meter.answered(200, headers("application/json", null));
    nanos.addAndGet(Duration.ofMinutes(5).toNanos());
    meter.passes(bytes("{\"usage\":{\"input_tokens\":7,\"output_tokens\":3}}"));

    assertEquals(ModelTokens.of(7, 3), watch.now().tokens());
  }

  private Meter begun() {
    Meter meter = new Meter(watch, "api_key", true, nanos::get);
    meter.begin(RUN);
    return meter;
  }

  private static HttpFields headers(String type, @Nullable String encoding) {
    HttpFields.Mutable headers = HttpFields.build().put("Content-Type", type);
    return encoding == null ? headers : headers.put("Content-Encoding", encoding);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
