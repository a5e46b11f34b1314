package com.clawdforge.core.run;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentTask;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.agent.OneShots;
import com.clawdforge.core.agent.Prompt;
import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.error.UnwritableException;
import com.clawdforge.core.share.HeldPrompt;
import com.clawdforge.core.share.ModelSpending;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.WorkEnd;
import com.clawdforge.core.work.WorkError;
import com.clawdforge.core.work.WorkObserver;
import com.clawdforge.core.work.WorkState;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Takes an accepted run from the queue to its record, on its own thread. */
final class RunWork {
  private static final System.Logger log = System.getLogger(RunWork.class.getName());

  private final RunStore store;
  private final OneShots agents;
  private final RunVerdict verdict;
  private final RunEntry entry;
  private final RunLimits limits;
  private final Clock clock;
  private final BiConsumer<LiveRun, Run> onDone;
  private final Queue<Unrecorded> unrecorded = new ConcurrentLinkedQueue<>();

  /**
   * A run that is over but not in the store.
   *
   * @param forgetKey whether a repeated request starts a new run
   */
  private record Unrecorded(Run run, boolean forgetKey) {
    static Unrecorded of(Run run) {
      return new Unrecorded(run, WorkError.forgetsKey(run));
    }
  }

  /**
   * @param clock in milliseconds
   * @param onDone receives each run whose work is done, and its record, before its outcome is known
   */
  RunWork(
      RunStore store,
      OneShots agents,
      RunVerdict verdict,
      RunEntry entry,
      RunLimits limits,
      Clock clock,
      BiConsumer<LiveRun, Run> onDone) {
    this.store = store;
    this.agents = agents;
    this.verdict = verdict;
    this.entry = entry;
    this.limits = limits;
    this.clock = clock;
    this.onDone = onDone;
  }

  /**
   * Starts a run and returns at once. It completes, or is abandoned if its end cannot be recorded.
   */
  void start(LiveRun run) {
    Thread.ofVirtual().name("run-" + run.id()).start(() -> work(run));
  }

  // Catches errors too: whatever fails here, callers wait for the outcome.
  private void work(LiveRun run) {
    @Nullable Run ended = null;
    try {
      FinishedRun finished = execute(run);
      ended = finished.run();
      FinishedRun recorded = record(run, finished);
      onDone.accept(run, recorded.run());
      run.watch().ended(WorkObserver.Ended.of(recorded.run(), false));
      run.complete(recorded);
    } catch (RuntimeException | Error e) {
      log.log(System.Logger.Level.ERROR, run + " could not be recorded", e);
      Run lost = broken(run, run.accepted).run();
      onDone.accept(run, ended == null ? lost : ended);
      run.watch().ended(WorkObserver.Ended.of(lost, false));
      run.abandon(e);
    }
  }

  // Releases place and files before the outcome is known: a caller that is answered may send its
  // next request at once, and its own last run must not fill the queue.
  private FinishedRun execute(LiveRun run) {
    try (run) {
      return queueAndRun(run);
    } catch (InterruptedException e) {
      throw new IllegalStateException("a run's thread is never interrupted", e);
    } catch (RuntimeException | Error e) {
      log.log(System.Logger.Level.ERROR, run + " failed inside the gateway", e);
      return broken(run, run.accepted);
    }
  }

  private FinishedRun queueAndRun(LiveRun run) throws InterruptedException {
    @Nullable WorkEnd end =
        run.awaitPlace(
            run.ticket(),
            limits.maxWait(),
            "run",
            () -> WorkError.of(entry.noPlace(run.held.caller())));
    if (end != null) {
      return RunVerdict.withoutAnswer(run.accepted, run.now(), end);
    }
    try {
      entry.requireMoney(run.held);
    } catch (Refusal exhausted) {
      return RunVerdict.withoutAnswer(
          run.accepted, run.now(), WorkEnd.failed(WorkError.of(exhausted)));
    }
    return runAgent(run);
  }

  private FinishedRun runAgent(LiveRun run) throws InterruptedException {
    Run started = run.accepted.started(run.now());
    run.watch().started();
    OneShot oneShot = oneShot(run);
    try (ModelSpending.Account money = entry.account(run.id(), oneShot.maxBudgetUsd())) {
      return runAgent(run, started, oneShot, money);
    }
  }

  private FinishedRun runAgent(
      LiveRun run, Run started, OneShot oneShot, ModelSpending.Account money)
      throws InterruptedException {
    AgentTask agent = agents.start(oneShot, run::publish);
    run.attach(agent);
    try {
      // Written while the agent comes up: the row of an accepted run is enough to find its
      // processes after a crash.
      store.update(started);
      AgentOutcome ended = agent.await();
      noteMetered(run, money);
      AgentOutcome outcome =
          money.outcome(ended, () -> "max_budget_usd of " + oneShot.maxBudgetUsd() + " is used up");
      return verdict.of(started, run.now(), inTermsOf(run, outcome), run.cancelReason());
    } catch (RuntimeException | Error e) {
      log.log(System.Logger.Level.ERROR, run + " failed inside the gateway", e);
      agent.cancel();
      agent.await();
      noteMetered(run, money);
      WorkEnd end = new WorkEnd(WorkState.FAILED, money.withoutOutcome(), WorkError.broken());
      return RunVerdict.withoutAnswer(started, run.now(), end);
    }
  }

