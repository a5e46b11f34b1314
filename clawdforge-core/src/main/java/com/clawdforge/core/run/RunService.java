package com.clawdforge.core.run;

import com.clawdforge.core.agent.Attachment;
import com.clawdforge.core.agent.Network;
import com.clawdforge.core.agent.OneShots;
import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.auth.TokenLimits;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.file.FileService;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.share.Shares;
import com.clawdforge.core.work.Admission;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.Load;
import com.clawdforge.core.work.Progress;
import com.clawdforge.core.work.WorkClock;
import com.clawdforge.core.work.WorkError;
import com.clawdforge.core.work.WorkObserver;
import com.clawdforge.core.work.WorkWatch;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Accepts, executes and records one-shot runs. A run belongs to the ledger, not to its caller: it
 * continues when the caller is gone. Safe for any thread.
 */
public final class RunService {
  private static final System.Logger log = System.getLogger(RunService.class.getName());
  private static final Duration UNKNOWN_FOR = Duration.ofDays(1);

  private final RunStore store;
  private final OneShots agents;
  private final RunWork work;
  private final FileService files;
  private final RunLimits limits;
  private final WorkObserver observer;
  private final Clock clock;
  private final Supplier<String> ids;
  private final RunEntry entry;
  private final Map<String, LiveRun> live = new ConcurrentHashMap<>();
  private final Admission admission;

  /** A service of its own, whose tokens share nothing with other services. */
  public RunService(
      RunStore store,
      OneShots agents,
      FileService files,
      ResultText resultText,
      RunLimits limits,
      Clock clock,
      Supplier<String> ids,
      WorkObserver observer) {
    this(store, agents, files, resultText, limits, clock, ids, observer, Shares.ofMemory());
  }

  /**
   * @param ids returns a new, unique id for each run
   * @param observer observes each run
   * @param shares what each token takes of the server, here and elsewhere
   */
  public RunService(
      RunStore store,
      OneShots agents,
      FileService files,
      ResultText resultText,
      RunLimits limits,
      Clock clock,
      Supplier<String> ids,
      WorkObserver observer,
      Shares shares) {
    this.store = store;
    this.agents = agents;
    this.files = files;
    this.limits = limits;
    this.clock = WorkClock.inMillis(clock);
    this.ids = ids;
    this.observer = observer;
    this.admission = new Admission(live::values);
    this.entry = new RunEntry(shares, limits, this.clock);
    this.work =
        new RunWork(
            store, agents, new RunVerdict(resultText), entry, limits, this.clock, this::settle);
  }

  private void settle(LiveRun over, Run recorded) {
    live.remove(over.id());
    over.held.reserved().settle(recorded);
  }

  /**
   * Ends what an earlier gateway left behind and records it as interrupted. Call this before the
   * first run. The processes go first: if this gateway dies meanwhile, the next one finds them
   * again.
   */
  public void recover() {
    List<String> unfinished = store.unfinished();
    if (unfinished.isEmpty()) {
      return;
    }
    agents.endOrphans(unfinished);
    store.interruptUnfinished(clock.instant());
    log.log(
        System.Logger.Level.WARNING,
        "{0} runs of an earlier server were interrupted; their processes are gone",
        unfinished.size());
  }

  /** Deletes what runs have on disk that are in no ledger, a day after it was found so. */
  public void deleteUnknown() {
    List<String> deleted =
        agents.deleteUnknownRuns(
            id -> store.find(null, id).isPresent(), clock.instant().minus(UNKNOWN_FOR));
    if (!deleted.isEmpty()) {
      log.log(
          System.Logger.Level.WARNING,
          "the directories of {0} runs that the ledger does not know were deleted",
          deleted.size());
    }
  }

  /**
   * Accepts a run and returns while it waits or runs.
   *
   * @throws Refusal if it is not accepted; then it holds nothing, and its key may be used again
   */
  public RunTicket start(Caller caller, RunRequest request) {
    admission.refuseWhenShuttingDown();
    request.check(limits.maxPromptBytes());
    caller.limits().requireAgent(limits.agent());
    checkTools(request.tools());
    caller.limits().requireTools(request.tools(), agents::kindOf);
    checkSchema(request.jsonSchema());
    Run run = newRun(caller, request, network(caller, request));
    List<Attachment> attachments;
    try {
      attachments = files.open(caller, request.fileIds());
    } catch (Refusal missing) {
      return joinOrRefuse(run, request, missing);
    }
    LiveRun entered;
    try {
      entered = entry.enter(caller, run, request, attachments);
    } catch (Refusal refusal) {
      return joinOrRefuse(run, request, refusal);
    }
    return startOrJoin(entered, request);
  }

  /**
   * Returns the run that an earlier request with this key started, and starts none.
   *
   * @throws Refusal if the body was another one, or if that run cannot be joined just now
   */
  public Optional<RunTicket> rejoin(Caller caller, IdempotencyKey key) {
    return store
        .findKeyed(caller.tokenId(), key, clock.instant().minus(IdempotencyKey.REMEMBERED))
        .map(earlier -> join(earlier, key));
  }

  private RunTicket startOrJoin(LiveRun run, RunRequest request) {
    boolean added = false;
    boolean started = false;
    // Before it is in the store, so that a thread that finds it there finds it here; and before the
    // second check, so that either that check or drain() sees the other.
    live.put(run.id(), run);
    try {
      admission.refuseAfterAll(run.tokenId());
      Optional<RunStore.Keyed> earlier = add(run.accepted, request);
      if (earlier.isPresent()) {
        return join(earlier.get(), request.key());
      }
      run.watchedBy(WorkWatch.of(observer, describe(run.accepted)));
      added = true;
      work.start(run);
      started = true;
      return run.ticket(false);
    } finally {
      if (!started) {
        live.remove(run.id());
        run.held.reserved().close();
        run.close();
        // drain() may have found it and be waiting for it.
        run.abandon(new IllegalStateException("the run was not accepted"));
        if (added) {
          // The store has it, and its key would be taken for ever.
          work.recordNotStarted(run);
        }
      }
    }
  }

