package com.clawdforge.core.session;

import com.clawdforge.core.MutableClock;
import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.agent.Prompt;
import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.file.FileService;
import com.clawdforge.core.file.InMemoryFileStore;
import com.clawdforge.core.share.Shares;
import com.clawdforge.core.work.EventReader;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.ObservedWork;
import com.clawdforge.core.work.WorkClock;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The services of sessions on fakes, with a clock that stands still. A turn echoes its prompt and
 * ends: at once or, if the prompt begins with {@code hold}, when the hold of that prompt is
 * released. The ids of its sessions are {@code session-1}, {@code session-2} and so on.
 */
public final class SessionTestKit implements AutoCloseable {
  public static final Caller APP = new Caller("token-1", "app");
  public static final Caller OTHER = new Caller("token-2", "other");
  public static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");
  static final Duration LONG = Duration.ofMinutes(5);

  public final MutableClock clock = new MutableClock(START);
  public final InMemorySessionStore ledger = new InMemorySessionStore();
  public final FakeAgentRunner agents;
  public final FileService files;
  public final ObservedWork observed = new ObservedWork();
  public final TurnService turns;
  public final SessionService sessions;
  public final SessionSweeper sweeper;

  private final Map<Method, Runnable> before = new ConcurrentHashMap<>();
  private final Map<Method, Runnable> after = new ConcurrentHashMap<>();

  private final Map<String, FakeRun.Hold> holds = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();

  private SessionTestKit(
      SessionLimits limits, @Nullable BiFunction<AgentSession, Prompt, FakeRun> script) {
    this(limits, script, Thread.ofVirtual().factory());
  }

  private SessionTestKit(
      SessionLimits limits,
      @Nullable BiFunction<AgentSession, Prompt, FakeRun> script,
      ThreadFactory threads) {
    this(limits, script, threads, wall -> wall);
  }

  private SessionTestKit(
      SessionLimits limits,
      @Nullable BiFunction<AgentSession, Prompt, FakeRun> script,
      ThreadFactory threads,
      UnaryOperator<Clock> clocks) {
    this(limits, script, threads, clocks, Shares.ofMemory());
  }

  private SessionTestKit(
      SessionLimits limits,
      @Nullable BiFunction<AgentSession, Prompt, FakeRun> script,
      ThreadFactory threads,
      UnaryOperator<Clock> clocks,
      Shares shares) {
    Clock used = clocks.apply(clock);
    agents = FakeAgentRunner.scriptedTurns(script == null ? this::echo : script);
    files = new FileService(new InMemoryFileStore(), clock, new SecureRandom(), 1_000_000);
    Stores store = stores(this::watched);
    turns =
        new TurnService(
            store, store, store, agents, files, limits, used, observed, shares, threads);
    sessions =
        new SessionService(
            store, agents, turns, limits, clock, () -> "session-" + ids.incrementAndGet());
    sweeper = new SessionSweeper(store, store, sessions, limits, clock);
  }

  /** All stores of sessions. */
  interface Stores extends SessionStore, TurnStore, AuditTrail {}

  static final Consumer<Stores> RECORDS = ledger -> ledger.record(List.of());

  static final Consumer<Stores> ADDS_TURN = ledger -> ledger.addTurn(anything(), null, null, START);

  static final Consumer<Stores> ADDS_SESSION = ledger -> ledger.add(anything(), null, START, 0, 0);

  static final Consumer<Stores> CLOSES_SESSION = ledger -> ledger.close("", START);

  static final Consumer<Stores> FINDS_SESSION = ledger -> ledger.find(null, "");

  static final Consumer<Stores> NOTES = ledger -> ledger.note(anything());

  static final Consumer<Stores> CLOSES_IF_IDLE = ledger -> ledger.closeIfIdle("", START, START);

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T anything() {
    return null;
  }

  /** Runs the action once, before the ledger method that {@code call} calls. */
  void before(Consumer<Stores> call, Runnable action) {
    before.put(method(call), action);
  }

  /** Runs the action once, after the ledger method that {@code call} calls. */
  void after(Consumer<Stores> call, Runnable action) {
    after.put(method(call), action);
  }

  // By a call and not by name, so that a renamed method breaks the compilation.
  private static Method method(Consumer<Stores> call) {
    AtomicReference<Method> called = new AtomicReference<>();
    call.accept(
        stores(
            (proxy, method, arguments) -> {
              called.set(method);
              Class<?> type = method.getReturnType();
              return type == boolean.class ? (Object) false : type == int.class ? 0 : null;
            }));
    return Objects.requireNonNull(called.get(), "nothing was called");
  }

