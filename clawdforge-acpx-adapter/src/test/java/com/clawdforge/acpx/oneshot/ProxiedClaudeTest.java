package com.clawdforge.acpx.oneshot;

import static com.clawdforge.acpx.oneshot.ClaudeFixture.shot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.acpx.program.Look;
import com.clawdforge.core.agent.AgentOutcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real claude of a run whose way to the model is through the server: it has no credential. */
@Tag("agent")
@Timeout(120)
final class ProxiedClaudeTest {
  private static final String OAUTH = "sk-ant-oat01-the-servers-own";
  private static final String OTHER = "sk-of-another-provider";

  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({"false, 0", "false, 1", "true, 0"})
  void what_a_command_sees_is_a_secret_that_ends_with_the_run(boolean oauth, int processes)
      throws Exception {
    Map<String, String> login =
        oauth
            ? Map.of("ANTHROPIC_API_KEY", "", "CLAUDE_CODE_OAUTH_TOKEN", OAUTH)
            : Map.of("OPENAI_API_KEY", OTHER);
    try (ClaudeFixture claude = ClaudeFixture.proxied(temp, Look.SCRIPT, login, processes)) {
      if (processes > 0) {
        // The next run of this kind finds a process that was there before it.
        completed(claude);
        claude.awaitReady(
            ready -> ready.stream().anyMatch(process -> process.profile().terms().runsCommands()));
      }
      int before = claude.model.requests().size();

      completed(claude);

      String place = claude.workingDirectories().getLast().toString();
      assertEquals(processes > 0, place.contains("/" + ProcessTree.SPARE), place);
      List<ModelRequest> requests = claude.model.requests();
      assertEquals(before + 2, requests.size());
      for (ModelRequest request : requests) {
        assertEquals(
            Optional.of(oauth ? "Bearer " + OAUTH : ClaudeFixture.API_KEY),
            request.header(oauth ? "authorization" : "x-api-key"));
      }
      Look look = new Look(requests.getLast().body().toString());
      for (String credential : List.of(ClaudeFixture.API_KEY, OAUTH, OTHER)) {
        assertFalse(look.seen().contains(credential), look::seen);
      }
      assertEquals(1, look.secrets().size(), look::seen);
      assertEquals(401, look.ask(look.secrets().getFirst()));
      assertEquals(before + 2, claude.model.requests().size());
    }
  }

  private static void completed(ClaudeFixture claude) throws InterruptedException {
    AgentOutcome outcome = claude.run(shot("look").tools("Bash"));
    assertInstanceOf(AgentOutcome.Completed.class, outcome, outcome::toString);
  }
}
