package com.clawdforge.acpx.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.RetryAdvice;
import com.clawdforge.core.model.ModelAccess;
import com.clawdforge.core.model.ModelGrant;
import com.clawdforge.core.model.ModelUser;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A run or a turn whose way to the model cannot be opened. */
@Timeout(30)
final class NoWayTest {
  private final AgentEnvironment environment =
      AgentEnvironment.from(Map.of("ANTHROPIC_API_KEY", "sk-ant-key"), List.of())
          .through(
              new ModelAccess() {
                @Override
                public ModelGrant open(ModelUser user) throws IOException {
                  throw new IOException("no descriptor is left");
                }

                @Override
                public int port() throws IOException {
                  throw new IOException("no descriptor is left");
                }

                @Override
                public void close() {}
              });

  @Test
  void it_says_that_the_agent_could_not_be_started() throws Exception {
    SupervisedRun run =
        new SupervisedRun("run", "run-1") {
          @Override
          protected AgentOutcome run() throws IOException {
            try (AgentLogin login = environment.login(new ModelUser(ModelUser.Kind.RUN, "run-1"))) {
              throw new AssertionError("it has a login: " + login);
            }
          }

          @Override
          protected AgentOutcome failed(AgentFailure failure, String message) {
            return new AgentOutcome.Failed(
                failure, message, "", AgentReport.NONE, RetryAdvice.NONE);
          }

          @Override
          public void cancel() {}
        };
    run.start("run-", () -> {});

    AgentOutcome.Failed failed = assertInstanceOf(AgentOutcome.Failed.class, run.await());
    assertEquals(AgentFailure.UNAVAILABLE, failed.failure());
    assertEquals(AgentLogin.NO_WAY, failed.message());
  }
}
