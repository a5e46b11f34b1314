package com.clawdforge.core.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every {@link AgentSessions} must do, for any agent. */
public abstract class AgentSessionsContract {
  /** The agent's answer to any prompt but {@link #SILENCE}. */
  protected static final String ANSWER = "four ✓";

  /** A prompt that the model never answers. */
  protected static final String SILENCE = "silence";

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofSeconds(4);
  private static final Duration STOP_GRACE = Duration.ofSeconds(5);

  private @Nullable AgentSessions opened;

  /** A runner whose agents answer {@link #ANSWER}, and never answer {@link #SILENCE}. */
  protected abstract AgentSessions runner() throws Exception;

  @AfterEach
  void closeRunner() {
    if (opened != null) {
      opened.close();
    }
  }

  @Test
  public void turns_answer_in_one_conversation() throws Exception {
    AgentSessions runner = opened();
    AgentSession session = session(null);
    assertEquals(new SessionOpening.Ready(), runner.open(session));

    RecordedTurn first = RecordedTurn.of(runner, session, "2+2?", LONG);
    assertEquals(ANSWER, text(first));
    RecordedTurn second =
        RecordedTurn.of(runner, session(session, first.conversation()), "sure?", LONG);
    assertEquals(ANSWER, text(second));
    assertEquals(first.conversations, second.conversations);
    assertEquals(1, first.conversations.size());
  }

  @Test
  public void events_come_after_the_conversation_and_end_with_the_result() throws Exception {
    AgentSessions runner = opened();
    AgentSession session = session(null);
    runner.open(session);

    RecordedTurn turn = RecordedTurn.of(runner, session, "2+2?", LONG);
    text(turn);
    assertEquals("conversation", turn.order.getFirst());
    assertEquals(1, Collections.frequency(turn.order, "conversation"));
    String last = turn.order.getLast();
    assertTrue(last.contains("\"stopReason\":\"end_turn\""), last);
    for (String line : turn.order.subList(1, turn.order.size())) {
      assertTrue(line.startsWith("{") && line.endsWith("}") && !line.contains("\n"), line);
      assertFalse(line.contains("session/prompt"), line);
    }
  }

  @Test
  public void a_cancelled_turn_leaves_the_session_usable() throws Exception {
    AgentSessions runner = opened();
    AgentSession session = session(null);
    runner.open(session);
    RecordedTurn turn = RecordedTurn.start(runner, session, SILENCE, LONG, List.of());

    turn.run().cancel();
    turn.run().cancel();
    assertInstanceOf(AgentOutcome.Cancelled.class, turn.outcome(STOP_GRACE));
    turn.run().cancel();
    assertEquals(ANSWER, text(RecordedTurn.of(runner, session, "2+2?", LONG)));
  }

  @Test
  public void a_timed_out_turn_leaves_the_session_usable() throws Exception {
    AgentSessions runner = opened();
    AgentSession session = session(null);
    runner.open(session);
    RecordedTurn turn = RecordedTurn.of(runner, session, SILENCE, SHORT);

    assertInstanceOf(AgentOutcome.TimedOut.class, turn.outcome(SHORT.plus(STOP_GRACE)));
    assertEquals(ANSWER, text(RecordedTurn.of(runner, session, "2+2?", LONG)));
  }

  @Test
  public void closing_a_session_is_idempotent_and_harmless_for_one_that_never_was()
      throws Exception {
    AgentSessions runner = opened();
    AgentSession session = session(null);
    AgentSession other = session(null);
    runner.open(session);
    runner.open(other);

    runner.close(session);
    runner.close(session);
    runner.close(session(null));
    assertEquals(ANSWER, text(RecordedTurn.of(runner, other, "2+2?", LONG)));
  }

  @Test
  public void closing_the_runner_ends_its_turns() throws Exception {
    AgentSessions runner = opened();
    AgentSession session = session(null);
    runner.open(session);
    RecordedTurn turn = RecordedTurn.start(runner, session, SILENCE, LONG, List.of());

    runner.close();
    assertInstanceOf(AgentOutcome.Cancelled.class, turn.outcome(STOP_GRACE));
    runner.close();
  }

  @Test
  public void an_attachment_is_read_and_not_closed() throws Exception {
    AgentSessions runner = opened();
    AgentSession session = session(null);
    runner.open(session);
    boolean[] closed = new boolean[1];
    ByteArrayInputStream content =
        new ByteArrayInputStream("a,b\n1,2\n".getBytes(StandardCharsets.UTF_8)) {
          @Override
          public void close() {
            closed[0] = true;
          }
        };

    RecordedTurn turn =
        RecordedTurn.start(
            runner, session, "what is in it?", LONG, List.of(new Attachment("t.csv", 8, content)));
    text(turn);
    assertEquals(0, content.available(), "not read");
    assertFalse(closed[0], "closed by code that did not open it");
  }

  private AgentSessions opened() throws Exception {
    opened = runner();
    return opened;
  }

  /** A new session with the agent. */
  protected AgentSession session(@Nullable String conversation) {
    return new AgentSession(
        UUID.randomUUID().toString(),
        "claude",
        "sonnet",
        null,
        Permissions.Mode.APPROVE_ALL,
        null,
        null,
        conversation);
  }

  private static AgentSession session(AgentSession session, String conversation) {
    return new AgentSession(
        session.sessionId(),
        session.agent(),
        session.model(),
        session.system(),
        session.permissions(),
        session.allowedTools(),
        session.maxTurns(),
        conversation);
  }

  private static String text(RecordedTurn turn) throws Exception {
    AgentOutcome outcome = turn.outcome(LONG);
    return assertInstanceOf(AgentOutcome.Completed.class, outcome, outcome::toString).text();
  }

  private static final class RecordedTurn implements TurnListener {
    private final List<String> conversations = Collections.synchronizedList(new ArrayList<>());
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());
    private final FutureTask<AgentOutcome> outcome = new FutureTask<>(() -> run().await());
    private @Nullable AgentTask run;

    static RecordedTurn of(
        AgentSessions runner, AgentSession session, String text, Duration timeout) {
      return start(runner, session, text, timeout, List.of());
    }

    static RecordedTurn start(
        AgentSessions runner,
        AgentSession session,
        String text,
        Duration timeout,
        List<Attachment> attachments) {
      RecordedTurn recorded = new RecordedTurn();
      recorded.run = runner.prompt(session, new Prompt(text, attachments, timeout), recorded);
      Thread.ofVirtual().name("awaiting-a-turn").start(recorded.outcome);
      return recorded;
    }

    AgentTask run() {
      if (run == null) {
        throw new IllegalStateException("not started");
      }
      return run;
    }

    AgentOutcome outcome(Duration atMost) throws Exception {
      try {
        return outcome.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        throw new AssertionError("no outcome within " + atMost, e);
      }
    }

    String conversation() {
      return conversations.getLast();
    }

    @Override
    public void onConversation(String conversationId) {
      conversations.add(conversationId);
      order.add("conversation");
    }

    @Override
    public void onEvent(AgentEvent event) {
      order.add(event.toString());
    }

    @Override
    public void onAfterwards(AgentEvent event) {}
  }
}