  private static Stores stores(InvocationHandler handler) {
    return (Stores)
        Proxy.newProxyInstance(
            Stores.class.getClassLoader(), new Class<?>[] {Stores.class}, handler);
  }

  private @Nullable Object watched(Object proxy, Method method, Object[] arguments)
      throws Throwable {
    run(before.remove(method));
    try {
      return method.invoke(ledger, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    } finally {
      run(after.remove(method));
    }
  }

  private static void run(@Nullable Runnable work) {
    if (work != null) {
      work.run();
    }
  }

  /**
   * The limits of a gateway that offers claude and codex.
   *
   * @param maxOpen sessions
   * @param places for turns
   * @param waiting turns that may wait for a place, for {@code maxWait} by the kit's clock
   */
  public static SessionLimits limits(int maxOpen, int places, int waiting, Duration maxWait) {
    return new SessionLimits(
        Set.of("claude", "codex"),
        "claude",
        1_000_000,
        maxOpen,
        places,
        waiting,
        maxWait,
        Duration.ofHours(1),
        Duration.ofDays(1),
        Duration.ofDays(90),
        false);
  }

  /** A kit with room for all sessions and turns of a test. */
  public static SessionTestKit roomy() {
    return new SessionTestKit(limits(64, 64, 64, LONG), null);
  }

  /** A kit with a clock that can be set, and a counter of nanoseconds that goes on. */
  public static SessionTestKit counting(LongSupplier nanos) {
    return new SessionTestKit(
        limits(64, 64, 64, LONG),
        null,
        Thread.ofVirtual().factory(),
        wall -> new WorkClock(wall, nanos));
  }

  /** A kit with these limits. */
  public static SessionTestKit limited(SessionLimits limits) {
    return new SessionTestKit(limits, null);
  }

  /** A kit whose tokens share these. */
  static SessionTestKit sharing(SessionLimits limits, Shares shares) {
    return new SessionTestKit(limits, null, Thread.ofVirtual().factory(), wall -> wall, shares);
  }

  /** As above, with an agent that does as the script says. */
  static SessionTestKit sharing(
      SessionLimits limits, Shares shares, BiFunction<AgentSession, Prompt, FakeRun> script) {
    return new SessionTestKit(limits, script, Thread.ofVirtual().factory(), wall -> wall, shares);
  }

  static SessionTestKit withThreads(ThreadFactory threads) {
    return new SessionTestKit(limits(64, 64, 64, LONG), null, threads);
  }

  /** A kit whose agent does as the script says. */
  public static SessionTestKit scripted(BiFunction<AgentSession, Prompt, FakeRun> script) {
    return new SessionTestKit(limits(64, 64, 64, LONG), script);
  }

  private FakeRun echo(AgentSession session, Prompt prompt) {
    FakeRun turn = FakeRun.turn(prompt.text());
    return prompt.text().startsWith("hold") ? turn.heldBy(hold(prompt.text())) : turn;
  }

  private FakeRun.Hold hold(String prompt) {
    return holds.computeIfAbsent(prompt, ignored -> new FakeRun.Hold());
  }

  /** Lets the turns of a prompt that begins with {@code hold} end, present and future ones. */
  public void release(String prompt) {
    hold(prompt).release();
  }

  static SessionRequest sessionRequest(@Nullable IdempotencyKey key) {
    return TestSessionRequest.of("claude").key(key).request();
  }

  /** Opens a session of {@link #APP}; returns its id. */
  public String open() {
    return sessions.open(APP, sessionRequest(null)).session().id();
  }

  static TurnRequest turnRequest(String prompt) {
    return TestTurnRequest.of(prompt).request();
  }

  /** Starts a turn. */
  public TurnTicket prompt(String sessionId, String prompt) {
    return turns.start(APP, sessionId, turnRequest(prompt));
  }

  /** Returns a session as the ledger has it. */
  public Session recorded(String sessionId) {
    return ledger.find(null, sessionId).orElseThrow();
  }

  /** The kinds of events in the audit trail of a session, in order. */
  public List<SessionEvent.Kind> trail(String sessionId) {
    return ledger.trail(sessionId).stream().map(SessionEvent::kind).toList();
  }

  /** All events from here to the end, as text. */
  public static List<String> read(EventReader events) throws InterruptedException {
    List<String> all = new ArrayList<>();
    EventReader.Batch batch;
    do {
      batch = events.next(Duration.ofSeconds(20));
      batch.events().stream().map(SessionTestKit::text).forEach(all::add);
    } while (!batch.last());
    return all;
  }

  static String text(AgentEvent event) {
    return new String(event.json(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    agents.close();
    turns.close();
    if (!before.isEmpty() || !after.isEmpty()) {
      throw new AssertionError("never called: " + before.keySet() + after.keySet());
    }
  }
}
