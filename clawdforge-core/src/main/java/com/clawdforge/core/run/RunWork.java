package com.clawdforge.core.run;

import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.AgentTask;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.agent.OneShots;
import com.clawdforge.core.work.WorkObserver;
import java.time.Clock;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** Takes a run that was accepted from the queue to its record, on a thread of its own. */
final class RunWork {
  private static final System.Logger log = System.getLogger(RunWork.class.getName());

  private final RunStore store;
  private final OneShots agents;
  private final RunVerdict verdict;
  private final RunLimits limits;
  private final Clock clock;
  private final Consumer<LiveRun> over;
  private final Queue<Run> unrecorded = new ConcurrentLinkedQueue<>();

  /**
   * @param clock with milliseconds
   * @param over told each run that will not be touched any more, before its outcome is known
   */
  RunWork(
      RunStore store,
      OneShots agents,
      RunVerdict verdict,
      RunLimits limits,
      Clock clock,
      Consumer<LiveRun> over) {
    this.store = store;
    this.agents = agents;
    this.verdict = verdict;
    this.limits = limits;
    this.clock = clock;
    this.over = over;
  }

  /** Returns at once; the run completes, or is abandoned if its end cannot be recorded. */
  void start(LiveRun run) {
    Thread.ofVirtual().name("run-" + run.id()).start(() -> work(run));
  }

  // Not only exceptions: whatever goes wrong here, somebody waits for the outcome.
  private void work(LiveRun run) {
    try {
      FinishedRun recorded = record(run, execute(run));
      over.accept(run);
      run.watch().ended(end(recorded.run()));
      run.complete(recorded);
    } catch (RuntimeException | Error e) {
      log.log(System.Logger.Level.ERROR, "run " + run.id() + " could not be recorded", e);
      over.accept(run);
      run.watch().ended(end(verdict.broken(run.accepted, clock.instant()).run()));
      run.abandon(e);
    }
  }

  // The place and the files go back before anybody can learn the outcome: whoever is answered may
  // ask again at once, and must not find the queue full of his own last run.
  private FinishedRun execute(LiveRun run) {
    try (run) {
      return queueAndRun(run);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a run", e);
    } catch (RuntimeException | Error e) {
      log.log(System.Logger.Level.ERROR, "run " + run.id() + " failed inside the gateway", e);
      return verdict.broken(run.accepted, clock.instant());
    }
  }

  private FinishedRun queueAndRun(LiveRun run) throws InterruptedException {
    Duration patience = run.remaining();
    boolean granted =
        run.place.await(patience.compareTo(limits.maxWait()) < 0 ? patience : limits.maxWait());
    if (run.cancelReason() != null) {
      return verdict.cancelled(run.accepted, clock.instant(), run.cancelReason(), AgentReport.NONE);
    }
    Duration remaining = run.remaining();
    if (!remaining.isPositive()) {
      return verdict.timedOutWaiting(run.accepted, clock.instant());
    }
    if (!granted) {
      Run refused = verdict.refused(run.accepted, clock.instant(), limits.atCapacity());
      return new FinishedRun(refused, null);
    }
    return runAgent(run, remaining);
  }

  private FinishedRun runAgent(LiveRun run, Duration remaining) throws InterruptedException {
    Run started = run.accepted.started(clock.instant());
    run.watch().started();
    AgentTask agent = agents.start(oneShot(run, remaining), run::said);
    run.attach(agent);
    try {
      // After the start, while the agent takes its time to come up: to find its processes again
      // after a crash, the row of an accepted run is enough.
      store.update(started);
      AgentOutcome outcome = agent.await();
      return verdict.of(started, clock.instant(), outcome, run.cancelReason());
    } catch (RuntimeException | Error e) {
      log.log(System.Logger.Level.ERROR, "run " + run.id() + " failed inside the gateway", e);
      agent.cancel();
      agent.await();
      return verdict.broken(started, clock.instant());
    }
  }

  private static OneShot oneShot(LiveRun run, Duration remaining) {
    RunRequest request = run.request;
    return new OneShot(
        run.id(),
        request.prompt(),
        request.modelOrDefault(),
        request.system(),
        request.effort(),
        run.attachments,
        remaining,
        request.jsonSchema(),
        request.maxBudgetUsd(),
        request.tools(),
        run.ceiling);
  }

  // The caller is answered only after this: what was answered is on disk.
  private FinishedRun record(LiveRun run, FinishedRun finished) {
    Run recorded = kept(run.request, finished);
    try {
      write(recorded);
    } catch (RuntimeException e) {
      unrecorded.add(recorded);
      throw e;
    }
    return new FinishedRun(recorded, finished.answer());
  }

  // The words of an error may quote prompt or answer, so they stay in the ledger.
  private static WorkObserver.Ended end(Run run) {
    return new WorkObserver.Ended(
        run.state(), run.error() == null ? null : run.error().code(), run.report(), false);
  }

  /** Records a run that was added for its key's sake, and then not accepted. */
  void recordRefusal(Run refused) {
    try {
      store.updateAndForgetKey(refused);
    } catch (RuntimeException e) {
      unrecorded.add(refused);
      throw e;
    }
  }

  /**
   * Tries again to record the runs whose end the store did not take; else they would look as if
   * they still ran, and hold their keys, until the next start.
   */
  void recordLeftovers() {
    for (Run run = unrecorded.peek(); run != null; run = unrecorded.peek()) {
      write(run);
      unrecorded.remove(run);
    }
  }

  private void write(Run recorded) {
    if (recorded.error() != null && recorded.error().passing()) {
      store.updateAndForgetKey(recorded);
    } else {
      store.update(recorded);
    }
  }

  private Run kept(RunRequest request, FinishedRun finished) {
    Run run = finished.run();
    if (finished.answer() == null
        || !(request.keepAnswer() || request.key() != null || limits.keepContent())) {
      return run;
    }
    Duration howLong = limits.keepContent() ? limits.retention() : RunService.REMEMBERED;
    return run.keeping(new KeptAnswer(finished.answer(), clock.instant().plus(howLong)));
  }
}