  private static void noteMetered(LiveRun run, ModelSpending.Account money) {
    if (money.isMetered()) {
      run.held.reserved().meter();
    }
  }

  // The agent calls it by the name of a field that this caller has not sent.
  private static AgentOutcome inTermsOf(LiveRun run, AgentOutcome outcome) {
    @Nullable BigDecimal reserved = run.held.reserved().most();
    return reserved != null
            && run.request.maxBudgetUsd() == null
            && outcome instanceof AgentOutcome.Failed failed
            && failed.failure() == AgentFailure.BUDGET_EXHAUSTED
        ? new AgentOutcome.Failed(
            failed.failure(),
            "the %s USD of this token's budget that were reserved for the run are used up"
                .formatted(reserved.toPlainString()),
            failed.stderrTail(),
            failed.report(),
            failed.retry())
        : outcome;
  }

  private OneShot oneShot(LiveRun run) {
    RunRequest request = run.request;
    @Nullable BigDecimal reserved = run.held.reserved().most();
    return new OneShot(
        run.id(),
        new Prompt(run.held.prompt().take(), run.attachments(), run.patience()),
        run.accepted.model(),
        system(run),
        request.effort(),
        request.jsonSchema(),
        reserved == null ? request.maxBudgetUsd() : reserved,
        request.tools(),
        run.held.caller().limits().maxPermissions(),
        run.accepted.network());
  }

  private static @Nullable SystemPrompt system(LiveRun run) {
    @Nullable SystemPrompt asked = run.request.system();
    @Nullable HeldPrompt text = run.held.system();
    return asked == null || text == null ? null : new SystemPrompt(text.take(), asked.mode());
  }

  private static FinishedRun broken(LiveRun run, Run soFar) {
    return RunVerdict.withoutAnswer(soFar, run.now(), WorkEnd.failed(WorkError.broken()));
  }

  // The caller is answered only after this, so that every answer is on disk.
  private FinishedRun record(LiveRun run, FinishedRun finished) {
    Run recorded = kept(run.request, finished);
    try {
      write(Unrecorded.of(recorded));
    } catch (RuntimeException | Error e) {
      unrecorded.add(Unrecorded.of(recorded));
      throw e;
    }
    return new FinishedRun(recorded, finished.answer());
  }

  /** Records a run that the store has but that could not be started. */
  void recordNotStarted(LiveRun run) {
    Run lost = broken(run, run.accepted).run();
    try {
      write(Unrecorded.of(lost));
    } catch (RuntimeException | Error e) {
      unrecorded.add(Unrecorded.of(lost));
    }
    run.watch().ended(WorkObserver.Ended.of(lost, false));
  }

  /** Records a run that was added to claim its key and then refused. */
  void recordRefusal(Run added, WorkError refusal) {
    Run refused = RunVerdict.withoutAnswer(added, clock.instant(), WorkEnd.failed(refusal)).run();
    try {
      write(new Unrecorded(refused, true));
    } catch (RuntimeException e) {
      unrecorded.add(new Unrecorded(refused, true));
      throw e;
    }
  }

  /**
   * Retries the records of runs whose end the store failed to write; else they would appear to run,
   * and hold their keys, until the next start.
   */
  void recordLeftovers() {
    for (Unrecorded left = unrecorded.peek(); left != null; left = unrecorded.peek()) {
      try {
        write(left);
      } catch (RuntimeException e) {
        if (UnwritableException.mayRecover(e)) {
          throw e;
        }
        // A retry would fail again and stop the rest of the sweep.
        log.log(System.Logger.Level.ERROR, "the end of run " + left.run().id() + " is lost", e);
      }
      unrecorded.remove(left);
    }
  }

  private void write(Unrecorded ended) {
    if (ended.forgetKey()) {
      store.updateAndForgetKey(ended.run());
    } else {
      store.update(ended.run());
    }
  }

  private Run kept(RunRequest request, FinishedRun finished) {
    Run run = finished.run();
    Duration howLong = howLong(request);
    return finished.answer() == null || howLong.isZero()
        ? run
        : run.keeping(new KeptAnswer(finished.answer(), clock.instant().plus(howLong)));
  }

  private Duration howLong(RunRequest request) {
    if (limits.keepContent()) {
      return limits.retention();
    }
    boolean askedAgain = request.keepAnswer() || request.key() != null;
    return askedAgain && limits.keepAnswers().compareTo(IdempotencyKey.REMEMBERED) < 0
        ? IdempotencyKey.REMEMBERED
        : limits.keepAnswers();
  }
}
