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
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.ObservedWork;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The services of sessions with everything around them made for tests. A turn says its prompt and
 * ends, at once or, if the prompt begins with {@code hold}, when the hold of that prompt is
 * released.
 */
final class Stage implements AutoCloseable {
  static final Caller APP = new Caller("token-1", "app");
  static final Caller OTHER = new Caller("token-2", "other");
  static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");
  static final Duration LONG = Duration.ofMinutes(5);

  final MutableClock clock = new MutableClock(START);
  final InMemorySessionStore ledger = new InMemorySessionStore();
  final FakeAgentRunner agents;
  final FileService files;
  final ObservedWork observed = new ObservedWork();
  final TurnService turns;
  final SessionService sessions;
  final SessionSweeper sweeper;

  /** What to do, once, before and after the ledger does what the method of that name says. */
  final Map<String, Runnable> before = new ConcurrentHashMap<>();

  final Map<String, Runnable> after = new ConcurrentHashMap<>();

  private final Map<String, FakeRun.Hold> holds = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();

  private Stage(SessionLimits limits, @Nullable BiFunction<AgentSession, Prompt, FakeRun> script) {
    this(limits, script, Duration.ofSeconds(20));
  }

  private Stage(
      SessionLimits limits,
      @Nullable BiFunction<AgentSession, Prompt, FakeRun> script,
      Duration cancelGrace) {
    agents = FakeAgentRunner.scriptedTurns(script == null ? this::echo : script);
    files = new FileService(new InMemoryFileStore(), clock, new SecureRandom(), 1_000_000);
    SessionStore store = watched();
    turns = new TurnService(store, agents, files, limits, clock, observed, cancelGrace);
    sessions =
        new SessionService(
            store, agents, turns, limits, clock, () -> "session-" + ids.incrementAndGet());
    sweeper = new SessionSweeper(store, sessions, limits, clock);
  }

  private SessionStore watched() {
    return (SessionStore)
        Proxy.newProxyInstance(
            SessionStore.class.getClassLoader(),
            new Class<?>[] {SessionStore.class},
            (proxy, method, arguments) -> {
              run(before.remove(method.getName()));
              try {
                return method.invoke(ledger, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                run(after.remove(method.getName()));
              }
            });
  }

  private static void run(@Nullable Runnable work) {
    if (work != null) {
      work.run();
    }
  }

  static SessionLimits limits(int maxOpen, int places, int waiting, Duration maxWait) {
    return new SessionLimits(
        Set.of("claude", "codex"),
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

  static Stage roomy() {
    return new Stage(limits(64, 64, 64, LONG), null);
  }

  static Stage limited(SessionLimits limits) {
    return new Stage(limits, null);
  }

  static Stage withCancelGrace(Duration grace) {
    return new Stage(limits(64, 64, 64, LONG), null, grace);
  }

  static Stage scripted(BiFunction<AgentSession, Prompt, FakeRun> script) {
    return new Stage(limits(64, 64, 64, LONG), script);
  }

  private FakeRun echo(AgentSession session, Prompt prompt) {
    FakeRun turn = FakeRun.turn(prompt.text());
    return prompt.text().startsWith("hold") ? turn.heldBy(hold(prompt.text())) : turn;
  }

  private FakeRun.Hold hold(String prompt) {
    return holds.computeIfAbsent(prompt, ignored -> new FakeRun.Hold());
  }

  void release(String prompt) {
    hold(prompt).release();
  }

  static SessionRequest asking(@Nullable IdempotencyKey key) {
    return new SessionRequest("claude", null, null, null, null, false, null, "{}", key);
  }

  String open() {
    return sessions.open(APP, asking(null)).session().id();
  }

  static TurnRequest saying(String prompt) {
    return new TurnRequest(prompt, List.of(), LONG, true, null, "request-1");
  }

  TurnTicket say(String sessionId, String prompt) {
    return turns.start(APP, sessionId, saying(prompt));
  }

  Session recorded(String sessionId) {
    return ledger.find(null, sessionId).orElseThrow();
  }

  List<SessionEvent.Kind> trail(String sessionId) {
    return ledger.trail(sessionId).stream().map(SessionEvent::kind).toList();
  }

  /** All events from here to the end, as text. */
  static List<String> read(TurnEvents events) throws InterruptedException {
    List<String> all = new ArrayList<>();
    TurnEvents.Batch batch;
    do {
      batch = events.next(Duration.ofSeconds(20));
      batch.events().stream().map(Stage::text).forEach(all::add);
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
  }
}
