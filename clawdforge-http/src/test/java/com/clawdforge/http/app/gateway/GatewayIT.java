package com.clawdforge.http.app.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.http.kit.Api;
import com.clawdforge.http.kit.GatewayFixture;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What apps get from the whole gateway with the real claude when work succeeds. */
@Tag("agent")
@Timeout(120)
class GatewayIT {
  /** Characters; claude's own prompt has several thousand. */
  private static final int STOCK_PROMPT = 2000;

  private static final byte[] PNG =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
  private static final byte[] PDF =
      "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
          .getBytes(StandardCharsets.US_ASCII);

  @TempDir Path temp;

  static Stream<Arguments> answers() {
    return Stream.of(
        Arguments.of("{\"qty\": 2, \"unit\": \"g\"}", "{\"qty\": 2, \"unit\": \"g\"}"),
        Arguments.of("```json\n{\"qty\": 2}\n```", "{\"qty\": 2}"),
        Arguments.of("Zwei Stück.\n", "\"Zwei Stück.\\n\""));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void an_answer_has_exactly_four_members_in_their_order(String said, String result)
      throws Exception {
    try (GatewayFixture gateway = answering(said)) {
      HttpResponse<String> answer = gateway.run("How many?");

      assertEquals(200, answer.statusCode());
      assertTrue(
          answer
              .body()
              .matches(
                  Pattern.quote("{\"ok\":true,\"result\":" + result + ",\"duration_ms\":")
                      + "[1-9]\\d*"
                      + Pattern.quote(",\"stop_reason\":\"end_turn\"}")),
          answer.body());
      JsonNode run = gateway.api.ledgerRun(gateway.token, Api.runId(answer));
      assertEquals("completed", run.path("state").asText());
      assertEquals(gateway.onlyRequest().model(), run.path("model").asText());
      assertTrue(run.path("usage").path("output_tokens").asInt() > 0, run::toString);
      assertEquals(
          run.path("cost_usd").decimalValue().toPlainString(),
          answer.headers().firstValue("X-Clawdforge-Cost-Usd").orElse("none"));
      assertEquals(Api.json(answer).path("result"), run.path("result"), "it is kept for a while");
      assertEquals(List.of(), gateway.runDirectories());
    }
  }

  @Test
  void an_answer_of_five_megabytes_comes_back_whole() throws Exception {
    String said = "0123456789abcde\n".repeat(5 << 16) + "the end";
    try (GatewayFixture gateway = answering(said)) {
      HttpResponse<String> answer = gateway.run("Tell me all.");

      assertEquals(200, answer.statusCode());
      String result = Api.json(answer).path("result").asText();
      assertEquals(said.length(), result.length());
      assertTrue(said.equals(result));
    }
  }

  @Test
  void a_prompt_of_577_kilobytes_reaches_the_model_whole() throws Exception {
    String prompt = "line of the prompt, ż\n".repeat(25_700) + "the end";
    assertEquals(577, prompt.getBytes(StandardCharsets.UTF_8).length >> 10);
    try (GatewayFixture gateway = answering("ok")) {
      HttpResponse<String> answer = gateway.run(prompt);

      assertEquals(200, answer.statusCode(), answer::body);
      assertTrue(prompt.equals(gateway.onlyRequest().lastUserText()));
    }
  }

  @Test
  void uploaded_images_and_documents_reach_the_model_as_blocks() throws Exception {
    try (GatewayFixture gateway = answering("ok")) {
      String photo = gateway.api.upload(gateway.token, "photo.png", PNG);
      String paper = gateway.api.upload(gateway.token, "paper.pdf", PDF);
      HttpResponse<String> answer =
          gateway.run(Map.of("prompt", "Compare.", "files", List.of(photo, paper)));

      assertEquals(200, answer.statusCode(), answer::body);
      List<JsonNode> blocks = gateway.onlyRequest().userBlocks();
      JsonNode image = only(blocks, "image");
      assertEquals("image/png", image.at("/source/media_type").asText());
      assertEquals(Base64.getEncoder().encodeToString(PNG), image.at("/source/data").asText());
      JsonNode document = only(blocks, "document");
      assertEquals("application/pdf", document.at("/source/media_type").asText());
      assertEquals("paper.pdf", document.path("title").asText());
      assertEquals(Base64.getEncoder().encodeToString(PDF), document.at("/source/data").asText());
      String said = gateway.onlyRequest().lastUserText();
      assertTrue(said.contains("photo.png") && said.endsWith("Compare."), said);
    }
  }

  @Test
  void a_system_prompt_is_appended_to_the_agents_own_or_takes_its_place() throws Exception {
    try (GatewayFixture gateway = answering("ok")) {
      gateway.run(Map.of("prompt", "go", "system", "Be brief, été."));
      gateway.run(Map.of("prompt", "go", "system", "Only this.", "system_mode", "replace"));

      String appended = gateway.model.requests().get(0).systemText();
      String replaced = gateway.model.requests().get(1).systemText();
      assertTrue(appended.length() > STOCK_PROMPT, appended);
      assertTrue(appended.contains("Be brief, été."), appended);
      assertTrue(replaced.length() < STOCK_PROMPT, replaced);
      assertTrue(replaced.endsWith("Only this."), replaced);
    }
  }

  @Test
  void effort_and_model_are_seen_by_the_model_and_no_tools_means_none() throws Exception {
    try (GatewayFixture gateway = answering("ok")) {
      gateway.run(
          Map.of("prompt", "go", "effort", "low", "model", "claude-opus-4-8", "tools", List.of()));

      ModelRequest request = gateway.onlyRequest();
      assertEquals("low", request.body().at("/output_config/effort").asText());
      assertEquals("claude-opus-4-8", request.model());
      assertEquals(List.of(), request.toolNames());
    }
  }

  @Test
  void a_named_tool_may_do_its_work() throws Exception {
    Script script =
        Script.sequence(
            ModelReply.toolUse("Bash", Map.of("command", "echo made > made.txt && cat made.txt")),
            ModelReply.text("done"));
    try (GatewayFixture gateway = GatewayFixture.start(temp, script)) {
      HttpResponse<String> answer = gateway.run(Map.of("prompt", "go", "tools", List.of("Bash")));

      assertEquals("done", Api.json(answer).path("result").asText(), answer::body);
      assertEquals(List.of("Bash"), gateway.model.requests().get(0).toolNames());
      JsonNode result = gateway.model.requests().get(1).userBlocks().getFirst();
      assertEquals("made", result.path("content").asText().strip());
      assertEquals(List.of(), gateway.runDirectories());
    }
  }

  @Test
  void with_a_schema_the_result_is_the_structured_output() throws Exception {
    Script script =
        Script.sequence(
            ModelReply.toolUse("StructuredOutput", Map.of("qty", 2)),
            ModelReply.text("prose around it"));
    Map<String, ?> schema =
        Map.of(
            "type", "object",
            "properties", Map.of("qty", Map.of("type", "integer")),
            "required", List.of("qty"));
    try (GatewayFixture gateway = GatewayFixture.start(temp, script)) {
      HttpResponse<String> answer = gateway.run(Map.of("prompt", "go", "json_schema", schema));

      assertTrue(answer.body().startsWith("{\"ok\":true,\"result\":{\"qty\":2},"), answer::body);
    }
  }

  @Test
  void an_answer_that_is_not_valid_under_the_schema_is_refused() throws Exception {
    Map<String, ?> schema = Map.of("type", "object", "required", List.of("qty"));
    try (GatewayFixture gateway = answering("{\"qty\":2}")) {
      HttpResponse<String> answer = gateway.run(Map.of("prompt", "go", "json_schema", schema));

      assertEquals(502, answer.statusCode(), answer::body);
      assertEquals("agent_output_invalid", Api.json(answer).path("code").asText());
    }
  }

  @Test
  void a_stream_gives_the_agents_messages_and_then_the_answer() throws Exception {
    try (GatewayFixture gateway = answering("```json\n{\"qty\": 2}\n```")) {
      List<String> lines;
      try (Stream<String> body = gateway.api.stream(gateway.token, Map.of("prompt", "go")).body()) {
        lines = body.filter(line -> !line.isEmpty() && !line.startsWith(":")).toList();
      }

      assertEquals("event: run", lines.get(lines.size() - 2));
      assertTrue(
          lines
              .getLast()
              .matches(
                  "data: \\{\"ok\":true,\"result\":\\{\"qty\": 2},\"duration_ms\":\\d+,"
                      + "\"stop_reason\":\"end_turn\"}"),
          lines::getLast);
      List<String> claude = lines.subList(0, lines.size() - 2);
      assertEquals(0, claude.size() % 3, claude::toString);
      JsonMapper json = new JsonMapper();
      for (int i = 0; i < claude.size(); i += 3) {
        assertEquals("event: claude", claude.get(i));
        assertEquals("id: " + (i / 3 + 1), claude.get(i + 1));
        assertTrue(json.readTree(claude.get(i + 2).substring("data: ".length())).has("type"));
      }
      assertTrue(claude.get(2).contains("\"subtype\":\"init\""), claude.get(2));
      assertTrue(claude.stream().anyMatch(line -> line.contains("content_block_delta")));
      assertTrue(claude.getLast().contains("\"type\":\"result\""), claude::getLast);
    }
  }

  private GatewayFixture answering(String text) throws Exception {
    return GatewayFixture.start(temp, Script.always(ModelReply.text(text)));
  }

  private static JsonNode only(List<JsonNode> blocks, String type) {
    List<JsonNode> found =
        blocks.stream().filter(block -> block.path("type").asText().equals(type)).toList();
    assertEquals(1, found.size(), blocks::toString);
    return found.getFirst();
  }
}