  private WorkObserver.Accepted describe(Run run) {
    return new WorkObserver.Accepted(
        WorkObserver.Kind.RUN,
        run.id(),
        0,
        run.appName(),
        limits.agent(),
        run.model(),
        run.requestId());
  }

  /** The caller's run. */
  public Run get(Caller caller, String runId) {
    return withUnexpiredAnswer(
        store.find(caller.tokenId(), runId).orElseThrow(() -> Refusal.notFound("run", runId)));
  }

  public Page<Run> listOfRequest(Caller caller, String requestId, PageRequest page) {
    return store.listOfRequest(caller.tokenId(), requestId, page);
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
   * @return whether the run is recorded as cancelled; false if it had already ended, ended
   *     otherwise, or has not ended yet: then it is still being cancelled, and its state will say
   *     how it ended
   */
  public boolean cancel(Caller caller, String runId) throws InterruptedException {
    Run run = get(caller, runId);
    LiveRun running = live.get(run.id());
    if (running == null) {
      return false;
    }
    return admission.cancel(running, over -> over.run().state());
  }

  /**
   * Cancels all runs of a revoked token and accepts no more, even from requests that are already
   * authenticated. Returns at once.
   */
  public void cancelAllOf(String tokenId) {
    admission.revoke(tokenId);
  }

  /** Keeps the answer of a run whose caller disconnected before it was sent. */
  public void keepAnswer(FinishedRun undelivered) {
    @Nullable KeptAnswer kept = undelivered.run().kept();
    Instant until = clock.instant().plus(IdempotencyKey.REMEMBERED);
    if (undelivered.answer() != null && (kept == null || kept.until().isBefore(until))) {
      store.keep(undelivered.run().id(), new KeptAnswer(undelivered.answer(), until));
    }
  }

  /** Accepts no more runs. */
  public void stopAccepting() {
    admission.stopAccepting();
  }

  /**
   * Waits for the accepted runs and cancels those that do not end in time. Waits only some seconds
   * for cancelled runs.
   */
  public void drain(Duration patience) throws InterruptedException {
    admission.drain(patience);
  }

  /** How many runs wait or run now. */
  public int inFlight() {
    return live.size();
  }

  /** How many of them run and wait, and how many may run. */
  public Load load() {
    return entry.load(inFlight());
  }

  /** Retries failed records and deletes what is past its retention. */
  public void sweep() {
    work.recordLeftovers();
    Instant now = clock.instant();
    inSteps(() -> store.deleteAnswers(now));
    inSteps(() -> store.deleteCreatedBefore(now.minus(limits.retention())));
  }

  // Other threads write between two steps.
  private static void inSteps(IntSupplier deletion) {
    int deleted;
    do {
      deleted = deletion.getAsInt();
    } while (deleted > 0 && !Thread.currentThread().isInterrupted());
  }

  private void checkTools(@Nullable List<String> tools) {
    if (tools == null) {
      return;
    }
    Optional<String> objection = agents.objectionToTools(tools);
    if (objection.isPresent()) {
      throw Refusal.invalid("tools", "tools: " + objection.get());
    }
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

  private Network network(Caller caller, RunRequest request) {
    TokenLimits token = caller.limits();
    return token.permit(
        request.network(),
        Network.usual(request.tools(), agents::kindOf, token.maxPermissions()),
        agents::objectionToLessNetwork);
  }

  private Run newRun(Caller caller, RunRequest request, Network network) {
    return new Run(
        ids.get(),
        caller.tokenId(),
        caller.appName(),
        request.model() == null ? limits.model() : request.model(),
        request.promptBytes(),
        request.fileIds().size(),
        network,
        request.requestId(),
        Progress.accepted(clock.instant()),
        null,
        null);
  }

  private Optional<RunStore.Keyed> add(Run run, RunRequest request) {
    return store.add(
        run,
        limits.keepContent() ? request.prompt() : null,
        request.key(),
        run.createdAt().minus(IdempotencyKey.REMEMBERED));
  }

  // A repeated request needs no place and no files: these may have expired since the first.
  private RunTicket joinOrRefuse(Run run, RunRequest request, Refusal refusal) {
    if (request.key() == null) {
      throw refusal;
    }
    Optional<RunStore.Keyed> earlier = add(run, request);
    if (earlier.isPresent()) {
      return join(earlier.get(), request.key());
    }
    work.recordRefusal(run, WorkError.of(refusal));
    throw refusal;
  }

  private RunTicket join(RunStore.Keyed earlier, @Nullable IdempotencyKey repeated) {
    earlier.key().requireSame(repeated);
    LiveRun running = live.get(earlier.run().id());
    if (running != null) {
      return running.ticket(true);
    }
    // Not running: it had ended before the store looked it up, or has ended since.
    Run run = store.find(null, earlier.run().id()).orElse(earlier.run());
    if (!run.state().over()) {
      // It is just being refused, or its end could not be recorded yet.
      throw RunLimits.earlierRunEnding();
    }
    return LiveRun.ticketOf(new FinishedRun(run, run.kept() == null ? null : run.kept().answer()));
  }

  private Run withUnexpiredAnswer(Run run) {
    @Nullable KeptAnswer kept = run.kept();
    return kept == null || kept.until().isAfter(clock.instant()) ? run : run.keeping(null);
  }
}
