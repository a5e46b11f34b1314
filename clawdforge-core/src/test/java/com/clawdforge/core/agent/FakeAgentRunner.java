package com.clawdforge.core.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An {@link AgentRunner} without agents, for tests: its runs do what a script says, and it
 * remembers what it was asked to run. Safe for any thread.
 */
public final class FakeAgentRunner implements AgentRunner {
  private static final System.Logger log = System.getLogger(FakeAgentRunner.class.getName());
  private static final Duration TEST_PATIENCE = Duration.ofSeconds(20);

  private final Function<OneShot, FakeRun> script;
  private final List<Received> received = new ArrayList<>();
  private final List<String> orphans = new ArrayList<>();
  private final Set<Working> running = new HashSet<>();
  private int mostAtOnce;
  private boolean closed;

  private FakeAgentRunner(Function<OneShot, FakeRun> script) {
    this.script = script;
  }

  /** A runner whose runs all give this text at once; with a JSON Schema also as structured. */
  public static FakeAgentRunner answering(String text) {
    return scripted(
        oneShot ->
            oneShot.jsonSchema() == null ? FakeRun.answers(text) : FakeRun.answersStructured(text));
  }

  /** A runner whose runs all answer "ok" at once. */
  public static FakeAgentRunner answeringOk() {
    return answering("ok");
  }

  /**
   * A runner with a script for each run.
   *
   * @param script called by {@link #start} once for each run; what it throws, {@code start} throws
   */
  public static FakeAgentRunner scripted(Function<OneShot, FakeRun> script) {
    return new FakeAgentRunner(script);
  }

  /**
   * What a run was started with.
   *
   * @param contents of the attachments, in their order
   */
  public record Received(OneShot oneShot, List<byte[]> contents) {}

  @Override
  public AgentRun start(OneShot oneShot, Consumer<AgentEvent> events) {
    Working run = new Working(oneShot, events);
    FakeRun plan = begin(run);
    Thread.ofVirtual().name("fake-agent-" + oneShot.runId()).start(() -> run.work(plan));
    return run;
  }

  private FakeRun begin(Working run) {
    FakeRun plan = script.apply(run.oneShot);
    synchronized (this) {
      received.add(new Received(run.oneShot, run.contents));
      running.add(run);
      mostAtOnce = Math.max(mostAtOnce, running.size());
      if (closed) {
        run.cancel();
      }
      notifyAll();
    }
    return plan;
  }

  private synchronized void end(Working run) {
    running.remove(run);
    notifyAll();
  }

  /** Objects to nothing: it gives whatever its script says. */
  @Override
  public Optional<String> objectionTo(String jsonSchema) {
    return Optional.empty();
  }

  @Override
  public synchronized void endOrphans(Collection<String> runIds) {
    orphans.addAll(runIds);
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

  /** What was started so far, in order. */
  public synchronized List<Received> received() {
    return List.copyOf(received);
  }

  /** The ids that were passed to {@link #endOrphans} so far, in order. */
  public synchronized List<String> orphans() {
    return List.copyOf(orphans);
  }

  /** How many runs have been started and have no outcome yet. */
  public synchronized int runningNow() {
    return running.size();
  }

  /** The most runs that ever ran at one time. */
  public synchronized int mostAtOnce() {
    return mostAtOnce;
  }

  /** Waits until this many runs were started in all. */
  public synchronized void awaitStarted(int count) throws InterruptedException {
    long deadline = System.nanoTime() + TEST_PATIENCE.toNanos();
    while (received.size() < count) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new AssertionError("waited for " + count + " runs, saw " + received.size());
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  private final class Working implements AgentRun {
    private final OneShot oneShot;
    private final List<byte[]> contents;
    private final Consumer<AgentEvent> events;
    private final CompletableFuture<@Nullable Void> cancelled = new CompletableFuture<>();
    private final CompletableFuture<AgentOutcome> outcome = new CompletableFuture<>();
    private @Nullable IOException unreadable;

    Working(OneShot oneShot, Consumer<AgentEvent> events) {
      this.oneShot = oneShot;
      this.events = events;
      this.contents = read(oneShot.attachments());
    }

    // Here, as a real runner may only read until the outcome and nobody can see when before that.
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
              .get(oneShot.timeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
          return new AgentOutcome.TimedOut("", AgentReport.NONE);
        } catch (ExecutionException e) {
          throw new IllegalStateException("neither ends with an error", e);
        }
      }
      return cancelled.isDone() ? new AgentOutcome.Cancelled(AgentReport.NONE) : plan.outcome();
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
