package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.core.agent.OneShots;
import com.clawdforge.core.agent.OneShotsContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("agent")
@Timeout(120)
class ClaudeRunnerTest extends OneShotsContract {
  @TempDir Path temp;
  private final List<ClaudeFixture> fixtures = new ArrayList<>();

  @Override
  protected OneShots answering(String text) throws Exception {
    return runner(ModelReply.text(text));
  }

  @Override
  protected OneShots silent() throws Exception {
    return runner(ModelReply.silent());
  }

  @Override
  protected OneShots unauthenticated() throws Exception {
    return runner(ModelReply.error(401, "authentication_error", "invalid x-api-key"));
  }

  private OneShots runner(ModelReply reply) throws Exception {
    ClaudeFixture fixture = ClaudeFixture.claude(temp, Script.always(reply));
    fixtures.add(fixture);
    return fixture.runner;
  }

  @AfterEach
  void closeFixtures() {
    fixtures.forEach(ClaudeFixture::close);
  }
}
