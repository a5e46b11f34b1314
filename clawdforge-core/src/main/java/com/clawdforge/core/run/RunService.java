package com.clawdforge.core.run;

import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.AgentRun;
import com.clawdforge.core.agent.AgentRunner;
import com.clawdforge.core.agent.Attachment;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.file.FileService;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Accepts, runs and remembers one-shot runs. A run belongs to the ledger, not to whoever waits for
 * it: it goes on when nobody does. Safe for any thread.
 */
public final class RunService {
  private static final System.Logger log = System.getLogger(RunService.class.getName());

  /** How long a key and a kept answer are remembered. */
  private static final Duration REMEMBERED = Duration.ofHours(24);

  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  /** An agent that is told to stop is gone within seconds; the answer to a cancel waits for it. */
  private static final Duration CANCEL_GRACE = Duration.ofSeconds(10);

  private final RunStore store;
  private final AgentRunner agents;
  private final FileService files;
  private final RunLimits limits;
  private final Clock clock;
  private final Supplier<String> ids;
  private final RunVerdict verdict;
  private final Places places;
  private final Map<String, LiveRun> live = new ConcurrentHashMap<>();
  private volatile boolean shuttingDown;

  /**
   * @param ids gives each run an id that no run had before
   */
  public RunService(
      RunStore store,
      AgentRunner agents,
      FileService files,
      ResultText resultText,
      RunLimits limits,
      Clock clock,
      Supplier<String> ids) {
    this.store = store;
    this.agents = agents;
    this.files = files;
    this.limits = limits;
    this.clock = clock;
    this.ids = ids;
    this.verdict = new RunVerdict(resultText);
    this.places = new Places(limits.maxConcurrent(), limits.maxWaiting());
  }

  /**
   * Ends what an earlier gateway has left behind and records it as interrupted; before the first
   * run. The processes go first: should this gateway die meanwhile, the next one finds them again.
   */
  public void recover() {
    List<String> unfinished = store.unfinished();
    if (unfinished.isEmpty()) {
      return;
    }
    agents.endOrphans(unfinished);
    store.interruptUnfinished(now());
    log.log(
        System.Logger.Level.WARNING,
        "{0} runs of an earlier server were interrupted; their processes are gone",
        unfinished.size());
  }

  /**
   * Accepts a run and returns while it waits for its place or runs.
   *
   * @throws Refusal if it is not accepted; then nothing is left behind
   */
  public RunTicket start(Caller caller, RunRequest request) {
    refuseWhenShuttingDown();
    request.check(limits.maxPromptBytes());
    checkSchema(request.jsonSchema());
    Optional<Places.Place> place = places.ask();
    if (place.isEmpty() && request.key() == null) {
      throw atCapacity();
    }
    Run run = accepted(caller, request);
    List<Attachment> attachments = List.of();
    boolean started = false;
    try {
      attachments = files.open(caller, request.fileIds());
      if (place.isEmpty()) {
        return joinOrRefuse(run, request);
      }
      LiveRun accepted = new LiveRun(run, request, attachments, place.get());
      // Before it is in the store, so that whoever finds it there finds it here; and before the
      // second look at the flag, so that either that look or drain() sees the other.
      live.put(run.id(), accepted);
      refuseWhenShuttingDown();
      Optional<RunStore.Keyed> earlier = add(run, request);
      if (earlier.isPresent()) {
        return join(earlier.get(), request);
      }
      Thread.ofVirtual().name("run-" + run.id()).start(() -> work(accepted));
      started = true;
      return accepted.ticket(false);
    } finally {
      if (!started) {
        live.remove(run.id());
        FileService.close(attachments);
        place.ifPresent(Places.Place::close);
      }
    }
  }

  /** The caller's run. */
  public Run get(Caller caller, String runId) {
    return withUnexpiredAnswer(
        store.find(caller.tokenId(), runId).orElseThrow(() -> Refusal.notFound("run", runId)));
  }

  public Page<Run> list(Caller caller, PageRequest page) {
    return store.list(caller.tokenId(), page);
  }

  /** The runs of all apps. */
  public Page<Run> listAll(PageRequest page) {
    return store.list(null, page);
  }

