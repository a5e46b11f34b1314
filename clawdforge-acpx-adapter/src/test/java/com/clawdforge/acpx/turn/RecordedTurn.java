package com.clawdforge.acpx.turn;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentTask;
import com.clawdforge.core.agent.TurnListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A turn that records its events. */
public final class RecordedTurn implements TurnListener {
  public final List<String> conversations = Collections.synchronizedList(new ArrayList<>());
  public final List<String> events = Collections.synchronizedList(new ArrayList<>());
  public final List<String> afterwards = Collections.synchronizedList(new ArrayList<>());
  private final long startedNanos = System.nanoTime();
  private @Nullable AgentTask run;
  private @Nullable AgentOutcome outcome;
  private Duration took = Duration.ZERO;

  public AgentTask run() {
    if (run == null) {
      throw new IllegalStateException("not started");
    }
    return run;
  }

  /** Sets the turn that this listener was passed to. */
  public RecordedTurn of(AgentTask run) {
    this.run = run;
    return this;
  }

  public RecordedTurn await() throws InterruptedException {
    outcome = run().await();
    took = Duration.ofNanos(System.nanoTime() - startedNanos);
    return this;
  }

  public AgentOutcome outcome() {
    if (outcome == null) {
      throw new IllegalStateException("not awaited");
    }
    return outcome;
  }

  /** When the outcome was known. */
  public long endedNanos() {
    return startedNanos + took.toNanos();
  }

  /** From the prompt to the outcome. */
  public Duration took() {
    return took;
  }

  /** The text of a completed turn. */
  public String text() {
    if (outcome() instanceof AgentOutcome.Completed done) {
      return done.text();
    }
    throw new AssertionError("not completed: " + outcome());
  }

  @Override
  public void onConversation(String conversationId) {
    conversations.add(conversationId);
  }

  @Override
  public void onEvent(AgentEvent event) {
    events.add(event.toString());
  }

  @Override
  public void onAfterwards(AgentEvent event) {
    afterwards.add(event.toString());
  }
}
