package com.clawdforge.acpx.driver.cli;

import com.clawdforge.acpx.process.ChildProcess;
import com.clawdforge.acpx.protocol.AcpLine;
import com.clawdforge.acpx.session.SessionProcesses;
import com.clawdforge.acpx.turn.TurnReader;
import com.clawdforge.acpx.turn.TurnSignal;
import com.clawdforge.acpx.turn.TurnVerdict;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.TurnListener;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One {@code acpx prompt} of a turn. For the thread that supervises the turn. */
final class PromptAttempt {
  private static final Logger log = LoggerFactory.getLogger(PromptAttempt.class);

  /**
   * Acpx answers a cancel within 0.2 s, and the agent within milliseconds (agent-facts.md, 4.7).
   */
  private static final Duration CANCEL_GRACE = Duration.ofSeconds(3);

  private static final Duration CANCEL_AGAIN = Duration.ofMillis(100);

  /** A prompt to an agent that is awake reaches it in 0.2 s. */
  private static final Duration START_GRACE = Duration.ofSeconds(1);

  private static final String CANCELLED = "cancelled";
  private static final Duration POLL = Duration.ofMillis(20);

  /** What came of it. */
  sealed interface End {}

  /** The turn has ended. */
  record Over(AgentOutcome outcome) implements End {}

  /** The agent had forgotten the session and was ended; another attempt starts it anew. */
  record Wedged() implements End {}

  /** Acpx, or the agent, does not know the session; it can be made known. */
  record Unknown() implements End {}

  private final AcpxSession session;
  private final BlockingQueue<TurnSignal> signals;
  private final long deadlineNanos;
  private final BooleanSupplier closing;
  private final boolean mayHeal;
  private final boolean mayCreate;
  private final SessionProcesses processes;
  private final TurnReader reader;
  private final ChildProcess client;

  /**
   * Starts it.
   *
   * @param blocks the prompt as acpx takes it
   * @param signals where it is told what happens; what earlier attempts have left there is dropped
   * @param closing whether the session is being closed, so that nobody needs its agent any more
   */
  PromptAttempt(
      AcpxSession session,
      byte[] blocks,
      TurnListener listener,
      BlockingQueue<TurnSignal> signals,
      long deadlineNanos,
      BooleanSupplier closing,
      boolean mayHeal,
      boolean mayCreate)
      throws IOException {
    this.session = session;
    this.signals = signals;
    this.deadlineNanos = deadlineNanos;
    this.closing = closing;
    this.mayHeal = mayHeal;
    this.mayCreate = mayCreate;
    this.processes = session.processes();
    signals.removeIf(signal -> !(signal instanceof TurnSignal.Cancelled));
    this.reader = new TurnReader(session.json(), session.traits(), listener, signals);
    this.client = session.prompt(blocks, reader);
  }

  /** Waits for its end. */
  End run() throws IOException, InterruptedException {
    boolean supervised = false;
    try {
      End end = supervise();
      supervised = true;
      return end;
    } finally {
      reader.stop();
      session.reap(client);
      if (!supervised) {
        // Nobody would ever end what the agent goes on doing.
        session.kill();
      }
    }
  }

  private End supervise() throws IOException, InterruptedException {
    TurnSignal.@Nullable HandshakeFailed handshake = null;
    while (true) {
      TurnSignal signal = next();
      switch (signal) {
        case TurnSignal.Started started -> processes.noteAgent();
        case TurnSignal.HandshakeFailed failed -> handshake = failed;
        case TurnSignal.Answered answered -> {
          return new Over(answered(answered.result()));
        }
        case TurnSignal.Refused refused -> {
          return refused(refused.failure());
        }
        case TurnSignal.LoginRefused refused -> {
          // It would try again for longer than a caller is promised to wait for that; there is no
          // use in an agent that stays awake for it.
          reader.stop();
          session.kill();
          return new Over(failure(TurnVerdict.ofProvider(refused.why(), true)));
        }
        case TurnSignal.AcpxFailed failed -> {
          return refused(failed.failure());
        }
        case TurnSignal.TooMuch tooMuch -> {
          session.kill();
          return new Over(failure("the agent wrote " + tooMuch.what() + TurnVerdict.GOES_ON));
        }
        case TurnSignal.Ended ended -> {
          session.kill();
          // What was refused before the agent had the prompt did not matter if it got there.
          if (handshake == null || reader.started()) {
            return new Over(
                failure("acpx ended without an answer" + lastWords() + TurnVerdict.GOES_ON));
          }
          return TurnVerdict.isUnknown(handshake.failure()) && mayCreate
              ? new Unknown()
              : new Over(failure(handshake.failure()));
        }
        case TurnSignal.Cancelled asked -> {
          AcpLine.@Nullable Result result = stop();
          return new Over(
              result != null && !CANCELLED.equals(result.stopReason())
                  ? answered(result)
                  : new AgentOutcome.Cancelled(report(result)));
        }
        case TurnSignal.Late late -> {
          boolean silent = !reader.published();
          AcpLine.@Nullable Result result = stop();
          if (silent && result != null) {
            // Its adapter has cancelled the turn; whether it still lives itself nobody knows, and
            // the next turn would wait for it in vain, and so would each after that.
            session.end();
          }
          return new Over(session.verdict().timedOut(client.stderrTail(), report(result)));
        }
      }
    }
  }

