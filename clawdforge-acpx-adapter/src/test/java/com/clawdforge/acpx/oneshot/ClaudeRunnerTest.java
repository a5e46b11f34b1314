package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.driver.cli.AcpxDriver;
import com.clawdforge.acpx.local.LocalAgents;
import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.session.SessionDriver;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.core.agent.AgentRunner;
import com.clawdforge.core.agent.AgentRunnerContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("agent")
@Timeout(120)
class ClaudeRunnerTest extends AgentRunnerContract {
  @TempDir Path temp;
  private final List<ClaudeFixture> fixtures = new ArrayList<>();

  @Override
  protected AgentRunner answering(String text) throws Exception {
    return runner(ModelReply.text(text));
  }

  @Override
  protected AgentRunner silent() throws Exception {
    return runner(ModelReply.silent());
  }

  @Override
  protected AgentRunner unauthenticated() throws Exception {
    return runner(ModelReply.error(401, "authentication_error", "invalid x-api-key"));
  }

  private AgentRunner runner(ModelReply reply) throws Exception {
    ClaudeFixture fixture = ClaudeFixture.claude(temp, Script.always(reply));
    fixtures.add(fixture);
    return new LocalAgents(fixture.runner, noSessions(fixture));
  }

  private SessionDriver noSessions(ClaudeFixture fixture) {
    AgentBinary none = new AgentBinary("no-such-program", null, null);
    return new AcpxDriver(
        new SessionSettings(
            none,
            none,
            none,
            AgentEnvironment.from(Map.of("HOME", fixture.home.toString()), List.of()),
            temp.resolve("sessions"),
            List.of(),
            Duration.ofSeconds(1)));
  }

  @AfterEach
  void closeFixtures() {
    fixtures.forEach(ClaudeFixture::close);
  }
}
