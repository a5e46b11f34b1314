package com.clawdforge.acpx.driver.cli;

import com.clawdforge.acpx.process.ChildProcess;
import com.clawdforge.acpx.protocol.AcpMessage;
import com.clawdforge.acpx.session.SessionProcesses;
import com.clawdforge.acpx.turn.TurnReader;
import com.clawdforge.acpx.turn.TurnSignal;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks an agent through acpx to cancel its prompt. For the thread that supervises the turn. */
final class PromptStop {
  private static final Logger log = LoggerFactory.getLogger(PromptStop.class);

  /** Acpx answers a cancel in 0.2 s, and the agent within milliseconds (agent-facts.md, 4.7). */
  private static final Duration CANCEL_GRACE = Duration.ofSeconds(3);

  private static final Duration CANCEL_AGAIN = Duration.ofMillis(100);

  /** A prompt reaches an awake agent in 0.2 s. */
  private static final Duration START_GRACE = Duration.ofSeconds(1);

  private static final Duration POLL = Duration.ofMillis(20);
  private static final String CANCELLED = "cancelled";

  private final AcpxSession session;
  private final TurnReader reader;
  private final ChildProcess client;
  private final BlockingQueue<TurnSignal> signals;
  private final SessionProcesses processes;
  private final BooleanSupplier closing;

  PromptStop(
      AcpxSession session,
      TurnReader reader,
      ChildProcess client,
      BlockingQueue<TurnSignal> signals,
      SessionProcesses processes,
      BooleanSupplier closing) {
    this.session = session;
    this.reader = reader;
    this.client = client;
    this.signals = signals;
    this.processes = processes;
    this.closing = closing;
  }

  static boolean isCancelled(AcpMessage.Result result) {
    return CANCELLED.equals(result.stopReason());
  }

  /** Waits for the prompt's result; null if the agent sent none, or is not to be waited for. */
  AcpMessage.@Nullable Result request() throws InterruptedException {
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
          awaitResult(heard ? Duration.ofNanos(deadline - System.nanoTime()) : CANCEL_AGAIN);
      if (heard || result != null) {
        return result;
      }
    }
    return null;
  }

  private AcpMessage.@Nullable Result awaitResult(Duration grace) throws InterruptedException {
    long deadline = System.nanoTime() + grace.toNanos();
    while (!closing.getAsBoolean()) {
      TurnSignal signal =
          signals.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      switch (signal) {
        case null -> {
          return null;
        }
        case TurnSignal.Answered answered -> {
          return answered.result();
        }
        case TurnSignal.Refused refused -> {
          // As good as a result: the turn is over, and the agent is there.
          return new AcpMessage.Result(CANCELLED, null, false);
        }
        case TurnSignal.Ended ended -> {
          return null;
        }
        case TurnSignal.AcpxFailed failed -> {
          return null;
        }
        case TurnSignal.TooMuch tooMuch -> {
          return null;
        }
        case TurnSignal.Started started -> processes.noteAgent();
        case TurnSignal.HandshakeFailed failed -> {}
        case TurnSignal.LoginRefused again -> {}
        case TurnSignal.Retried again -> {}
        case TurnSignal.Cancelled again -> {}
        case TurnSignal.Late late -> {}
      }
    }
    return null;
  }
}
