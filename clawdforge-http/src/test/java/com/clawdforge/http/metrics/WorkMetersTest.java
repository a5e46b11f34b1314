package com.clawdforge.http.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.SampleDetails;
import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.work.WorkObserver;
import com.clawdforge.core.work.WorkState;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class WorkMetersTest {
  private static final AgentReport REPORT =
      new AgentReport(
          "claude-sonnet-5", "end_turn", new Usage(12, 7, 3, 1), new BigDecimal("0.25"));

  private final MockClock clock = new MockClock();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
  private final WorkMeters meters = new WorkMeters(registry);

  @Test
  void a_run_is_measured_from_its_acceptance_to_its_end() {
    WorkObserver.Watch run = meters.accepted(run("sonnet"));
    clock.add(Duration.ofSeconds(2));
    run.started();
    clock.add(Duration.ofSeconds(3));
    run.firstEvent();
    clock.add(Duration.ofSeconds(4));
    run.ended(new WorkObserver.Ended(WorkState.COMPLETED, null, REPORT, false));

    assertEquals(2, seconds("clawdforge.work.queue"));
    assertEquals(3, seconds("clawdforge.work.first.event"));
    assertEquals(7, seconds("clawdforge.work.duration"));
    assertEquals(
        1,
        registry
            .get("clawdforge.work.ended")
            .tags("kind", "run", "agent", "claude", "model", "claude-sonnet-5")
            .tags("outcome", "completed", "error", "none")
            .counter()
            .count());
  }

  @Test
  void tokens_and_dollars_are_added_up_by_the_model_that_answered() {
    for (int i = 0; i < 2; i++) {
      WorkObserver.Watch run = meters.accepted(run("sonnet"));
      run.started();
      run.ended(new WorkObserver.Ended(WorkState.COMPLETED, null, REPORT, false));
    }

    assertEquals(24, tokens("input"));
    assertEquals(14, tokens("output"));
    assertEquals(6, tokens("cache_read"));
    assertEquals(2, tokens("cache_creation"));
    assertEquals(
        0.5,
        registry.get("clawdforge.cost.usd").tags("model", "claude-sonnet-5").counter().count());
  }

  @Test
  void work_that_never_started_has_waited_and_has_no_duration() {
    WorkObserver.Watch run = meters.accepted(run("sonnet"));
    clock.add(Duration.ofSeconds(30));
    run.ended(
        new WorkObserver.Ended(WorkState.FAILED, ErrorCode.AT_CAPACITY, AgentReport.NONE, false));

    assertEquals(30, seconds("clawdforge.work.queue"));
    assertEquals(0, registry.find("clawdforge.work.duration").timers().size());
    assertEquals(
        1, registry.get("clawdforge.work.ended").tags("error", "at_capacity").counter().count());
  }

  @Test
  void work_that_waited_and_was_refused_counts_with_the_refused_requests() {
    for (ErrorCode why :
        new ErrorCode[] {
          ErrorCode.QUOTA_EXCEEDED, ErrorCode.BUDGET_EXHAUSTED, ErrorCode.AT_CAPACITY
        }) {
      meters
          .accepted(run("sonnet"))
          .ended(new WorkObserver.Ended(WorkState.FAILED, why, AgentReport.NONE, false));
    }
    // An agent that has spent what its run may cost was not refused.
    WorkObserver.Watch dear = meters.accepted(run("sonnet"));
    dear.started();
    dear.ended(
        new WorkObserver.Ended(
            WorkState.FAILED, ErrorCode.BUDGET_EXHAUSTED, AgentReport.NONE, false));

    assertEquals(1, refusals("quota_exceeded"));
    assertEquals(1, refusals("budget_exhausted"));
    assertEquals(0, refusals("rate_limited"));
    assertEquals(3, registry.find("clawdforge.refusals").counters().size());
  }

  private double refusals(String reason) {
    return registry.get("clawdforge.refusals").tag("reason", reason).counter().count();
  }

  @Test
  void models_that_never_answer_make_one_time_series() {
    for (int i = 0; i < 100; i++) {
      WorkObserver.Watch run = meters.accepted(run("made-up-" + i));
      run.started();
      run.ended(
          new WorkObserver.Ended(
              WorkState.FAILED, ErrorCode.AGENT_FAILED, AgentReport.NONE, false));
    }

    assertEquals(1, registry.find("clawdforge.work.ended").counters().size());
  }

  @Test
  void a_conversation_that_was_lost_is_counted() {
    WorkObserver.Watch turn =
        meters.accepted(
            new WorkObserver.Accepted(
                WorkObserver.Kind.TURN, "session-1", 2, "app", "codex", null, "request-1"));
    turn.started();
    turn.ended(new WorkObserver.Ended(WorkState.COMPLETED, null, AgentReport.NONE, true));

    assertEquals(
        1, registry.get("clawdforge.context.lost").tags("agent", "codex").counter().count());
  }

  @Test
  void requests_that_the_agent_repeated_are_counted_by_status() {
    for (int i = 0; i < 2; i++) {
      WorkObserver.Watch run = meters.accepted(run("sonnet"));
      run.started();
      AgentReport report = SampleDetails.in(REPORT);
      run.ended(new WorkObserver.Ended(WorkState.FAILED, ErrorCode.REFUSED, report, false));
    }

    assertEquals(2, retries("529"));
    assertEquals(2, retries("none"));
    assertEquals(2, registry.find("clawdforge.provider.retries").counters().size());
  }

  private double retries(String status) {
    return registry.get("clawdforge.provider.retries").tag("status", status).counter().count();
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void every_code_is_a_label_as_it_is(ErrorCode code) {
    meters
        .accepted(run("sonnet"))
        .ended(new WorkObserver.Ended(WorkState.FAILED, code, AgentReport.NONE, false));

    assertEquals(
        1, registry.get("clawdforge.work.ended").tags("error", code.wire()).counter().count());
  }

  private double seconds(String timer) {
    Timer measured = registry.get(timer).timer();
    assertEquals(1, measured.count());
    return measured.totalTime(TimeUnit.SECONDS);
  }

  private double tokens(String type) {
    return registry
        .get("clawdforge.tokens")
        .tags("type", type, "model", "claude-sonnet-5")
        .counter()
        .count();
  }

  private static WorkObserver.Accepted run(String model) {
    return new WorkObserver.Accepted(
        WorkObserver.Kind.RUN, "run-1", 0, "app", "claude", model, "request-1");
  }
}
