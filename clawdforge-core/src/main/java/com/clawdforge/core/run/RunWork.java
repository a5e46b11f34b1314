package com.clawdforge.core.run;

import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentTask;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.agent.OneShots;
import com.clawdforge.core.agent.Prompt;
import com.clawdforge.core.error.UnwritableException;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.WorkEnd;
import com.clawdforge.core.work.WorkError;
import com.clawdforge.core.work.WorkObserver;
import java.time.Clock;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
   * Makes a worker for the runs of one store.
   *
   * @param clock with milliseconds
   * @param over receives each run that will not be touched any more, before its outcome is known
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

  // Errors too: whatever goes wrong here, callers wait for the outcome.
  private void work(LiveRun run) {
    try {
      FinishedRun recorded = record(run, execute(run));
      over.accept(run);
      run.watch().ended(WorkObserver.Ended.of(recorded.run(), false));
      run.complete(recorded);
    } catch (RuntimeException | Error e) {
      log.log(System.Logger.Level.ERROR, run + " could not be recorded", e);
      over.accept(run);
      run.watch().ended(WorkObserver.Ended.of(broken(run.accepted).run(), false));
      run.abandon(e);
    }
  }

  // Place and files go back before the outcome is known: a caller that is answered may ask again
  // at once and must not find the queue full of its own last run.
  private FinishedRun execute(LiveRun run) {
    try (run) {
      return queueAndRun(run);
    } catch (InterruptedException e) {
      throw new IllegalStateException("a run's thread is never interrupted", e);
    } catch (RuntimeException | Error e) {
      log.log(System.Logger.Level.ERROR, run + " failed inside the gateway", e);
      return broken(run.accepted);
    }
  }

  private FinishedRun queueAndRun(LiveRun run) throws InterruptedException {
    @Nullable WorkEnd end =
        run.awaitPlace(run.ticket(), limits.maxWait(), "run", WorkError.of(limits.atCapacity()));
    return end == null ? runAgent(run) : ended(run.accepted, end);
  }

  private FinishedRun runAgent(LiveRun run) throws InterruptedException {
    Run started = run.accepted.started(clock.instant());
    run.watch().started();
    AgentTask agent = agents.start(oneShot(run), run::publish);
    run.attach(agent);
    try {
      // After the start, while the agent comes up: the row of an accepted run is enough to find
      // its processes after a crash.
      store.update(started);
      AgentOutcome outcome = agent.await();
      return verdict.of(started, clock.instant(), outcome, run.cancelReason());
    } catch (RuntimeException | Error e) {
      log.log(System.Logger.Level.ERROR, run + " failed inside the gateway", e);
      agent.cancel();
      agent.await();
      return broken(started);
    }
  }

  private OneShot oneShot(LiveRun run) {
    RunRequest request = run.request;
    return new OneShot(
        run.id(),
        new Prompt(request.prompt(), run.attachments(), run.remaining()),
        run.accepted.model(),
        request.system(),
        request.effort(),
        request.jsonSchema(),
        request.maxBudgetUsd(),
        request.tools(),
        run.ceiling);
  }

  private FinishedRun broken(Run run) {
    return ended(run, WorkEnd.failed(WorkError.broken()));
  }

  private FinishedRun ended(Run run, WorkEnd end) {
    return RunVerdict.withoutAnswer(run, clock.instant(), end);
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

  /** Records a run that was added for its key's sake, and then not accepted. */
  void recordRefusal(Run added, WorkError refusal) {
    Run refused = ended(added, WorkEnd.failed(refusal)).run();
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
      try {
        write(run);
      } catch (RuntimeException e) {
        if (UnwritableException.mayRecover(e)) {
          throw e;
        }
        // Trying again would fail again, and keep the sweep from everything else.
        log.log(System.Logger.Level.ERROR, "the end of run " + run.id() + " is lost", e);
      }
      unrecorded.remove(run);
    }
  }

  private void write(Run recorded) {
    if (recorded.error() != null && recorded.error().isTransient()) {
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
    Duration howLong = limits.keepContent() ? limits.retention() : IdempotencyKey.REMEMBERED;
    return run.keeping(new KeptAnswer(finished.answer(), clock.instant().plus(howLong)));
  }
}
