package com.clawdforge.http.app.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.clawdforge.http.kit.Installation;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which versions count as tested. */
class TestedVersionsTest {
  private static final TestedVersions TESTED =
      new TestedVersions(Map.of("claude", "2.1.197", "codex", "0.156.1-alpha.2"));

  @Test
  void a_build_was_tested_with_the_versions_that_are_pinned() throws Exception {
    JsonNode claude = pinned("agents/package.json");
    JsonNode codex = pinned("agents/codex/package.json");

    assertEquals(
        Map.of(
            "claude", claude.path("@anthropic-ai/claude-code").asText(),
            "acpx", claude.path("acpx").asText(),
            "claude-agent-acp", claude.path("@agentclientprotocol/claude-agent-acp").asText(),
            "codex-acp", codex.path("@agentclientprotocol/codex-acp").asText(),
            "codex", codex.path("@openai/codex").asText()),
        TestedVersions.ofThisBuild().all());
  }

  private static JsonNode pinned(String file) throws IOException {
    return new JsonMapper().readTree(Installation.ROOT.resolve(file).toFile()).path("dependencies");
  }

  @ParameterizedTest
  @CsvSource({
    "claude, 2.1.197 (Claude Code),",
    "claude, 2.1.340 (Claude Code), 2.1.340",
    "claude, 2.1.19, 2.1.19",
    "claude, 2.1.1970, 2.1.1970",
    "claude, 2.1.197-beta.1, 2.1.197-beta.1",
    "codex, codex-cli 0.156.1-alpha.2,",
    "codex, codex-cli 0.157.0, 0.157.0",
    "claude, no version,",
    "gemini, 1.2.3,"
  })
  void a_program_is_untested_if_it_has_another_version(
      String program, String said, String untested) {
    assertEquals(
        Optional.ofNullable(untested),
        TESTED.untested(program, said).map(TestedVersions.Untested::version));
  }

  @Test
  void an_untested_version_is_named_with_the_tested_one() {
    TestedVersions.Untested untested = TESTED.untested("claude", "2.1.340").orElseThrow();

    assertEquals("claude 2.1.340", untested.brief());
    assertEquals(
        "2.1.340 (not tested with this build, which was tested with 2.1.197)", untested.words());
  }
}