  /**
   * Cancels the caller's run and waits until it is over, some seconds at most.
   *
   * @return whether that ended it; false if it was over already
   */
  public boolean cancel(Caller caller, String runId) throws InterruptedException {
    Run run = get(caller, runId);
    LiveRun running = live.get(run.id());
    if (running == null) {
      return false;
    }
    running.cancel(LiveRun.CancelReason.ASKED_FOR);
    try {
      FinishedRun over = running.outcome().get(CANCEL_GRACE.toMillis(), TimeUnit.MILLISECONDS);
      return over.run().state() == RunState.CANCELLED;
    } catch (TimeoutException e) {
      return true;
    } catch (ExecutionException e) {
      return false;
    }
  }

  /** Cancels all runs of a token; returns at once. */
  public void cancelAllOf(String tokenId) {
    live.values().stream()
        .filter(run -> run.accepted.tokenId().equals(tokenId))
        .forEach(run -> run.cancel(LiveRun.CancelReason.TOKEN_REVOKED));
  }

  /** Keeps the answer of a run whose caller was gone before it could be sent. */
  public void keepAnswer(FinishedRun undelivered) {
    if (undelivered.answer() != null && undelivered.run().kept() == null) {
      store.keep(
          undelivered.run().id(), new KeptAnswer(undelivered.answer(), now().plus(REMEMBERED)));
    }
  }

  /** From now on nothing is accepted. */
  public void stopAccepting() {
    shuttingDown = true;
  }

  /**
   * Waits for the runs that were accepted, and cancels those that are not over in time. When it
   * returns, all are over and recorded.
   */
  public void drain(Duration patience) throws InterruptedException {
    stopAccepting();
    long deadline = System.nanoTime() + patience.toNanos();
    for (LiveRun run : List.copyOf(live.values())) {
      waitFor(run, Duration.ofNanos(deadline - System.nanoTime()));
    }
    List<LiveRun> left = List.copyOf(live.values());
    left.forEach(run -> run.cancel(LiveRun.CancelReason.SHUTDOWN));
    for (LiveRun run : left) {
      waitFor(run, CANCEL_GRACE);
    }
  }

  /** How many runs wait or run now. */
  public int inFlight() {
    return live.size();
  }

  /** Deletes answers and runs that were kept long enough. */
  public void sweep() {
    Instant now = now();
    store.deleteAnswers(now);
    int deleted;
    do {
      deleted = store.deleteCreatedBefore(now.minus(limits.retention()));
    } while (deleted > 0 && !Thread.currentThread().isInterrupted());
  }

  private void checkSchema(@Nullable String jsonSchema) {
    if (jsonSchema == null) {
      return;
    }
    Optional<String> objection = agents.objectionTo(jsonSchema);
    if (objection.isPresent()) {
      throw Refusal.invalid("json_schema", "json_schema: " + objection.get());
    }
  }

  private Run accepted(Caller caller, RunRequest request) {
    return new Run(
        ids.get(),
        caller.tokenId(),
        caller.appName(),
        RunState.QUEUED,
        request.modelOrDefault(),
        now(),
        null,
        null,
        AgentReport.NONE,
        request.promptBytes(),
        null,
        request.fileIds().size(),
        null,
        request.requestId(),
        null);
  }

  private Optional<RunStore.Keyed> add(Run run, RunRequest request) {
    return store.add(
        run,
        limits.keepContent() ? request.prompt() : null,
        request.key(),
        run.createdAt().minus(REMEMBERED));
  }

  // There is no place for a new run, but a repeated request needs none.
  private RunTicket joinOrRefuse(Run run, RunRequest request) {
    Optional<RunStore.Keyed> earlier = add(run, request);
    if (earlier.isPresent()) {
      return join(earlier.get(), request);
    }
    Refusal full = atCapacity();
    store.updateAndForgetKey(verdict.refused(run, now(), full));
    throw full;
  }

  private RunTicket join(RunStore.Keyed earlier, RunRequest request) {
    if (request.key() == null || !earlier.key().bodyHash().equals(request.key().bodyHash())) {
      throw Refusal.of(
          ErrorCode.IDEMPOTENCY_CONFLICT,
          "this Idempotency-Key was used with another body; use a new key for a new request");
    }
    LiveRun running = live.get(earlier.run().id());
    if (running != null) {
      return running.ticket(true);
    }
    // Not running: it was over when the store looked, or ended between the two looks.
    Run run = store.find(null, earlier.run().id()).orElse(earlier.run());
    if (!run.state().over()) {
      // It is being refused for want of a place at this moment.
      throw atCapacity();
    }
    return LiveRun.ticketOf(new FinishedRun(run, run.kept() == null ? null : run.kept().answer()));
  }

