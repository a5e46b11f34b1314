package com.clawdforge.acpx.driver.direct;

import com.clawdforge.acpx.protocol.AcpMessage;
import com.clawdforge.acpx.turn.CancelledPrompt;
import com.clawdforge.acpx.turn.SentPrompt;
import com.clawdforge.acpx.turn.TurnReader;
import com.clawdforge.acpx.turn.TurnSignal;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A prompt that an adapter has. For the thread that supervises the turn. */
final class DirectPrompt implements SentPrompt {
  /** Agents answer within milliseconds, unless they are stuck (agent-facts.md, section 5). */
  private static final Duration CANCEL_GRACE = Duration.ofSeconds(3);

  private final DirectAgent agent;
  private final LoadedSession session;
  private final boolean fresh;
  private final TurnReader reader;
  private final BlockingQueue<TurnSignal> signals;
  private final BooleanSupplier closing;
  private final long stderrMark;

  DirectPrompt(
      DirectAgent agent,
      LoadedSession session,
      boolean fresh,
      TurnReader reader,
      BlockingQueue<TurnSignal> signals,
      BooleanSupplier closing) {
    this.agent = agent;
    this.session = session;
    this.fresh = fresh;
    this.reader = reader;
    this.signals = signals;
    this.closing = closing;
    // The adapter may have other sessions, and has had other turns.
    this.stderrMark = session.host().stderrMark();
  }

  @Override
  public AcpMessage.@Nullable Result stop() throws InterruptedException {
    if (closing.getAsBoolean()) {
      return null;
    }
    session.cancelPrompt();
    return CancelledPrompt.awaitResult(signals, CANCEL_GRACE, closing, agent::noteAgent);
  }

  @Override
  public String carrier() {
    return "the agent";
  }

  @Override
  public String stderrTail() {
    return session.stderrSince(stderrMark);
  }

  @Override
  public boolean fresh() {
    return fresh;
  }

  @Override
  public void close() {
    session.endTurn(reader);
  }
}
