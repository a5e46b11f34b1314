package com.clawdforge.acpx.driver.cli;

import com.clawdforge.acpx.process.ChildProcess;
import com.clawdforge.acpx.protocol.AcpMessage;
import com.clawdforge.acpx.turn.CancelledPrompt;
import com.clawdforge.acpx.turn.SentPrompt;
import com.clawdforge.acpx.turn.TurnReader;
import com.clawdforge.acpx.turn.TurnSignal;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One {@code acpx prompt}. For the thread that supervises the turn. */
final class AcpxPrompt implements SentPrompt {
  private static final Logger log = LoggerFactory.getLogger(AcpxPrompt.class);

  /** Acpx answers a cancel in 0.2 s, and the agent within milliseconds (agent-facts.md, 4.7). */
  private static final Duration CANCEL_GRACE = Duration.ofSeconds(3);

  private static final Duration CANCEL_AGAIN = Duration.ofMillis(100);

  /** A prompt reaches an awake agent in 0.2 s. */
  private static final Duration START_GRACE = Duration.ofSeconds(1);

  private static final Duration POLL = Duration.ofMillis(20);

  private final AcpxSession session;
  private final TurnReader reader;
  private final ChildProcess client;
  private final BlockingQueue<TurnSignal> signals;
  private final BooleanSupplier closing;

  /**
   * @param closing whether the session is being closed, so that its agent is not waited for
   */
  AcpxPrompt(
      AcpxSession session,
      TurnReader reader,
      ChildProcess client,
      BlockingQueue<TurnSignal> signals,
      BooleanSupplier closing) {
    this.session = session;
    this.reader = reader;
    this.client = client;
    this.signals = signals;
    this.closing = closing;
  }

  @Override
  public AcpMessage.@Nullable Result stop() throws InterruptedException {
    if (closing.getAsBoolean() || !awaitStart()) {
      return null;
    }
    try {
      return askRepeatedly();
    } catch (IOException e) {
      log.warn("acpx cannot be asked to cancel the turn of {}", session.id(), e);
      return null;
    }
  }

  @Override
  public String carrier() {
    return "acpx";
  }

  @Override
  public String stderrTail() {
    return client.stderrTail();
  }

  @Override
  public boolean fresh() {
    return reader.handshake();
  }

  @Override
  public void close() {
    session.reap(client);
  }

  private boolean awaitStart() throws InterruptedException {
    long deadline = System.nanoTime() + START_GRACE.toNanos();
    while (!reader.started()) {
      if (deadline - System.nanoTime() <= 0 || client.awaitExit(POLL)) {
        return reader.started();
      }
    }
    return true;
  }

  private AcpMessage.@Nullable Result askRepeatedly() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + CANCEL_GRACE.toNanos();
    while (!closing.getAsBoolean() && deadline - System.nanoTime() > 0) {
      boolean heard = session.cancel(Duration.ofNanos(deadline - System.nanoTime()));
      AcpMessage.@Nullable Result result =
          CancelledPrompt.awaitResult(
              signals,
              heard ? Duration.ofNanos(deadline - System.nanoTime()) : CANCEL_AGAIN,
              closing,
              session::noteAgent);
      if (heard || result != null) {
        return result;
      }
    }
    return null;
  }
}