  private void work(LiveRun run) {
    try (Places.Place place = run.place) {
      finish(run, execute(run, place));
    } catch (RuntimeException e) {
      log.log(System.Logger.Level.ERROR, "run " + run.id() + " could not be recorded", e);
      run.completeExceptionally(e);
    } finally {
      live.remove(run.id());
      FileService.close(run.attachments);
    }
  }

  private FinishedRun execute(LiveRun run, Places.Place place) {
    try {
      Duration remaining = run.remaining();
      Duration wait = remaining.compareTo(limits.maxWait()) < 0 ? remaining : limits.maxWait();
      boolean granted = place.await(wait);
      if (run.cancelReason() != null) {
        return verdict.cancelled(run.accepted, now(), run.cancelReason(), AgentReport.NONE);
      }
      if (!granted || !run.remaining().isPositive()) {
        return run.remaining().isPositive()
            ? new FinishedRun(verdict.refused(run.accepted, now(), atCapacity()), null)
            : verdict.timedOutWaiting(run.accepted, now());
      }
      return runAgent(run);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a run", e);
    } catch (RuntimeException e) {
      log.log(System.Logger.Level.ERROR, "run " + run.id() + " failed inside the gateway", e);
      return verdict.broken(run.accepted, now());
    }
  }

  private FinishedRun runAgent(LiveRun run) throws InterruptedException {
    Run started = run.accepted.started(now());
    AgentRun agent = agents.start(oneShot(run), run.feed::publish);
    run.attach(agent);
    try {
      // After the start, while the agent takes its time to come up: to find its processes again
      // after a crash, the row of an accepted run is enough.
      store.update(started);
    } catch (RuntimeException e) {
      agent.cancel();
      agent.await();
      throw e;
    }
    AgentOutcome outcome = agent.await();
    return verdict.of(started, now(), outcome, run.cancelReason());
  }

  private OneShot oneShot(LiveRun run) {
    RunRequest request = run.request;
    return new OneShot(
        run.id(),
        request.prompt(),
        request.modelOrDefault(),
        request.system(),
        request.effort(),
        run.attachments,
        run.remaining(),
        request.jsonSchema(),
        request.maxBudgetUsd(),
        request.tools());
  }

  // The caller is answered only after this: what was answered is on disk.
  private void finish(LiveRun run, FinishedRun finished) {
    Run recorded = kept(run.request, finished);
    if (recorded.error() != null && passing(recorded.error().code())) {
      store.updateAndForgetKey(recorded);
    } else {
      store.update(recorded);
    }
    live.remove(run.id());
    run.complete(new FinishedRun(recorded, finished.answer()));
  }

  private Run kept(RunRequest request, FinishedRun finished) {
    Run run = finished.run();
    if (finished.answer() == null
        || !(request.keepAnswer() || request.key() != null || limits.keepContent())) {
      return run;
    }
    Duration howLong = limits.keepContent() ? limits.retention() : REMEMBERED;
    return run.ended(
        run.state(),
        run.endedAt() == null ? now() : run.endedAt(),
        run.report(),
        run.resultBytes(),
        run.error(),
        new KeptAnswer(finished.answer(), now().plus(howLong)));
  }

  // What is answered 503 was not the request's fault: its key may be used to try again.
  private static boolean passing(ErrorCode code) {
    return code == ErrorCode.AT_CAPACITY
        || code == ErrorCode.AGENT_UNAVAILABLE
        || code == ErrorCode.SHUTTING_DOWN;
  }

  private Run withUnexpiredAnswer(Run run) {
    @Nullable KeptAnswer kept = run.kept();
    return kept == null || kept.until().isAfter(clock.instant()) ? run : run.withoutAnswer();
  }

  private static void waitFor(LiveRun run, Duration atMost) throws InterruptedException {
    try {
      run.outcome().get(Math.max(0, atMost.toMillis()), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      log.log(System.Logger.Level.DEBUG, "run {0} is not over, or not recorded", run.id());
    }
  }

  private void refuseWhenShuttingDown() {
    if (shuttingDown) {
      throw Refusal.retryLater(
          ErrorCode.SHUTTING_DOWN, "the server is shutting down; try again soon", RETRY_AFTER);
    }
  }

  private Refusal atCapacity() {
    return Refusal.retryLater(
        ErrorCode.AT_CAPACITY,
        "all " + limits.maxConcurrent() + " places for runs are taken; try again soon",
        RETRY_AFTER);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
