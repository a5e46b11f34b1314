package com.clawdforge.acpx.driver.cli;

import com.clawdforge.acpx.driver.SessionFixture;
import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.core.agent.AgentSessions;
import com.clawdforge.core.agent.AgentSessionsContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("agent")
@Tag("rare")
@Timeout(240)
final class AcpxContractTest extends AgentSessionsContract {
  @TempDir Path temp;
  private final List<SessionFixture> fixtures = new ArrayList<>();

  @Override
  protected AgentSessions runner() throws Exception {
    SessionFixture fixture =
        SessionFixture.on(
            SessionFixture.Driver.ACPX,
            temp,
            request ->
                SessionFixture.lastLine(request).equals(SILENCE)
                    ? ModelReply.silent()
                    : ModelReply.text(ANSWER));
    fixtures.add(fixture);
    return fixture.runner;
  }

  @AfterEach
  void closeFixtures() {
    fixtures.forEach(SessionFixture::close);
  }
}
