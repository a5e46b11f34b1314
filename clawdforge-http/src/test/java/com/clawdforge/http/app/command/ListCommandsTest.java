package com.clawdforge.http.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.Cli;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands {@code runs}, {@code sessions}, {@code files} and {@code usage}. */
@Timeout(60)
final class ListCommandsTest extends SessionCommandFixture {
  private static final String RUN =
      "{\"run_id\":\"r1\",\"state\":\"failed\",\"model\":\"m\",\"stop_reason\":null,"
          + "\"created_at\":1795238000,\"started_at\":\"2026-11-21T05:12:44.120Z\","
          + "\"ended_at\":\"2026-11-21T05:12:45.120Z\",\"queue_ms\":3,\"duration_ms\":1000,"
          + "\"usage\":{\"input_tokens\":12,\"output_tokens\":7,\"cache_read_input_tokens\":0,"
          + "\"cache_creation_input_tokens\":0},\"cost_usd\":0.25,"
          + "\"error\":{\"code\":\"agent_failed\",\"detail\":\"it broke\"},\"result\":\"hello\"}";

  @TempDir private Path folder;

  @Test
  void runs_are_listed_shown_and_cancelled() throws Exception {
    server
        .on("GET /runs?limit=20", 200, "{\"runs\":[" + RUN + "],\"next_cursor\":null}")
        .on("GET /runs/r1", 200, RUN)
        .on("POST /runs/r1/cancel", 200, "{\"ok\":true,\"cancelled\":true}");

    assertEquals(
        List.of("r1 failed      created 2026-11-21T05:13:20Z, m, 1000 ms, $0.25"),
        lines("runs list"));
    List<String> shown = lines("runs show r1");
    assertTrue(shown.contains("error        it broke (agent_failed)"), shown::toString);
    assertEquals("hello", shown.getLast());
    assertEquals(List.of("the run is cancelled"), lines("runs cancel r1"));

    JsonNode json = json("runs show r1");
    assertEquals(json, json("runs list"));
    for (String name : List.of("run_id", "state", "queue_ms", "usage", "cost_usd", "result")) {
      assertEquals(new JsonMapper().readTree(RUN).get(name), json.get(name), name);
    }
    assertTrue(json("runs cancel r1").path("cancelled").asBoolean());
  }

  @Test
  void sessions_are_listed_as_by_session_list() throws Exception {
    server.on(
        "GET /sessions?include_closed=false&limit=200",
        200,
        "{\"sessions\":[" + SESSION + "],\"next_cursor\":null}");

    assertEquals(lines("session list"), lines("sessions"));
    assertEquals(new JsonMapper().readTree(SESSION), json("sessions"));
  }

  @Test
  void files_are_uploaded_listed_and_deleted() throws Exception {
    Path file = Files.writeString(folder.resolve("a.txt"), "a");
    server
        .on("POST /files", 200, "{\"file_token\":\"ff_1\",\"ttl_secs\":3600,\"size\":1}")
        .on(
            "GET /files?limit=200",
            200,
            "{\"files\":[{\"file_token\":\"ff_1\",\"name\":\"a.txt\",\"size\":1,"
                + "\"created_at\":1795238000,\"expires_at\":1795241600}],\"next_cursor\":null}")
        .on("DELETE /files/ff_1", 200, "{\"ok\":true}");

    assertEquals(List.of("ff_1"), lines("files upload " + file));
    assertEquals(
        List.of("ff_1          1 bytes, until 2026-11-21T06:13:20Z, a.txt"), lines("files list"));
    assertEquals(List.of("ff_1 is deleted"), lines("files delete ff_1"));
    assertEquals("a.txt", json("files list").path("name").asText());
    assertEquals(3600, json("files upload " + file).path("ttl_secs").asInt());
  }

  private static final String USAGE =
      "{\"ok\":true,\"name\":\"cauldron\",\"limits\":{\"max_concurrent\":2,"
          + "\"requests_per_minute\":60,\"daily_budget_usd\":2.5},\"use\":{\"running\":1,"
          + "\"waiting\":3,\"waiting_prompt_bytes\":99,\"open_sessions\":4,\"storage_bytes\":5,"
          + "\"spent_today_usd\":0.25,\"spent_this_month_usd\":4.75,\"reserved_usd\":1},"
          + "\"day_ends\":\"2026-11-22T00:00:00Z\",\"month_ends\":\"2026-12-01T00:00:00Z\"}";

  @Test
  void a_token_sees_its_use_its_limits_and_what_is_left() throws Exception {
    server.on("GET /usage", 200, USAGE);

    assertEquals(
        List.of(
            "cauldron                       used          limit           left",
            "runs and turns                    1              2              1"
                + "  and 3 wait, with prompts of 99 bytes",
            "open sessions                     4              -              -",
            "requests a minute                 -             60              -",
            "bytes of uploads                  5              -              -",
            "USD today                      0.25            2.5           1.25"
                + "  until 2026-11-22T00:00:00Z",
            "USD this month                 4.75              -              -"
                + "  until 2026-12-01T00:00:00Z",
            "USD reserved                      1              -              -"
                + "  by work that is not over"),
        lines("usage"));
  }

  @Test
  void the_use_of_a_token_is_json_with_the_names_of_the_api() throws Exception {
    server.on("GET /usage", 200, USAGE);
    JsonNode answer = new JsonMapper().readTree(USAGE);

    JsonNode json = json("usage");

    for (String name : List.of("name", "use", "day_ends", "month_ends")) {
      assertEquals(answer.get(name), json.get(name), name);
    }
    for (Map.Entry<String, JsonNode> limit : answer.get("limits").properties()) {
      assertEquals(limit.getValue(), json.path("limits").get(limit.getKey()), limit.getKey());
    }
    assertTrue(json.at("/limits/max_sessions").isNull());
  }

  @Test
  void usage_is_shown_to_the_administrator() throws Exception {
    Path secret = Files.writeString(folder.resolve("admin"), "the-admin-secret");
    server.on(
        "GET /admin/usage?group_by=model",
        200,
        "{\"usage\":[{\"model\":\"m\",\"runs\":2,\"turns\":3,\"input_tokens\":4,"
            + "\"output_tokens\":5,\"cost_usd\":0.5}]}");
    String usage = "usage --by model --token-file " + secret;

    String line = lines(usage).getFirst();
    assertTrue(line.startsWith("m ") && line.endsWith("5 out, $0.5"), line);
    assertEquals(4, json(usage).path("input_tokens").asInt());
  }

  @Test
  void an_answer_is_json_on_request_with_the_id_of_its_run() throws Exception {
    server.streams(
        "POST /run",
        "event: run\ndata: {\"ok\":true,\"result\":{\"qty\":2},\"duration_ms\":1,"
            + "\"stop_reason\":\"end_turn\"}\n\n");

    JsonNode answer = json("run hi");

    assertEquals(2, answer.at("/result/qty").asInt());
    assertEquals("end_turn", answer.path("stop_reason").asText());
    assertTrue(answer.has("run_id"), answer::toString);
  }

  private List<String> lines(String command) {
    out.getBuffer().setLength(0);
    assertEquals(0, clawdforge(command.split(" ", -1)), err::toString);
    return out.toString().lines().toList();
  }

  private JsonNode json(String command) throws Exception {
    String[] words = command.split(" ", -1);
    String[] all = Arrays.copyOf(words, words.length + 1);
    all[words.length] = "--json";
    out.getBuffer().setLength(0);
    assertEquals(0, clawdforge(all), err::toString);
    return Cli.json(out.toString());
  }
}
