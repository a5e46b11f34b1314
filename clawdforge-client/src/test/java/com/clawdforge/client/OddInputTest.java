package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Unchecked input from apps, and unexpected answers of gateways. */
@Timeout(30)
final class OddInputTest {
  private StubGateway gateway;
  private ForgeClient client;

  @BeforeEach
  void start() throws Exception {
    gateway = new StubGateway();
    client = gateway.client();
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
  }

  private String requestLine() {
    return gateway.requests().get(0).line();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", ".."})
  void an_id_that_would_lead_to_another_path_is_refused(String id) {
    try (ForgeAdmin admin = gateway.admin()) {
      for (Executable call :
          List.<Executable>of(
              () -> client.getRun(id),
              () -> client.cancelRun(id),
              () -> client.getSession(id),
              () -> client.reattach(id),
              () -> client.closeSession(id),
              () -> client.deleteFile(id),
              () -> admin.revoke(id),
              () -> admin.rotate(id))) {
        assertThrows(IllegalArgumentException.class, call);
      }
    }
    assertTrue(gateway.requests().isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "../admin/tokens, ..%2Fadmin%2Ftokens",
    "%2e%2e, %252e%252e",
    "a?b#c, a%3Fb%23c",
    "a;b\\c, a%3Bb%5Cc",
    "ü ✓, %C3%BC%20%E2%9C%93"
  })
  void an_id_stays_one_segment_of_a_path(String id, String sent) {
    gateway.answers(404, "{}");

    assertThrows(ForgeNotFoundException.class, () -> client.getRun(id));
    assertEquals("GET /runs/" + sent, requestLine());
  }

  @Test
  void line_ends_in_names_are_escaped() {
    gateway.answers(200, "{\"file_token\":\"ff_1\",\"ttl_secs\":60,\"size\":1}").answers(404, "{}");

    client.upload("a\"\r\nX-Evil: 1\n.txt", new ByteArrayInputStream(new byte[] {1}));
    assertThrows(ForgeNotFoundException.class, () -> client.getRun("a\r\nX-Evil: 1"));

    assertTrue(
        gateway.requests().get(0).text().contains("filename=\"a%22%0D%0AX-Evil: 1%0A.txt\""));
    assertEquals("GET /runs/a%0D%0AX-Evil%3A%201", gateway.requests().get(1).line());
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", " a", "a "})
  void a_key_with_outer_spaces_is_refused(String key) {
    RunRequest.Builder run = RunRequest.builder();
    assertThrows(IllegalArgumentException.class, () -> run.idempotencyKey(key));
  }

  @Test
  void a_folder_is_refused(@TempDir Path folder) {
    assertThrows(IllegalArgumentException.class, () -> client.upload(folder));
    assertTrue(gateway.requests().isEmpty());
  }

  @Test
  void a_stream_that_throws_ends_the_upload() {
    InputStream mistaken =
        new InputStream() {
          @Override
          public int read() {
            throw new IllegalStateException("never opened");
          }

          @Override
          public int read(byte[] buffer, int offset, int length) {
            return read();
          }
        };
    assertThrows(ForgeTransportException.class, () -> client.upload("a", mistaken));
  }

  @Test
  void a_list_is_no_longer_than_requested() {
    String run = "{\"run_id\":\"r\",\"state\":\"completed\",\"created_at\":1}";
    gateway.answers(200, "{\"runs\":[" + run + "," + run + "," + run + "]}");

    assertEquals(2, client.runs(2).size());
    assertEquals(List.of(), client.runs(0));
    assertEquals(1, gateway.requests().size());
  }

  @Test
  void a_page_that_leads_to_itself_fails() {
    String page = "{\"files\":[],\"next_cursor\":\"c\"}";
    gateway.answers(200, page).answers(200, page);

    assertThrows(ForgeTransportException.class, () -> client.files());
    assertEquals(2, gateway.requests().size());
  }

  @Test
  void an_empty_cursor_ends_the_list() {
    gateway.answers(200, "{\"files\":[],\"next_cursor\":\"\"}");

    assertEquals(List.of(), client.files());
    assertEquals(1, gateway.requests().size());
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void a_number_that_does_not_fit_is_a_transport_failure(String answer) {
    gateway.answers(200, answer);

    assertThrows(
        ForgeTransportException.class, () -> client.reattach("s").start(TurnRequest.of("p")));
  }

  static Stream<String> unusable() {
    return Stream.of("3000000000", "-3000000000", "18446744073709551617", "1.5", "\"1\"", "null")
        .map(number -> "{\"turn_index\":" + number + "}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-5", "1.5", "9999999999", "soon", "", "Fri, 99 Foo 2100 00:00:00 GMT"})
  void an_invalid_retry_time_is_ignored(String retryAfter) {
    gateway.answers(503, "{}", "Retry-After", retryAfter);

    ForgeApiException refused = assertThrows(ForgeApiException.class, () -> client.run("p"));

    assertNull(refused.retryAfter());
    assertEquals(1, gateway.requests().size());
  }

  @Test
  void a_retry_time_in_the_past_means_now() {
    gateway
        .answers(503, "{}", "Retry-After", "Fri, 01 Jan 2010 00:00:00 GMT")
        .answers(200, "{\"result\":1,\"duration_ms\":1}");

    assertEquals(1, client.run("p").json().intValue());
    assertEquals(List.of(Duration.ZERO), gateway.pauses());
  }

  @Test
  void a_token_that_an_error_quotes_is_masked() {
    gateway
        .answers(500, "<pre>Authorization: Bearer " + StubGateway.TOKEN + "</pre>")
        .answers(422, "{\"detail\":\"bad header Bearer " + StubGateway.TOKEN + "\"}");

    for (int i = 0; i < 2; i++) {
      ForgeApiException e = assertThrows(ForgeApiException.class, () -> client.run("p"));
      assertFalse(e.toString().contains(StubGateway.TOKEN), e::toString);
      assertFalse(e.detail().contains(StubGateway.TOKEN));
    }
  }

  @Test
  void the_steps_of_a_plan_are_not_printed() {
    assertFalse(new TurnEvent.Plan.Entry("secret", null, null).toString().contains("secret"));
  }

  @Test
  void an_html_page_instead_of_a_stream_is_a_transport_failure() {
    gateway.answers(200, "<html>Log in</html>", "Content-Type", "text/html");

    assertInstanceOf(
        ForgeTransportException.class,
        assertThrows(ForgeException.class, () -> client.stream(RunRequest.of("p"))));
  }
}
