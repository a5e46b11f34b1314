package com.clawdforge.http.app.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.work.WorkObserver;
import com.clawdforge.core.work.WorkState;
import com.clawdforge.http.kit.Installation;
import com.clawdforge.http.metrics.AgentUsage;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The resource usage of agents, with shells as processes. */
@Timeout(60)
class AgentSamplerTest {
  private static final Duration AGAIN = Duration.ofMillis(20);
  private static final WorkObserver.Ended DONE =
      new WorkObserver.Ended(WorkState.COMPLETED, null, AgentReport.NONE, false);

  private final String id = UUID.randomUUID().toString();

  @Test
  void processes_of_work_and_their_children_are_counted_until_they_are_gone() throws Exception {
    try (AgentSampler sampler = new AgentSampler(AGAIN)) {
      // The child has no tag, because it has another environment.
      Process agent = agent("env -i sleep 60 & wait");
      WorkObserver.Watch work = sampler.accepted(work(id));
      work.started();

      await(sampler, 2);
      assertTrue(sampler.usage().orElseThrow().residentBytes() > 100_000);
      agent.descendants().forEach(ProcessHandle::destroyForcibly);
      agent.destroyForcibly().waitFor();
      await(sampler, 0);
      work.ended(DONE);
    }
  }

  @Test
  void an_agent_that_stays_when_its_turn_is_over_is_still_counted() throws Exception {
    try (AgentSampler sampler = new AgentSampler(AGAIN)) {
      Process agent = agent("exec sleep 60");
      WorkObserver.Watch work = sampler.accepted(work(id));
      work.started();
      work.ended(DONE);

      await(sampler, 1);
      // Found only by a later sample.
      Process another = agent("exec sleep 60");
      await(sampler, 2);
      agent.destroyForcibly().waitFor();
      another.destroyForcibly().waitFor();
      await(sampler, 0);
    }
  }

  @Test
  void processes_of_others_are_not_counted() throws Exception {
    Process another = agent("exec sleep 60");
    try (AgentSampler sampler = new AgentSampler(AGAIN)) {
      sampler.accepted(work("another")).started();

      await(sampler, 0);
      assertEquals(Optional.of(new AgentUsage(0, 0)), sampler.usage());
    } finally {
      another.destroyForcibly().waitFor();
    }
  }

  @Test
  void work_that_is_over_is_forgotten_where_processes_cannot_be_seen() throws Exception {
    AtomicReference<Set<String>> lookedFor = new AtomicReference<>(Set.of());
    try (AgentSampler sampler =
        new AgentSampler(
            AGAIN,
            tags -> {
              lookedFor.set(Set.copyOf(tags));
              return Optional.empty();
            })) {
      WorkObserver.Watch over = sampler.accepted(work(id));
      over.started();
      sampler.accepted(work("another")).started();
      Installation.await("both", () -> lookedFor.get().equals(Set.of(id, "another")));

      over.ended(DONE);

      Installation.await("the other one alone", () -> lookedFor.get().equals(Set.of("another")));
      assertEquals(Optional.empty(), sampler.usage());
    }
  }

  private Process agent(String shell) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", "exec 2>&1; " + shell);
    builder.environment().put(ProcessTree.TAG, id);
    return builder.start();
  }

  private static void await(AgentSampler sampler, int processes) throws Exception {
    Installation.await(
        processes + " processes",
        () -> sampler.usage().map(usage -> usage.processes() == processes).orElse(false));
  }

  private static WorkObserver.Accepted work(String id) {
    return new WorkObserver.Accepted(
        WorkObserver.Kind.TURN, id, 1, "app", "claude", null, "request-1");
  }
}
