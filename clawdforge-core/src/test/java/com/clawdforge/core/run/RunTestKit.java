package com.clawdforge.core.run;

import com.clawdforge.core.MutableClock;
import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.file.FileService;
import com.clawdforge.core.file.FileStore;
import com.clawdforge.core.file.InMemoryFileStore;
import com.clawdforge.core.file.StoredFile;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.session.InMemorySessionStore;
import com.clawdforge.core.share.Budgets;
import com.clawdforge.core.share.PromptRoom;
import com.clawdforge.core.share.PromptSpool;
import com.clawdforge.core.share.Shares;
import com.clawdforge.core.usage.InMemorySpending;
import com.clawdforge.core.work.ObservedWork;
import com.clawdforge.core.work.WorkClock;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * A {@link RunService} on fakes, with a clock that stands still. A run answers with its prompt: at
 * once or, if the prompt begins with {@code hold}, when the hold of that prompt is released. The
 * ids of its runs are {@code run-1}, {@code run-2} and so on.
 */
public final class RunTestKit implements AutoCloseable {
  public static final Caller APP = new Caller("token-1", "app");
  public static final Caller OTHER = new Caller("token-2", "other");
  public static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");
  static final Duration RETENTION = Duration.ofDays(90);
  static final RunLimits ROOMY = limits(64, 64, Duration.ofMinutes(5), false);

  public final MutableClock clock = new MutableClock(START.plusNanos(901_234));
  public final InMemoryRunStore ledger = new InMemoryRunStore();
  final WatchedRunStore store = new WatchedRunStore(ledger);
  public final FakeAgentRunner agents;
  public final FileService files;
  public final ObservedWork observed = new ObservedWork();
  public final Shares shares;
  public final RunService runs;

  private final Map<String, FakeRun.Hold> holds = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();
  private final AtomicInteger openContents = new AtomicInteger();

  private RunTestKit(RunLimits limits, Function<RunTestKit, Function<OneShot, FakeRun>> script) {
    this(limits, script, wall -> wall);
  }

  private RunTestKit(
      RunLimits limits,
      Function<RunTestKit, Function<OneShot, FakeRun>> script,
      UnaryOperator<Clock> clocks) {
    this(limits, script, clocks, PromptSpool.IN_MEMORY, Long.MAX_VALUE, BigDecimal.ONE);
  }

  private RunTestKit(
      RunLimits limits,
      Function<RunTestKit, Function<OneShot, FakeRun>> script,
      UnaryOperator<Clock> clocks,
      PromptSpool spool,
      long waitingBytes,
      BigDecimal unstated) {
    this.shares =
        new Shares(
            new Budgets(new InMemorySpending(ledger, new InMemorySessionStore()), clock, unstated),
            new PromptRoom(waitingBytes, spool));
    this.agents = FakeAgentRunner.scripted(script.apply(this));
    this.files =
        new FileService(
            new CountingFileStore(new InMemoryFileStore()), clock, new SecureRandom(), 1_000_000);
    this.runs =
        new RunService(
            store,
            agents,
            files,
            new ResultText(text -> text.strip().startsWith("{")),
            limits,
            clocks.apply(clock),
            () -> "run-" + ids.incrementAndGet(),
            observed,
            shares);
  }

  private static RunLimits limits(int places, int waiting, Duration maxWait, boolean keepContent) {
    return limits(places, waiting, maxWait, Duration.ZERO, keepContent);
  }

  private static RunLimits limits(
      int places, int waiting, Duration maxWait, Duration keepAnswers, boolean keepContent) {
    return new RunLimits(
        "claude",
        "sonnet",
        1_000_000,
        places,
        waiting,
        maxWait,
        RETENTION,
        keepAnswers,
        keepContent);
  }

  /** A kit with room for all runs of a test. */
  public static RunTestKit roomy() {
    return new RunTestKit(ROOMY, kit -> kit::echo);
  }

  /** A kit with a clock that can be set, and a counter of nanoseconds that goes on. */
  public static RunTestKit counting(LongSupplier nanos) {
    return new RunTestKit(ROOMY, kit -> kit::echo, wall -> new WorkClock(wall, nanos));
  }

  /** A kit whose ledger keeps the answer of each run for an hour. */
  public static RunTestKit keepingAnswers() {
    return new RunTestKit(
        limits(4, 4, Duration.ofMinutes(5), Duration.ofHours(1), false), kit -> kit::echo);
  }

