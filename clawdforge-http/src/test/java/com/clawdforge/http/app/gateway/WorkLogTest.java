package com.clawdforge.http.app.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.work.WorkObserver;
import com.clawdforge.core.work.WorkState;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WorkLogTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream before = System.err;

  @BeforeEach
  void listen() {
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setErr(before);
  }

  @Test
  void a_run_that_ended_is_one_line_that_leads_to_its_request() {
    new WorkLog()
        .accepted(
            new WorkObserver.Accepted(
                WorkObserver.Kind.RUN, "run-1", 0, "diary", "claude", "sonnet", "request-1"))
        .ended(new WorkObserver.Ended(WorkState.COMPLETED, null, AgentReport.NONE, false));

    assertTrue(
        log()
            .matches(
                "(?s).* INFO work - run=run-1 app=diary agent=claude request_id=request-1"
                    + " state=completed ms=\\d+ run ended\\R"),
        this::log);
  }

  @Test
  void a_turn_that_failed_is_a_warning_with_its_code() {
    new WorkLog()
        .accepted(
            new WorkObserver.Accepted(
                WorkObserver.Kind.TURN, "session-1", 3, "diary", "codex", null, "request-1"))
        .ended(
            new WorkObserver.Ended(
                WorkState.FAILED, ErrorCode.AGENT_FAILED, AgentReport.NONE, true));

    assertEquals(2, log().lines().count(), this::log);
    assertTrue(
        log().contains(" WARN work - session=session-1 turn=3 app=diary agent=codex"), this::log);
    assertTrue(log().contains("state=failed error=agent_failed "), this::log);
    assertTrue(log().contains("the agent came back without the conversation"), this::log);
  }

  private String log() {
    return written.toString(StandardCharsets.UTF_8);
  }
}
