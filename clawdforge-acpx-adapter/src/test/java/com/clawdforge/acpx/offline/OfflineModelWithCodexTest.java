package com.clawdforge.acpx.offline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.CodexAcp.Exchange;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real {@code codex-acp} and {@code codex} accept the offline model as the API; also shows
 * behaviour of theirs that is not obvious.
 */
@Tag("agent")
@Tag("rare")
@Timeout(90)
class OfflineModelWithCodexTest {
  private static final Map<String, String> KEY = Map.of("OPENAI_API_KEY", "dummy");

  // In "agent", the default, a model decides instead of the client.
  private static final Map<String, String> KEY_AND_ASKING =
      Map.of("OPENAI_API_KEY", "dummy", "INITIAL_AGENT_MODE", "read-only");

  @TempDir Path temp;

  @Test
  void a_prompt_gets_the_scripted_answer() throws Exception {
    try (OfflineModel model = OfflineModel.start(Script.always(ModelReply.text("four ✓")));
        CodexAcp codex = start(model, KEY)) {
      Exchange turn = codex.prompt(open(codex), "What is 2+2?");

      assertEquals("four ✓", turn.text());
      assertEquals("end_turn", turn.answer().at("/result/stopReason").asText());
      ModelRequest request = model.requests().getFirst();
      assertEquals("What is 2+2?", request.lastUserText());
      assertTrue(request.systemText().contains("Codex"), request::systemText);
      assertTrue(request.toolNames().contains("exec"), () -> request.toolNames().toString());
      assertEquals("Bearer dummy", request.header("authorization").orElse(""));
      assertEquals(
          Api.estimatedTokens(request.size()),
          turn.answer().at("/result/usage/inputTokens").asLong());
    }
  }

  @Test
  void the_second_turn_knows_the_first() throws Exception {
    Script script = Script.sequence(ModelReply.text("noted"), ModelReply.text("seven"));
    try (OfflineModel model = OfflineModel.start(script);
        CodexAcp codex = start(model, KEY)) {
      String session = open(codex);
      codex.prompt(session, "Remember seven.");
      Exchange second = codex.prompt(session, "What was it?");

      assertEquals("seven", second.text());
      assertEquals(2, model.requests().size());
      String input = model.requests().get(1).body().path("input").toString();
      assertTrue(input.contains("Remember seven."), input);
      assertTrue(input.contains("noted"), input);
    }
  }

  @Test
  void a_session_outlives_the_processes() throws Exception {
    Script script = Script.sequence(ModelReply.text("noted"), ModelReply.text("seven"));
    try (OfflineModel model = OfflineModel.start(script)) {
      String session;
      try (CodexAcp codex = start(model, KEY)) {
        session = open(codex);
        codex.prompt(session, "Remember seven.");
      }
      try (CodexAcp codex = start(model, KEY)) {
        codex.initialize();
        codex.resume(session, cwd());
        codex.prompt(session, "What was it?");
      }

      String input = model.requests().get(1).body().path("input").toString();
      assertTrue(input.contains("Remember seven."), input);
    }
  }

  @Test
  void a_shell_command_runs_and_its_output_comes_with_the_next_request() throws Exception {
    Script script = Script.sequence(shell("cat note.txt", ""), ModelReply.text("read it"));
    Files.writeString(cwd().resolve("note.txt"), "the cat sat");
    // Without its sandbox, which not every machine permits.
    Map<String, String> unconfined =
        Map.of("OPENAI_API_KEY", "dummy", "INITIAL_AGENT_MODE", "agent-full-access");
    try (OfflineModel model = OfflineModel.start(script);
        CodexAcp codex = start(model, unconfined)) {
      Exchange turn = codex.prompt(open(codex), "Read the note.");

      assertEquals("read it", turn.text());
      JsonNode call = turn.updates("tool_call").getFirst();
      // Codex recognises what the command does, and shows that.
      assertEquals("read", call.path("kind").asText());
      assertEquals("completed", turn.updates("tool_call_update").getLast().path("status").asText());
      JsonNode output = model.requests().get(1).userBlocks().getFirst();
      assertEquals("custom_tool_call_output", output.path("type").asText());
      assertTrue(output.toString().contains("the cat sat"), output::toString);
    }
  }

  @Test
  void leaving_the_sandbox_is_asked_for_and_done_when_allowed() throws Exception {
    Script script = Script.sequence(escalated("echo out > made.txt"), ModelReply.text("done"));
    try (OfflineModel model = OfflineModel.start(script);
        CodexAcp codex = start(model, KEY_AND_ASKING)) {
      codex.permission = "allow_once";
      Exchange turn = codex.prompt(open(codex), "Go.");

      assertEquals(1, turn.permissionRequests().size());
      JsonNode asked = turn.permissionRequests().getFirst().path("params");
      assertEquals("execute", asked.at("/toolCall/kind").asText());
      assertEquals("done", turn.text());
      assertEquals("out\n", Files.readString(cwd().resolve("made.txt")));
    }
  }

  @Test
  void a_refused_permission_cancels_the_turn() throws Exception {
    Script script = Script.sequence(escalated("echo out > made.txt"), ModelReply.text("done"));
    try (OfflineModel model = OfflineModel.start(script);
        CodexAcp codex = start(model, KEY_AND_ASKING)) {
      Exchange turn = codex.prompt(open(codex), "Go.");

      assertEquals(1, turn.permissionRequests().size());
      assertEquals("cancelled", turn.answer().at("/result/stopReason").asText());
      assertFalse(Files.exists(cwd().resolve("made.txt")));
      assertEquals(1, model.requests().size());
    }
  }

