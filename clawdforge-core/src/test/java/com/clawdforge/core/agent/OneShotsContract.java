package com.clawdforge.core.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every {@link OneShots} does, whatever the agent. */
public abstract class OneShotsContract {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Duration TIMEOUT_GRACE = Duration.ofSeconds(2);

  private final List<OneShots> opened = new ArrayList<>();

  /** A runner whose model answers every prompt with this text. */
  protected abstract OneShots answering(String text) throws Exception;

  /** A runner whose model takes every prompt and never answers. */
  protected abstract OneShots silent() throws Exception;

  /** A runner whose provider refuses the login. */
  protected abstract OneShots unauthenticated() throws Exception;

  /** Something to run, with an id of its own. */
  protected OneShot oneShot(String prompt, Duration timeout) {
    return new OneShot(
        UUID.randomUUID().toString(),
        new Prompt(prompt, List.of(), timeout),
        "sonnet",
        null,
        null,
        null,
        null,
        null,
        null);
  }

  @AfterEach
  void closeRunners() {
    opened.forEach(OneShots::close);
  }

  @Test
  void tools_are_of_the_kind_of_what_they_do() throws Exception {
    OneShots agents = opened(answering("ok"));

    assertEquals(ToolKind.READ, agents.kindOf("Read"));
    assertEquals(ToolKind.SEARCH, agents.kindOf("Grep"));
    assertEquals(ToolKind.EDIT, agents.kindOf("Edit"));
    assertEquals(ToolKind.EXECUTE, agents.kindOf("Bash"));
  }

  @Test
  void a_tool_that_is_not_known_is_of_no_kind_in_particular() throws Exception {
    OneShots agents = opened(answering("ok"));

    assertEquals(ToolKind.OTHER, agents.kindOf("Teleport"));
    assertEquals(ToolKind.OTHER, agents.kindOf("bash"));
    assertEquals(ToolKind.OTHER, agents.kindOf(""));
  }

  @Test
  public void the_outcome_is_the_final_text_of_the_model() throws Exception {
    AgentTask run = opened(answering("four ✓\n")).start(oneShot("2+2?", LONG), ignored -> {});

    AgentOutcome.Completed done = assertInstanceOf(AgentOutcome.Completed.class, outcome(run));
    assertEquals("four ✓\n", done.text());
    assertNull(done.structured(), "no schema was asked for");
    assertEquals("end_turn", done.report().stopReason());
    assertNotNull(done.report().usage());
  }

  @Test
  public void a_refused_login_is_told_as_such() throws Exception {
    AgentTask run = opened(unauthenticated()).start(oneShot("hi", LONG), ignored -> {});

    AgentOutcome.Failed failed = assertInstanceOf(AgentOutcome.Failed.class, outcome(run));
    assertEquals(AgentFailure.UNAUTHENTICATED, failed.failure());
    assertFalse(failed.message().isBlank());
  }