  private TurnSignal next() throws InterruptedException {
    TurnSignal signal =
        signals.poll(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    return signal == null ? new TurnSignal.Late() : signal;
  }

  private AgentOutcome answered(AcpLine.Result result) throws InterruptedException {
    AgentReport report = report(result);
    if (CANCELLED.equals(result.stopReason())) {
      endTools();
      return new AgentOutcome.Cancelled(report);
    }
    AcpLine.@Nullable Failure error = reader.providerError();
    if (error != null) {
      endTools();
      return session.verdict().failed(error, client.stderrTail(), report);
    }
    return new AgentOutcome.Completed(reader.text(), null, report);
  }

  private End refused(AcpLine.Failure failure) throws IOException, InterruptedException {
    if (TurnVerdict.isWedged(failure) && !reader.published() && mayHeal) {
      log.warn("the agent of {} has lost its session; it is started anew", session.id());
      session.kill();
      return new Wedged();
    }
    if (TurnVerdict.isUnknown(failure) && !reader.started() && mayCreate) {
      return new Unknown();
    }
    if (TurnVerdict.hasDied(failure) || TurnVerdict.isWedged(failure)) {
      // What is left of it would stand in the next turn's way.
      session.kill();
    } else if (TurnVerdict.mayGoOn(failure)) {
      session.end();
    } else {
      endTools();
    }
    return new Over(failure(failure));
  }

  /**
   * Stops the turn as the agent would have it, so that it goes on from there; an agent that does
   * not listen is killed and wakes up in the next turn.
   *
   * @return the result, if it still gave one
   */
  private AcpLine.@Nullable Result stop() throws IOException, InterruptedException {
    AcpLine.@Nullable Result result = null;
    if (!closing.getAsBoolean() && awaitStart()) {
      try {
        result = askedToStop();
      } catch (IOException e) {
        log.warn("acpx cannot be asked to cancel the turn of {}", session.id(), e);
      }
    }
    if (result == null) {
      reader.stop();
      session.kill();
    } else {
      endTools();
    }
    return result;
  }

  private AcpLine.@Nullable Result askedToStop() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + CANCEL_GRACE.toNanos();
    while (!closing.getAsBoolean() && deadline - System.nanoTime() > 0) {
      boolean heard = session.cancel(Duration.ofNanos(deadline - System.nanoTime()));
      AcpLine.@Nullable Result result =
          awaitResult(heard ? Duration.ofNanos(deadline - System.nanoTime()) : CANCEL_AGAIN);
      if (heard || result != null) {
        return result;
      }
    }
    return null;
  }

  private void endTools() throws InterruptedException {
    processes.killTools();
    session.traits().tidy(session.directory());
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

  private AcpLine.@Nullable Result awaitResult(Duration grace) throws InterruptedException {
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
        case TurnSignal.Started started -> processes.noteAgent();
        case TurnSignal.Refused refused -> {
          // As good as a result: the turn is over, and the agent is there.
          return new AcpLine.Result(CANCELLED, null, false);
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
        case TurnSignal.HandshakeFailed failed -> {}
        case TurnSignal.LoginRefused again -> {}
        case TurnSignal.Cancelled again -> {}
        case TurnSignal.Late late -> {}
      }
    }
    return null;
  }

  private AgentOutcome failure(AcpLine.Failure failure) {
    return session.verdict().failed(failure, client.stderrTail(), report(null));
  }

  private AgentOutcome failure(String message) {
    return session
        .verdict()
        .failed(AgentFailure.FAILED, message, client.stderrTail(), report(null));
  }

  private String lastWords() {
    String said =
        client
            .stderrTail()
            .strip()
            .lines()
            // How far it had come, which is no reason.
            .filter(line -> !line.startsWith("[acpx]"))
            .reduce("", (earlier, last) -> last);
    return said.isEmpty() ? "" : ": " + said;
  }

  private AgentReport report(AcpLine.@Nullable Result result) {
    @Nullable BigDecimal sum = reader.costUsd();
    @Nullable BigDecimal cost = session.costOfTurn(sum, reader.handshake());
    return new AgentReport(
        session.model(),
        result == null ? null : result.stopReason(),
        result == null ? null : session.traits().usage(result),
        cost);
  }
}
