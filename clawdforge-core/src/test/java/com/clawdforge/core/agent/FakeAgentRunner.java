package com.clawdforge.core.agent;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An {@link AgentRunner} without agents, for tests. Its runs and turns follow a script, and it
 * records its calls. Safe for any thread.
 */
public final class FakeAgentRunner implements AgentRunner {
  private static final System.Logger log = System.getLogger(FakeAgentRunner.class.getName());
  private static final Duration TEST_PATIENCE = Duration.ofSeconds(20);

  private final Function<OneShot, FakeRun> script;
  private final BiFunction<AgentSession, Prompt, FakeRun> turns;
  private final List<Received> received = new ArrayList<>();
  private final List<ReceivedTurn> receivedTurns = new ArrayList<>();
  private final List<String> orphans = new ArrayList<>();
  private final List<String> left = new ArrayList<>();
  private final Set<String> openSessions = new LinkedHashSet<>();
  private final List<String> closedSessions = new ArrayList<>();
  private final Map<String, BigDecimal> spentBetween = new HashMap<>();
  private final Map<String, TurnListener> lastTurns = new HashMap<>();
  private final Set<Working> running = new HashSet<>();
  private int mostAtOnce;
  private boolean closed;
  private boolean processesStay;
  private boolean keepsNetwork;

  private FakeAgentRunner(
      Function<OneShot, FakeRun> script, BiFunction<AgentSession, Prompt, FakeRun> turns) {
    this.script = script;
    this.turns = turns;
  }

  /**
   * A runner whose runs all answer this text at once; with a JSON Schema also as structured output.
   */
  public static FakeAgentRunner answering(String text) {
    return scripted(
        oneShot ->
            oneShot.jsonSchema() == null ? FakeRun.answers(text) : FakeRun.answersStructured(text));
  }

  /** A runner whose runs all answer "ok" at once; with a JSON Schema as a JSON string. */
  public static FakeAgentRunner answeringOk() {
    return scripted(
        oneShot ->
            oneShot.jsonSchema() == null
                ? FakeRun.answers("ok")
                : FakeRun.answersStructured("\"ok\""));
  }

  /**
   * A runner with a script for each run.
   *
   * @param script called by {@link #start} once for each run; {@code start} throws what it throws
   */
  public static FakeAgentRunner scripted(Function<OneShot, FakeRun> script) {
    return new FakeAgentRunner(script, (session, prompt) -> FakeRun.turn("ok"));
  }

  /**
   * A runner with a script for each turn, whose one-shots all answer "ok".
   *
   * @param turns called by {@link #prompt} once for each turn; {@code prompt} throws what it throws
   */
  public static FakeAgentRunner scriptedTurns(BiFunction<AgentSession, Prompt, FakeRun> turns) {
    return new FakeAgentRunner(oneShot -> FakeRun.answers("ok"), turns);
  }

  /** A runner with a script for each run and one for each turn. */
  public static FakeAgentRunner scripted(
      Function<OneShot, FakeRun> runs, BiFunction<AgentSession, Prompt, FakeRun> turns) {
    return new FakeAgentRunner(runs, turns);
  }

  /**
   * The input of a run.
   *
   * @param contents those of the attachments, in order
   */
  public record Received(OneShot oneShot, List<byte[]> contents) {}

  /**
   * The input of a turn.
   *
   * @param contents those of the attachments, in order
   */
  public record ReceivedTurn(AgentSession session, Prompt prompt, List<byte[]> contents) {}

  @Override
  public AgentTask start(OneShot oneShot, Consumer<AgentEvent> events) {
    Working run = new Working(oneShot.prompt(), events);
    FakeRun plan = script.apply(oneShot);
    begin(run, () -> received.add(new Received(oneShot, run.contents)));
    Thread.ofVirtual().name("fake-agent-" + oneShot.runId()).start(() -> run.work(plan));
    return run;
  }

  /** Objects to the tools of claude that {@link #kindOf} knows in another case. */
  @Override
  public Optional<String> objectionToTools(List<String> tools) {
    return tools.stream()
        .filter(tool -> List.of("read", "grep", "edit", "bash").contains(tool))
        .findFirst()
        .map(tool -> "there is no tool " + tool);
  }

  /** Knows a few tools of claude. */
  @Override
  public ToolKind kindOf(String tool) {
    return switch (tool) {
      case "Read" -> ToolKind.READ;
      case "Grep" -> ToolKind.SEARCH;
      case "Edit" -> ToolKind.EDIT;
      case "Bash" -> ToolKind.EXECUTE;
      default -> ToolKind.OTHER;
    };
  }