  @Test
  public void any_number_of_threads_may_await_one_outcome() throws Exception {
    AgentTask run = opened(answering("ok")).start(oneShot("hi", LONG), ignored -> {});

    List<FutureTask<AgentOutcome>> waiting = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      waiting.add(awaiting(run));
    }
    AgentOutcome outcome = outcome(run);
    for (FutureTask<AgentOutcome> one : waiting) {
      assertEquals(outcome, get(one, LONG));
    }
  }

  @Test
  public void events_are_single_json_lines_on_one_thread_and_none_comes_after_the_outcome()
      throws Exception {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    AgentTask run =
        opened(answering("ok"))
            .start(
                oneShot("hi", LONG),
                event -> {
                  lines.add(event.toString());
                  threads.add(Thread.currentThread());
                });

    outcome(run);
    List<String> seen = List.copyOf(lines);
    assertFalse(seen.isEmpty());
    for (String line : seen) {
      assertTrue(line.startsWith("{") && line.endsWith("}"), line);
      assertFalse(line.contains("\n"), line);
    }
    assertTrue(seen.get(seen.size() - 1).contains("\"type\":\"result\""), seen::toString);
    for (Thread thread : threads) {
      assertSame(threads.get(0), thread);
    }
  }

  @Test
  public void an_event_consumer_that_throws_ends_nothing() throws Exception {
    AtomicInteger told = new AtomicInteger();
    Consumer<AgentEvent> throwing =
        event -> {
          told.incrementAndGet();
          throw new IllegalStateException("a broken consumer");
        };
    AgentTask run = opened(answering("ok")).start(oneShot("hi", LONG), throwing);

    assertInstanceOf(AgentOutcome.Completed.class, outcome(run));
    assertTrue(told.get() > 0);
  }

  @Test
  public void cancelling_ends_a_run_and_cancelling_again_changes_nothing() throws Exception {
    AgentTask run = opened(silent()).start(oneShot("hi", LONG), ignored -> {});

    run.cancel();
    run.cancel();
    assertInstanceOf(AgentOutcome.Cancelled.class, outcome(run));
    run.cancel();
    assertInstanceOf(AgentOutcome.Cancelled.class, outcome(run));
  }

  @Test
  public void cancelling_what_is_over_changes_nothing() throws Exception {
    AgentTask run = opened(answering("ok")).start(oneShot("hi", LONG), ignored -> {});
    AgentOutcome outcome = outcome(run);

    run.cancel();
    assertEquals(outcome, outcome(run));
    assertInstanceOf(AgentOutcome.Completed.class, outcome);
  }

  @Test
  public void cancelling_one_run_leaves_the_others_alone() throws Exception {
    OneShots runner = opened(silent());
    AgentTask one = runner.start(oneShot("one", LONG), ignored -> {});
    AgentTask other = runner.start(oneShot("other", LONG), ignored -> {});
    FutureTask<AgentOutcome> waiting = awaiting(other);

    one.cancel();
    assertInstanceOf(AgentOutcome.Cancelled.class, outcome(one));
    assertFalse(waiting.isDone());
  }

  @Test
  public void a_run_without_an_answer_times_out_in_time() throws Exception {
    OneShots runner = opened(silent());
    Instant before = Instant.now();
    AgentTask run = runner.start(oneShot("hi", SHORT), ignored -> {});

    assertInstanceOf(AgentOutcome.TimedOut.class, outcome(run));
    Duration took = Duration.between(before, Instant.now());
    assertTrue(took.compareTo(SHORT) >= 0, () -> "too early: " + took);
    assertTrue(took.compareTo(SHORT.plus(TIMEOUT_GRACE)) <= 0, () -> "too late: " + took);
  }

  @Test
  public void the_content_of_an_attachment_is_read_at_most_once_and_not_closed() throws Exception {
    Once content = new Once("a,b\n1,2\n".getBytes(StandardCharsets.UTF_8));
    OneShot plain = oneShot("what is in it?", LONG);
    OneShot withFile =
        new OneShot(
            plain.runId(),
            new Prompt(
                plain.prompt().text(),
                List.of(new Attachment("table.csv", 8, content)),
                plain.prompt().timeout()),
            plain.model(),
            plain.system(),
            plain.effort(),
            plain.jsonSchema(),
            plain.maxBudgetUsd(),
            plain.tools(),
            plain.ceiling());

    AgentTask run = opened(answering("a table")).start(withFile, ignored -> {});
    assertInstanceOf(AgentOutcome.Completed.class, outcome(run));
    assertFalse(content.rewound, "read twice");
    assertFalse(content.closed, "closed by whoever did not open it");
    assertEquals(0, content.available(), "not read at all");
  }

  @Test
  public void closing_ends_all_runs_and_is_idempotent() throws Exception {
    OneShots runner = opened(silent());
    List<AgentTask> runs = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      runs.add(runner.start(oneShot("hi", LONG), ignored -> {}));
    }

    runner.close();
    for (AgentTask run : runs) {
      FutureTask<AgentOutcome> over = awaiting(run);
      assertInstanceOf(AgentOutcome.Cancelled.class, get(over, TIMEOUT_GRACE));
    }
    runner.close();
  }

  @Test
  public void ending_orphans_leaves_unknown_ids_and_other_runs_alone() throws Exception {
    OneShots runner = opened(silent());
    AgentTask run = runner.start(oneShot("hi", LONG), ignored -> {});
    FutureTask<AgentOutcome> waiting = awaiting(run);

    runner.endOrphans(List.of());
    runner.endOrphans(List.of(UUID.randomUUID().toString(), "no-such-run"));
    assertFalse(waiting.isDone());
  }

  private OneShots opened(OneShots runner) {
    opened.add(runner);
    return runner;
  }

  private static AgentOutcome outcome(AgentTask run) throws Exception {
    return get(awaiting(run), LONG);
  }

  // A runner that hangs should fail a test, not stop the build.
  private static FutureTask<AgentOutcome> awaiting(AgentTask run) {
    FutureTask<AgentOutcome> task = new FutureTask<>(run::await);
    Thread.ofVirtual().name("awaiting-an-outcome").start(task);
    return task;
  }

  private static AgentOutcome get(FutureTask<AgentOutcome> task, Duration atMost)
      throws InterruptedException, ExecutionException {
    try {
      return task.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("no outcome within " + atMost, e);
    }
  }

  /** A content that notes what is done to it. */
  private static final class Once extends ByteArrayInputStream {
    private volatile boolean rewound;
    private volatile boolean closed;

    Once(byte[] content) {
      super(content);
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    @Override
    public synchronized void reset() {
      rewound = true;
      super.reset();
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
