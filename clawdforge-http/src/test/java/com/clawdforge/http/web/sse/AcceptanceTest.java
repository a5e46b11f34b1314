package com.clawdforge.http.web.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AcceptanceTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/event-stream | true",
        "Text/Event-Stream;charset=utf-8 | true",
        "text/event-stream, application/json;q=0.9 | true",
        "application/json;q=0.5, text/event-stream;q=0.8 | true",
        "text/event-stream, */*;q=0.1 | true",
        "text/event-stream;q=0.5, application/json;q=0, */* | true",
        "text/event-stream;q=nonsense | true",
        "text/event-stream, application/json | false",
        "application/json, text/event-stream | false",
        "text/event-stream, */* | false",
        "text/event-stream;q=0.5, application/*;q=0.6 | false",
        "text/event-stream;q=0 | false",
        "text/event-stream ; q=0.0 | false",
        "text/event-streams | false",
        "text/* | false",
        "*/* | false",
        "'' | false",
      })
  void a_client_gets_events_if_it_prefers_them_to_json(String accept, boolean events) {
    assertEquals(events, Acceptance.prefersEvents(List.of(accept)));
  }

  @Test
  void several_headers_are_one_list_and_none_is_json() {
    assertEquals(
        true, Acceptance.prefersEvents(List.of("application/json;q=0.1", "text/event-stream")));
    assertEquals(false, Acceptance.prefersEvents(List.of()));
  }
}
