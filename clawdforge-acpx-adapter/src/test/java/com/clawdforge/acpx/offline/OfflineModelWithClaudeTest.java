package com.clawdforge.acpx.offline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.clawdforge.acpx.offline.ModelReply.Block;
import com.clawdforge.acpx.program.PinnedAgents;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real {@code claude} accepts the offline model as the API. */
@Tag("agent")
@Tag("rare")
@Timeout(90)
class OfflineModelWithClaudeTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Path CLAUDE = PinnedAgents.PROGRAMS.resolve("claude");

  @TempDir Path temp;

  @Test
  void a_text_is_the_result_of_the_run() throws Exception {
    try (OfflineModel model = OfflineModel.start(Script.always(ModelReply.text("four ✓")))) {
      JsonNode result = claude(model, "What is 2+2?");

      assertEquals("four ✓", result.path("result").asText());
      assertFalse(result.path("is_error").asBoolean());
      assertEquals(1, result.path("num_turns").asInt());
      ModelRequest request = model.requests().getFirst();
      assertEquals(1, model.requests().size());
      assertTrue(request.streamed());
      assertEquals("What is 2+2?", request.lastUserText());
      assertTrue(request.toolNames().contains("Bash"));
      assertEquals("dummy", request.header("x-api-key").orElse(""));
      assertEquals(Api.estimatedTokens(request.size()), result.at("/usage/input_tokens").asLong());
    }
  }

  @Test
  void a_tool_use_is_carried_out_and_its_result_comes_with_the_next_request() throws Exception {
    // In the working directory, since reading elsewhere is denied (agent-facts.md, section 1.8).
    Path note = Files.writeString(cwd().resolve("note.txt"), "the cat sat");
    Script script =
        Script.sequence(
            ModelReply.toolUse("Read", Map.of("file_path", note.toString())),
            ModelReply.text("read it"));
    try (OfflineModel model = OfflineModel.start(script)) {
      JsonNode result = claude(model, "Read the note.");

      assertEquals("read it", result.path("result").asText());
      assertEquals(2, result.path("num_turns").asInt());
      assertEquals(2, model.requests().size());
      JsonNode toolResult = model.requests().get(1).userBlocks().getFirst();
      assertEquals("tool_result", toolResult.path("type").asText());
      assertTrue(toolResult.toString().contains("the cat sat"), toolResult::toString);
    }
  }

  @Test
  void an_error_of_the_api_is_an_error_of_the_run() throws Exception {
    ModelReply refusal = ModelReply.error(400, "invalid_request_error", "no such luck");
    try (OfflineModel model = OfflineModel.start(Script.always(refusal))) {
      JsonNode result = claude(model, "go");

      assertTrue(result.path("is_error").asBoolean());
      assertEquals(400, result.path("api_error_status").asInt());
      assertTrue(result.path("result").asText().contains("no such luck"), result::toString);
    }
  }

  @Test
  void a_stream_that_is_cut_is_asked_for_again() throws Exception {
    Script script = Script.sequence(ModelReply.cutAfter("half of"), ModelReply.text("all of it"));
    try (OfflineModel model = OfflineModel.start(script)) {
      JsonNode result = claude(model, "go");

      assertEquals("all of it", result.path("result").asText());
      assertEquals(2, model.requests().size());
    }
  }

  @Test
  void a_turn_with_thinking_and_a_tool_is_taken_by_the_strict_model() throws Exception {
    Path note = Files.writeString(cwd().resolve("note.txt"), "the cat sat");
    ObjectNode input = JSON.createObjectNode().put("file_path", note.toString());
    Script script =
        Script.sequence(
            ModelReply.message(
                new Block.Thinking("I have to read it."), new Block.ToolUse("Read", input)),
            ModelReply.text("read it"));
    try (OfflineModel model = OfflineModel.startStrict(script)) {
      JsonNode result = claude(model, "Read the note.");

      assertEquals("read it", result.path("result").asText(), result::toString);
      assertEquals(
          List.of(Optional.empty(), Optional.empty()),
          model.requests().stream().map(ModelRequest::refusal).toList());
      JsonNode messages = model.requests().get(1).body().path("messages");
      assertEquals("system", messages.at("/1/role").asText());
      assertTrue(messages.toString().contains("I have to read it."), messages::toString);
      assertTrue(messages.toString().contains("the cat sat"), messages::toString);
    }
  }

  private Path cwd() throws IOException {
    return Files.createDirectories(temp.resolve("cwd"));
  }

  private JsonNode claude(OfflineModel model, String prompt) throws Exception {
    Path out = temp.resolve("stdout");
    Path err = temp.resolve("stderr");
    ProcessBuilder builder =
        new ProcessBuilder(
                CLAUDE.toString(),
                "-p",
                "--output-format",
                "json",
                "--setting-sources",
                "",
                "--no-session-persistence")
            .directory(cwd().toFile())
            // Files, since claude loses what is left in a pipe when it exits (agent-facts.md, 0.1).
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("HOME", Files.createDirectories(temp.resolve("home")).toString());
    environment.put("PATH", System.getenv("PATH"));
    environment.put("ANTHROPIC_BASE_URL", model.baseUrl().toString());
    environment.put("ANTHROPIC_API_KEY", "dummy");
    environment.put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    environment.put("DISABLE_AUTOUPDATER", "1");
    environment.put("CLAUDE_CODE_MAX_RETRIES", "1");
    Process process = builder.start();
    try {
      try (OutputStream in = process.getOutputStream()) {
        in.write(prompt.getBytes(UTF_8));
      }
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        fail("claude did not end in time; it wrote " + Files.readString(err));
      }
      String line = Files.readString(out);
      assertFalse(line.isEmpty(), Files.readString(err));
      return JSON.readTree(line);
    } finally {
      process.destroyForcibly();
    }
  }
}
