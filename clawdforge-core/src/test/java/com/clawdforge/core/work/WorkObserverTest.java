package com.clawdforge.core.work;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.clawdforge.core.agent.AgentReport;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WorkObserverTest {
  private static final WorkObserver.Accepted RUN =
      new WorkObserver.Accepted(
          WorkObserver.Kind.RUN, "run-1", 0, "app", "claude", "sonnet", "request-1");
  private static final WorkObserver.Ended DONE =
      new WorkObserver.Ended(WorkState.COMPLETED, null, AgentReport.NONE, false);

  @Test
  void only_the_first_of_many_events_is_observed() {
    ObservedWork observed = new ObservedWork();
    WorkWatch watch = WorkWatch.of(observed, RUN);

    watch.event();
    watch.event();

    assertEquals(List.of("run-1 accepted", "run-1 spoke"), observed.calls());
  }

  @Test
  void an_observer_that_throws_keeps_nothing_from_the_others() {
    ObservedWork observed = new ObservedWork();
    WorkWatch watch =
        WorkWatch.of(
            WorkObserver.all(List.of(work -> new Broken(), WorkObserverTest::broken, observed)),
            RUN);

    watch.started();
    watch.event();
    watch.ended(DONE);

    assertEquals(
        List.of("run-1 accepted", "run-1 started", "run-1 spoke", "run-1 completed"),
        observed.calls());
  }

  @Test
  void an_observer_that_lacks_a_class_keeps_nothing_from_the_others() {
    ObservedWork observed = new ObservedWork();
    WorkObserver lacking =
        work -> {
          throw new NoClassDefFoundError("for the log only");
        };
    WorkWatch watch = WorkWatch.of(WorkObserver.all(List.of(lacking, observed)), RUN);

    watch.ended(DONE);

    assertEquals(List.of("run-1 accepted", "run-1 completed"), observed.calls());
  }

  private static WorkObserver.Watch broken(WorkObserver.Accepted work) {
    throw new IllegalStateException("for the log only");
  }

  private static final class Broken implements WorkObserver.Watch {
    @Override
    public void started() {
      throw new IllegalStateException("for the log only");
    }

    @Override
    public void firstEvent() {
      throw new IllegalStateException("for the log only");
    }

    @Override
    public void ended(WorkObserver.Ended end) {
      throw new IllegalStateException("for the log only");
    }
  }
}