  @Test
  void an_api_error_shows_in_the_threads_status_not_in_the_result() throws Exception {
    ModelReply refusal = ModelReply.error(404, "not_found_error", "no such model");
    try (OfflineModel model = OfflineModel.start(Script.always(refusal));
        CodexAcp codex = start(model, KEY)) {
      Exchange turn = codex.prompt(open(codex), "Go.");

      assertEquals("end_turn", turn.answer().at("/result/stopReason").asText());
      assertTrue(turn.answer().at("/result/usage").isNull(), turn.answer()::toString);
      assertTrue(turn.text().contains("404 Not Found: no such model"), turn::text);
      assertEquals(List.of("active", "systemError"), statuses(turn));
    }
  }

  @Test
  void a_refused_login_is_an_error_without_the_providers_words() throws Exception {
    ModelReply refusal = ModelReply.error(401, "invalid_api_key", "wrong key");
    try (OfflineModel model = OfflineModel.start(Script.always(refusal));
        CodexAcp codex = start(model, KEY)) {
      Exchange turn = codex.prompt(open(codex), "Go.");

      assertEquals(-32000, turn.answer().at("/error/code").asInt());
      assertFalse(turn.answer().toString().contains("wrong key"), turn.answer()::toString);
      assertEquals("", turn.text());
      assertEquals(List.of("active", "systemError"), statuses(turn));
    }
  }

  @Test
  void a_used_up_limit_is_an_error_that_codex_names() throws Exception {
    ModelReply limit = ModelReply.error(429, "usage_limit_reached", "The limit is reached");
    try (OfflineModel model = OfflineModel.start(Script.always(limit));
        CodexAcp codex = start(model, KEY)) {
      Exchange turn = codex.prompt(open(codex), "Go.");

      assertEquals(-32603, turn.answer().at("/error/code").asInt());
      assertEquals("usageLimitExceeded", turn.answer().at("/error/data/codexErrorInfo").asText());
    }
  }

  @Test
  void a_session_that_has_a_title_asks_for_none() throws Exception {
    for (boolean titled : List.of(true, false)) {
      try (OfflineModel model = OfflineModel.start(Script.always(ModelReply.text("four")));
          CodexAcp codex = start(model, KEY)) {
        String session = open(codex);
        if (titled) {
          codex.title(session, "Sums");
        }
        codex.prompt(session, "What is 2+2, and why is it not five?");
        // A title is asked for between the two.
        codex.prompt(session, "And what is 3+3, if it is not seven?");

        assertEquals(titled ? 0 : 1, model.titleRequests());
      }
    }
  }

  @Test
  void a_session_without_a_login_is_refused() throws Exception {
    // A key in the environment is no login for OpenAI's own provider.
    try (CodexAcp codex = CodexAcp.start(home(), KEY)) {
      codex.initialize();
      Exchange refused = codex.newSession(cwd());

      assertEquals(-32000, refused.answer().at("/error/code").asInt());
      assertEquals("Authentication required", refused.answer().at("/error/message").asText());
    }
  }

  @Test
  void a_prompt_with_a_slash_is_a_command_unless_a_blank_block_comes_first() throws Exception {
    try (OfflineModel model = OfflineModel.start(Script.always(ModelReply.text("four")));
        CodexAcp codex = start(model, KEY)) {
      String session = open(codex);
      Exchange command = codex.prompt(session, "\n/status");
      assertTrue(command.text().contains("**Model:**"), command::text);
      assertEquals(List.of(), model.requests());

      Exchange text = codex.prompt(session, "\n", "/status");
      assertEquals("four", text.text());
      assertTrue(model.requests().getFirst().lastUserText().contains("/status"));
    }
  }

  @Test
  void instructions_of_the_configuration_are_part_of_the_system_prompt() throws Exception {
    Map<String, String> configured =
        Map.of(
            "OPENAI_API_KEY", "dummy",
            "CODEX_CONFIG", "{\"developer_instructions\":\"Answer in verse.\"}");
    try (OfflineModel model = OfflineModel.start(Script.always(ModelReply.text("four")));
        CodexAcp codex = start(model, configured)) {
      codex.prompt(open(codex), "2+2?");

      ModelRequest request = model.requests().getFirst();
      assertTrue(request.systemText().contains("Answer in verse."), request::systemText);
    }
  }

  private static ModelReply escalated(String command) {
    return shell(command, ", sandbox_permissions: 'require_escalated', justification: 'test'");
  }

  /** Codex's shell as its newer models have it: behind a tool that takes JavaScript. */
  private static ModelReply shell(String command, String options) {
    return ModelReply.toolUse(
        "exec",
        TextNode.valueOf(
            "text(await tools.exec_command({cmd: '" + command + "'" + options + "}))"));
  }

  private static List<String> statuses(Exchange turn) {
    return turn.updates("session_info_update").stream()
        .map(update -> update.at("/_meta/codex/threadStatus/type").asText())
        .filter(status -> !status.isEmpty())
        .toList();
  }

  private CodexAcp start(OfflineModel model, Map<String, String> environment) throws IOException {
    return CodexAcp.start(home(), model, environment);
  }

  private String open(CodexAcp codex) throws IOException {
    codex.initialize();
    return codex.newSession(cwd()).answer().at("/result/sessionId").asText();
  }

  private Path home() {
    return temp.resolve("home");
  }

  private Path cwd() throws IOException {
    return Files.createDirectories(temp.resolve("cwd"));
  }
}