  /** A kit whose agent does as the script says. */
  public static RunTestKit scripted(Function<OneShot, FakeRun> script) {
    return new RunTestKit(ROOMY, kit -> script);
  }

  /**
   * A kit with few places.
   *
   * @param waiting how many runs may wait for one
   * @param maxWait by the kit's clock
   */
  public static RunTestKit withPlaces(int places, int waiting, Duration maxWait) {
    return new RunTestKit(limits(places, waiting, maxWait, false), kit -> kit::echo);
  }

  /** A kit with few places, whose agent does as the script says. */
  static RunTestKit withPlaces(int places, int waiting, Function<OneShot, FakeRun> script) {
    return new RunTestKit(limits(places, waiting, Duration.ofMinutes(5), false), kit -> script);
  }

  /** As above, with runs that reserve at least this. */
  static RunTestKit withPlaces(
      int places, int waiting, String unstated, Function<OneShot, FakeRun> script) {
    return new RunTestKit(
        limits(places, waiting, Duration.ofMinutes(5), false),
        kit -> script,
        wall -> wall,
        PromptSpool.IN_MEMORY,
        Long.MAX_VALUE,
        new BigDecimal(unstated));
  }

  /**
   * A kit with one place and these prompts aside.
   *
   * @param waitingBytes how many bytes of them may wait
   */
  static RunTestKit spooling(PromptSpool spool, long waitingBytes) {
    return new RunTestKit(
        limits(1, 64, Duration.ofMinutes(5), false),
        kit -> kit::echo,
        wall -> wall,
        spool,
        waitingBytes,
        BigDecimal.ONE);
  }

  /** A kit whose ledger keeps prompts and answers. */
  public static RunTestKit keepingContent() {
    return new RunTestKit(limits(4, 4, Duration.ofMinutes(5), true), kit -> kit::echo);
  }

  private FakeRun echo(OneShot oneShot) {
    String prompt = oneShot.prompt().text();
    FakeRun run = FakeRun.answers(prompt);
    return prompt.startsWith("hold") ? run.heldBy(hold(prompt)) : run;
  }

  private FakeRun.Hold hold(String prompt) {
    return holds.computeIfAbsent(prompt, ignored -> new FakeRun.Hold());
  }

  /** Lets the runs of a prompt that begins with {@code hold} answer, present and future ones. */
  public void release(String prompt) {
    hold(prompt).release();
  }

  /** Starts a run of {@link #APP}. */
  public RunTicket start(TestRunRequest request) {
    return runs.start(APP, request.request());
  }

  public RunTicket start(String prompt) {
    return start(TestRunRequest.of(prompt));
  }

  /** Returns a run as the ledger has it. */
  public Run recorded(String runId) {
    return ledger.find(null, runId).orElseThrow();
  }

  /** Uploads a file of {@link #APP}; returns its id. */
  public String upload(String name, String content) throws IOException {
    InputStream in = new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
    try (FileStore.Upload upload = files.receive(APP, in, name)) {
      return files.keep(APP, upload, name, null).id();
    }
  }

  /** The number of open file contents. */
  int openContents() {
    return openContents.get();
  }

  @Override
  public void close() {
    agents.close();
  }

  private final class CountingFileStore implements FileStore {
    private final FileStore store;

    CountingFileStore(FileStore store) {
      this.store = store;
    }

    @Override
    public Optional<InputStream> open(StoredFile file) {
      return store.open(file).map(Counted::new);
    }

    @Override
    public Upload receive(InputStream content, long maxBytes) throws IOException {
      return store.receive(content, maxBytes);
    }

    @Override
    public Optional<StoredFile> find(String tokenId, String fileId, Instant now) {
      return store.find(tokenId, fileId, now);
    }

    @Override
    public Page<StoredFile> list(String tokenId, Instant now, PageRequest page) {
      return store.list(tokenId, now, page);
    }

    @Override
    public long bytes(String tokenId, Instant now) {
      return store.bytes(tokenId, now);
    }

    @Override
    public boolean delete(String tokenId, String fileId, Instant now) {
      return store.delete(tokenId, fileId, now);
    }

    @Override
    public int deleteExpired(Instant now) {
      return store.deleteExpired(now);
    }
  }

  private final class Counted extends FilterInputStream {
    private final AtomicBoolean closed = new AtomicBoolean();

    Counted(InputStream content) {
      super(content);
      openContents.incrementAndGet();
    }

    @Override
    public void close() throws IOException {
      if (closed.compareAndSet(false, true)) {
        openContents.decrementAndGet();
      }
      super.close();
    }
  }
}
