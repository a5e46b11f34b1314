package com.clawdforge.http.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The check rejects answers that the document does not describe. */
final class AnswerCheckTest {
  private static final String RUN =
      "{\"ok\":true,\"result\":{\"qty\":3},\"duration_ms\":2345,\"stop_reason\":\"end_turn\"}";
  private static final String CANCELLED = "{\"ok\":true,\"cancelled\":true}";

  private final Map<String, List<String>> headers = new HashMap<>();

  AnswerCheckTest() {
    headers.put("X-Request-Id", List.of("r-1"));
    headers.put("Content-Type", List.of("application/json"));
  }

  private List<String> objections(String method, String path, int status, String body) {
    return AnswerCheck.objections(
        ApiDocument.SERVED, new AnswerCheck.Answer(method, path, true, status, headers, body));
  }

  private List<String> objectionsToRun(String body) {
    headers.put("x-clawdforge-run-id", List.of("r"));
    return objections("POST", "/run", 200, body);
  }

  private static void assertOne(String about, List<String> objections) {
    assertEquals(1, objections.size(), objections.toString());
    assertTrue(objections.getFirst().contains(about), objections.toString());
  }

  @Test
  void an_answer_as_described_passes() {
    assertEquals(List.of(), objections("POST", "/runs/1/cancel", 200, CANCELLED));
    assertEquals(List.of(), objectionsToRun(RUN));
  }

  @ParameterizedTest
  @CsvSource({"GET, /runs/1, 418", "POST, /runs, 200", "GET, /nowhere, 200", "OPTIONS, /run, 200"})
  void a_status_that_is_not_described(String method, String path, int status) {
    assertOne("status " + status, objections(method, path, status, "{}"));
  }

  @Test
  void another_type_of_content() {
    headers.put("Content-Type", List.of("text/plain"));
    assertOne("text/plain", objections("POST", "/runs/1/cancel", 200, CANCELLED));
  }

  @Test
  void content_that_must_not_be_there() {
    headers.put("Allow", List.of("GET"));
    assertOne("content", objections("OPTIONS", "/runs", 204, ""));
    headers.remove("Content-Type");
    assertOne("content", objections("OPTIONS", "/runs", 204, "x"));
    assertEquals(List.of(), objections("OPTIONS", "/runs", 204, ""));
  }

  @Test
  void no_content_where_there_is_some() {
    headers.remove("Content-Type");
    assertOne("content", objections("POST", "/runs/1/cancel", 200, ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"ok\":true}",
        "{\"ok\":true,\"cancelled\":1}",
        "{\"ok\":false,\"cancelled\":true}",
        "{\"ok\":true,\"cancelled\":true,\"more\":1}",
        "{\"ok\":true,\"cancelled\":true} more",
        "[]",
      })
  void a_body_that_is_not_as_described(String body) {
    assertTrue(!objections("POST", "/runs/1/cancel", 200, body).isEmpty());
  }

  @Test
  void a_member_that_is_described_only_of_another_answer() {
    String run =
        "{\"run_id\":\"r\",\"state\":\"completed\",\"model\":\"m\",\"stop_reason\":null,"
            + "\"created_at\":1,\"started_at\":null,\"ended_at\":null,\"queue_ms\":null,"
            + "\"duration_ms\":null,\"usage\":null,\"cost_usd\":null,\"prompt_bytes\":1,"
            + "\"result_bytes\":null,\"files\":0,\"error\":null,\"request_id\":\"r\"MORE}";
    String list = "{\"ok\":true,\"runs\":[" + run + "],\"next_cursor\":null}";

    assertEquals(List.of(), objections("GET", "/runs", 200, list.replace("MORE", "")));
    assertOne("app", objections("GET", "/runs", 200, list.replace("MORE", ",\"app\":\"a\"")));
    assertEquals(
        List.of(), objections("GET", "/admin/runs", 200, list.replace("MORE", ",\"app\":\"a\"")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Retry-After", "X-Clawdforge-Run-Id", "X-Anything", "Set-Cookie"})
  void a_header_that_is_not_described(String name) {
    headers.put(name, List.of("1"));
    assertOne(name, objections("POST", "/runs/1/cancel", 200, CANCELLED));
  }

  @Test
  void a_header_that_is_missing_or_has_another_value() {
    headers.put("X-Request-Id", List.of("ä"));
    assertOne("X-Request-Id", objections("POST", "/runs/1/cancel", 200, CANCELLED));
    headers.remove("X-Request-Id");
    assertOne("X-Request-Id", objections("POST", "/runs/1/cancel", 200, CANCELLED));
  }

  @Test
  void the_code_of_another_error() {
    headers.put("Content-Type", List.of("application/problem+json"));
    String problem =
        "{\"type\":\"urn:clawdforge:error:CODE\",\"title\":\"t\",\"status\":404,\"detail\":\"d\","
            + "\"ok\":false,\"code\":\"CODE\",\"error\":\"d\",\"request_id\":\"r\"}";

    assertEquals(
        List.of(), objections("GET", "/runs/1", 404, problem.replace("CODE", "not_found")));
    assertOne("code", objections("GET", "/runs/1", 404, problem.replace("CODE", "name_taken")));
  }

  @Test
  void a_stream_as_described_passes() {
    headers.put("Content-Type", List.of("text/event-stream"));

    assertEquals(
        List.of(),
        objectionsToRun(
            "event: claude\nid: 1\ndata: {}\n\n:\n\nevent: run\ndata: " + RUN + "\n\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "event: claude\nid: 1\ndata: {}\n\n",
        "event: claude\nid: 0\ndata: {}\n\nevent: run\ndata: RUN\n\n",
        "event: claude\nid: 1\ndata: []\n\nevent: run\ndata: RUN\n\n",
        "event: claude\nid: 1\ndata: {\n\nevent: run\ndata: RUN\n\n",
        "event: claude\ndata: {}\n\nevent: run\ndata: RUN\n\n",
        "event: acp\nid: 1\ndata: {}\n\nevent: run\ndata: RUN\n\n",
        "event: run\nretry: 1\ndata: RUN\n\n",
        "event: run\ndata: {\"ok\":true}\n\n",
        "event: error\ndata: RUN\n\n",
      })
  void an_event_that_is_not_as_described(String stream) {
    headers.put("Content-Type", List.of("text/event-stream"));

    assertTrue(!objectionsToRun(stream.replace("RUN", RUN)).isEmpty());
  }
}