  /** Lets claude be kept from the network, which nothing is at first. */
  public synchronized FakeAgentRunner keepingNetwork() {
    keepsNetwork = true;
    return this;
  }

  @Override
  public synchronized Optional<String> objectionToLessNetwork() {
    return keepsNetwork ? Optional.empty() : Optional.of("nothing keeps runs from the network");
  }

  @Override
  public synchronized Optional<String> objectionToLessNetwork(String agent) {
    return keepsNetwork && agent.equals("claude")
        ? Optional.empty()
        : Optional.of("nothing keeps " + agent + " from the network");
  }

  /** Refuses nothing and records the open sessions. */
  @Override
  public synchronized SessionOpening open(AgentSession session) {
    openSessions.add(session.sessionId());
    return new SessionOpening.Ready();
  }

  /**
   * The id of the conversation is the earlier one, or {@code conversation-<sessionId>}, unless the
   * script names another.
   */
  @Override
  public AgentTask prompt(AgentSession session, Prompt prompt, TurnListener listener) {
    Working run = new Working(prompt, listener::onEvent);
    FakeRun plan = turns.apply(session, prompt);
    begin(
        run,
        () -> {
          receivedTurns.add(new ReceivedTurn(session, prompt, run.contents));
          lastTurns.put(session.sessionId(), listener);
        });
    Thread.ofVirtual()
        .name("fake-agent-" + session.sessionId())
        .start(
            () -> {
              listener.onConversation(conversation(session, plan));
              run.work(plan);
            });
    return run;
  }

  private static String conversation(AgentSession session, FakeRun plan) {
    if (plan.conversation() != null) {
      return plan.conversation();
    }
    return session.conversationId() == null
        ? "conversation-" + session.sessionId()
        : session.conversationId();
  }

  /** Lets a session's agent send a message after the last turn. */
  public void sendAfterwards(String sessionId, String line) {
    TurnListener last;
    synchronized (this) {
      last = lastTurns.get(sessionId);
    }
    if (last == null) {
      throw new IllegalStateException("session " + sessionId + " has had no turn");
    }
    last.onAfterwards(new AgentEvent(line.getBytes(StandardCharsets.UTF_8)));
  }

  /** Lets a session's agent spend on background work before its next turn or its end. */
  public synchronized void spendBetweenTurns(String sessionId, BigDecimal costUsd) {
    spentBetween.put(sessionId, costUsd);
  }

  @Override
  public synchronized Optional<BigDecimal> takeBackgroundCost(AgentSession session) {
    return Optional.ofNullable(spentBetween.remove(session.sessionId()));
  }

  /** Lets {@link #close(AgentSession)} fail, as if the session's processes were still there. */
  public synchronized void keepProcesses(boolean keep) {
    processesStay = keep;
  }

  @Override
  public synchronized void close(AgentSession session) {
    if (processesStay) {
      throw new IllegalStateException("processes are still there");
    }
    openSessions.remove(session.sessionId());
    closedSessions.add(session.sessionId());
  }

  private synchronized void begin(Working run, Runnable remember) {
    remember.run();
    running.add(run);
    mostAtOnce = Math.max(mostAtOnce, running.size());
    if (closed) {
      run.cancel();
    }
    notifyAll();
  }

  private synchronized void end(Working run) {
    running.remove(run);
    notifyAll();
  }

  /** Objects to nothing: the script decides the answer. */
  @Override
  public Optional<String> objectionTo(String jsonSchema) {
    return Optional.empty();
  }

  @Override
  public synchronized void endOrphans(Collection<String> ids) {
    orphans.addAll(ids);
  }

