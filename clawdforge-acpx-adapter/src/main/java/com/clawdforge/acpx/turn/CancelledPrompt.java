package com.clawdforge.acpx.turn;

import com.clawdforge.acpx.protocol.AcpMessage;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Waits for the end of a prompt whose agent was asked to cancel it. */
public final class CancelledPrompt {
  private CancelledPrompt() {}

  /**
   * Waits for the prompt's result.
   *
   * @param closing whether the session is being closed, so that its agent is not waited for
   * @param onStarted runs if the agent has the prompt only now
   * @return null if it did not come in time, or cannot come any more
   */
  public static AcpMessage.@Nullable Result awaitResult(
      BlockingQueue<TurnSignal> signals,
      Duration grace,
      BooleanSupplier closing,
      Runnable onStarted)
      throws InterruptedException {
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
          return AcpMessage.Result.cancelled();
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
        case TurnSignal.Started started -> onStarted.run();
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