  @Override
  public void close() {
    List<Working> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(running);
    }
    left.forEach(Working::cancel);
    left.forEach(run -> run.outcome.join());
  }

  /** The runs that were started so far, in order. */
  public synchronized List<Received> received() {
    return List.copyOf(received);
  }

  @Override
  public List<String> deleteUnknownSessions(Predicate<String> known, Instant unknownSince) {
    return deleteUnknown(known);
  }

  @Override
  public List<String> deleteUnknownRuns(Predicate<String> known, Instant unknownSince) {
    return deleteUnknown(known);
  }

  private synchronized List<String> deleteUnknown(Predicate<String> known) {
    List<String> unknown = left.stream().filter(known.negate()).toList();
    left.removeAll(unknown);
    return unknown;
  }

  /** Adds sessions or runs that have something on disk, though nobody asked for them here. */
  public synchronized void leave(String... ids) {
    left.addAll(List.of(ids));
  }

  /** What {@link #leave} has added and nobody has deleted. */
  public synchronized List<String> left() {
    return List.copyOf(left);
  }

  /** The ids that were passed to {@link #endOrphans} so far, in order. */
  public synchronized List<String> orphans() {
    return List.copyOf(orphans);
  }

  /** The turns that were started so far, in order. */
  public synchronized List<ReceivedTurn> receivedTurns() {
    return List.copyOf(receivedTurns);
  }

  /** The ids of the sessions that are open here and not closed. */
  public synchronized Set<String> openSessions() {
    return Set.copyOf(openSessions);
  }

  /** The ids that were passed to {@link #close(AgentSession)} so far, in order. */
  public synchronized List<String> closedSessions() {
    return List.copyOf(closedSessions);
  }

  /** Waits until this many turns were started in all. */
  public synchronized void awaitTurns(int count) throws InterruptedException {
    awaitSize(receivedTurns, count);
  }

  /** The number of runs and turns without an outcome. */
  public synchronized int runningNow() {
    return running.size();
  }

  /** The largest number of runs at one time. */
  public synchronized int mostAtOnce() {
    return mostAtOnce;
  }

  /** Waits until this many runs were started in all. */
  public synchronized void awaitStarted(int count) throws InterruptedException {
    awaitSize(received, count);
  }

  private void awaitSize(List<?> started, int count) throws InterruptedException {
    long deadline = System.nanoTime() + TEST_PATIENCE.toNanos();
    while (started.size() < count) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new AssertionError("waited for " + count + ", saw " + started.size());
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  private final class Working implements AgentTask {
    private final Duration timeout;
    private final List<byte[]> contents;
    private final Consumer<AgentEvent> events;
    private final CompletableFuture<@Nullable Void> cancelled = new CompletableFuture<>();
    private final CompletableFuture<AgentOutcome> outcome = new CompletableFuture<>();
    private @Nullable IOException unreadable;

    Working(Prompt prompt, Consumer<AgentEvent> events) {
      this.timeout = prompt.timeout();
      this.events = events;
      this.contents = read(prompt.attachments());
    }

    // Read here: a real runner may read until the outcome, and no test can see when.
    private List<byte[]> read(List<Attachment> attachments) {
      List<byte[]> all = new ArrayList<>();
      for (Attachment attachment : attachments) {
        try {
          all.add(attachment.content().readAllBytes());
        } catch (IOException e) {
          unreadable = e;
        }
      }
      return List.copyOf(all);
    }

    void work(FakeRun plan) {
      AgentOutcome how;
      try {
        plan.events().forEach(this::emit);
        how = ending(plan);
      } catch (InterruptedException | RuntimeException e) {
        how = failed("the script broke: " + e);
      }
      end(this);
      outcome.complete(how);
    }

    private void emit(String line) {
      try {
        events.accept(new AgentEvent(line.getBytes(StandardCharsets.UTF_8)));
      } catch (RuntimeException e) {
        log.log(System.Logger.Level.DEBUG, "an event's consumer failed", e);
      }
    }

    private AgentOutcome ending(FakeRun plan) throws InterruptedException {
      if (unreadable != null) {
        return failed("an attachment cannot be read: " + unreadable.getMessage());
      }
      FakeRun.@Nullable Hold hold = plan.hold();
      if (hold != null) {
        try {
          CompletableFuture.anyOf(hold.released, cancelled)
              .get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
          return new AgentOutcome.TimedOut("", AgentReport.NONE);
        } catch (ExecutionException e) {
          throw new IllegalStateException("neither ends with an error", e);
        }
      }
      return cancelled.isDone() && !(plan.outcome() instanceof AgentOutcome.Cancelled)
          ? new AgentOutcome.Cancelled(AgentReport.NONE)
          : plan.outcome();
    }

    private static AgentOutcome failed(String why) {
      return new AgentOutcome.Failed(AgentFailure.FAILED, why, "", AgentReport.NONE);
    }

    @Override
    public AgentOutcome await() throws InterruptedException {
      try {
        return outcome.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("an outcome is never an error", e);
      }
    }

    @Override
    public void cancel() {
      cancelled.complete(null);
    }
  }
}
