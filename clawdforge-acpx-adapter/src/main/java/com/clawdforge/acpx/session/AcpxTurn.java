package com.clawdforge.acpx.session;

import com.clawdforge.acpx.process.ChildProcess;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.AgentRun;
import com.clawdforge.core.agent.Prompt;
import com.clawdforge.core.agent.TurnListener;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One turn on acpx. A thread of its own supervises it: whatever happens comes to it as a {@link
 * TurnSignal}, and the prompt's result ends it; acpx's client lingers for a second more, and its
 * exit status says nothing (agent-facts.md, 4.3, 4.8).
 */
final class AcpxTurn implements AgentRun {
  private static final Logger log = LoggerFactory.getLogger(AcpxTurn.class);

  /** Acpx answers a cancel within 0.2 s, and the agent within milliseconds (4.7). */
  private static final Duration CANCEL_GRACE = Duration.ofSeconds(3);

  private static final Duration CANCEL_AGAIN = Duration.ofMillis(100);

  /** A prompt to an agent that is awake reaches it in 0.2 s. */
  private static final Duration START_GRACE = Duration.ofSeconds(1);

  private static final Duration POLL = Duration.ofMillis(20);

  private final AcpxSession session;
  private final Prompt prompt;
  private final TurnListener listener;
  private final long deadlineNanos;
  private final BlockingQueue<TurnSignal> signals = new LinkedBlockingQueue<>();
  private final CompletableFuture<AgentOutcome> outcome = new CompletableFuture<>();
  private volatile boolean cancelled;
  private volatile boolean closing;
  private boolean created;
  private boolean healed;

  AcpxTurn(AcpxSession session, Prompt prompt, TurnListener listener) {
    this.session = session;
    this.prompt = prompt;
    this.listener = listener;
    this.deadlineNanos = System.nanoTime() + prompt.timeout().toNanos();
  }

  /** Starts the supervising thread; {@code atEnd} is called before the outcome is known. */
  void start(Runnable atEnd) {
    Thread.ofPlatform()
        .daemon()
        .name("acpx-" + session.id())
        .start(
            () -> {
              AgentOutcome ended = supervised();
              atEnd.run();
              outcome.complete(ended);
            });
  }

  @Override
  public AgentOutcome await() throws InterruptedException {
    try {
      return outcome.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a turn is never completed with an error", e);
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    signals.add(new TurnSignal.Cancelled());
  }

  /** Ends it with its agent, whom nobody will need again. */
  void abandon() {
    closing = true;
    cancel();
  }

  private AgentOutcome supervised() {
    try {
      return run();
    } catch (PromptBlocks.Unfit e) {
      return failed(AgentFailure.FAILED, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      log.error("a turn of {} could not be prepared", session.id(), e);
      return failed(
          AgentFailure.FAILED, "the turn could not be prepared on the server; its log says why");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(AgentFailure.FAILED, "the turn was given up");
    } catch (RuntimeException | Error e) {
      // An Error too: without an outcome the session would be in a turn for ever.
      log.error("a turn of {} failed inside the gateway", session.id(), e);
      return failed(AgentFailure.FAILED, "the gateway failed; its log says why");
    }
  }

  private AgentOutcome run() throws IOException, InterruptedException {
    switch (session.launch()) {
      case AgentLaunch.Missing missing -> {
        return failed(AgentFailure.UNAVAILABLE, missing.why());
      }
      case AgentLaunch.Found found -> session.prepare(found);
    }
    byte[] blocks =
        PromptBlocks.write(
            session.json(),
            prompt,
            session.directory(),
            session.traits(),
            UUID.randomUUID().toString(),
            session.canReadFiles());
    if (!session.isKnownToAcpx()) {
      @Nullable AgentOutcome ended = create();
      if (ended != null) {
        return ended;
      }
    }
    // Each way to try again is gone once.
    while (true) {
      @Nullable AgentOutcome ended = attempt(blocks);
      if (ended != null) {
        return ended;
      }
    }
  }

  // Null if the session is there now.
  private @Nullable AgentOutcome create() throws IOException, InterruptedException {
    created = true;
    @Nullable AcpLine answer = null;
    String stderr = "";
    for (Optional<String> conversation : session.conversationsToTry()) {
      AcpxCall call = session.create(conversation);
      try {
        while (!call.awaitEnd(POLL)) {
          @Nullable AgentOutcome stopped = stoppedEarly();
          if (stopped != null) {
            session.kill();
            return stopped;
          }
        }
        answer = call.answer().orElse(null);
        stderr = call.stderrTail();
      } finally {
        call.end();
      }
      if (answer != null && answer.recordId() != null && answer.error() == null) {
        session.directory().recordId(answer.recordId());
        return null;
      }
    }
    return answer != null && answer.error() != null
        ? session.verdict().failed(answer.error(), stderr, AgentReport.NONE)
        : session
            .verdict()
            .failed(
                AgentFailure.FAILED, "acpx could not begin the session", stderr, AgentReport.NONE);
  }

  private @Nullable AgentOutcome stoppedEarly() {
    if (cancelled) {
      return new AgentOutcome.Cancelled(AgentReport.NONE);
    }
    return deadlineNanos - System.nanoTime() <= 0
        ? session.verdict().timedOut("", AgentReport.NONE)
        : null;
  }

  // Null if it is to be tried again.
  private @Nullable AgentOutcome attempt(byte[] blocks) throws IOException, InterruptedException {
    signals.removeIf(signal -> !(signal instanceof TurnSignal.Cancelled));
    TurnReader reader = new TurnReader(session.json(), session.traits(), listener, signals);
    ChildProcess client = session.prompt(blocks, reader);
    Attempt attempt = new Attempt(client, reader);
    try {
      return attempt.supervise();
    } finally {
      reader.stop();
      session.reap(client);
    }
  }

  private AgentOutcome failed(AgentFailure failure, String message) {
    return session.verdict().failed(failure, message, "", AgentReport.NONE);
  }

  /** One {@code acpx prompt}. */
  private final class Attempt {
    private final ChildProcess client;
    private final TurnReader reader;
    private final SessionProcesses processes = session.processes();

    Attempt(ChildProcess client, TurnReader reader) {
      this.client = client;
      this.reader = reader;
    }

    @Nullable AgentOutcome supervise() throws IOException, InterruptedException {
      TurnSignal.@Nullable HandshakeFailed handshake = null;
      while (true) {
        TurnSignal signal = next();
        switch (signal) {
          case TurnSignal.Started started -> processes.noteAgent();
          case TurnSignal.HandshakeFailed failed -> handshake = failed;
          case TurnSignal.Answered answered -> {
            return answered(answered.result());
          }
          case TurnSignal.Refused refused -> {
            return refused(refused.failure());
          }
          case TurnSignal.LoginRefused refused -> {
            // It would try again for longer than a caller is promised to wait for that; there is no
            // use in an agent that stays awake for it.
            reader.stop();
            session.kill();
            return session
                .verdict()
                .failed(
                    TurnVerdict.ofProvider(refused.why(), true), client.stderrTail(), report(null));
          }
          case TurnSignal.AcpxFailed failed -> {
            return refused(failed.failure());
          }
          case TurnSignal.TooMuch tooMuch -> {
            session.kill();
            return failure("the agent wrote " + tooMuch.what() + TurnVerdict.GOES_ON);
          }
          case TurnSignal.Ended ended -> {
            session.kill();
            // What was refused before the agent had the prompt did not matter if it got there.
            if (handshake == null || reader.started()) {
              return failure("acpx ended without an answer" + lastWords() + TurnVerdict.GOES_ON);
            }
            return TurnVerdict.isUnknown(handshake.failure()) && !created
                ? create()
                : session.verdict().failed(handshake.failure(), client.stderrTail(), report(null));
          }
          case TurnSignal.Cancelled asked -> {
            AcpLine.@Nullable Result result = stop();
            return result != null && !"cancelled".equals(result.stopReason())
                ? answered(result)
                : new AgentOutcome.Cancelled(report(result));
          }
          case TurnSignal.Late late -> {
            return session.verdict().timedOut(client.stderrTail(), report(stop()));
          }
        }
      }
    }

    private TurnSignal next() throws InterruptedException {
      TurnSignal signal =
          signals.poll(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
      return signal == null ? new TurnSignal.Late() : signal;
    }

    private AgentOutcome answered(AcpLine.Result result) throws IOException, InterruptedException {
      AgentReport report = report(result);
      if ("cancelled".equals(result.stopReason())) {
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

    private @Nullable AgentOutcome refused(AcpLine.Failure failure)
        throws IOException, InterruptedException {
      if (TurnVerdict.isWedged(failure) && !reader.published() && !healed) {
        healed = true;
        log.warn("the agent of {} has lost its session; it is started anew", session.id());
        session.kill();
        return null;
      }
      if (TurnVerdict.isUnknown(failure) && !reader.started() && !created) {
        return create();
      }
      if (TurnVerdict.hasDied(failure) || TurnVerdict.isWedged(failure)) {
        // What is left of it would stand in the next turn's way.
        session.kill();
      } else {
        endTools();
      }
      return session.verdict().failed(failure, client.stderrTail(), report(null));
    }

    /**
     * Stops the turn as the agent would have it, so that it goes on from there; an agent that does
     * not listen is killed and wakes up in the next turn.
     *
     * @return the result, if it still gave one
     */
    private AcpLine.@Nullable Result stop() throws IOException, InterruptedException {
      long deadline = System.nanoTime() + CANCEL_GRACE.toNanos();
      if (!closing && awaitStart()) {
        while (!closing && deadline - System.nanoTime() > 0) {
          boolean heard = session.cancel(Duration.ofNanos(deadline - System.nanoTime()));
          AcpLine.@Nullable Result result =
              awaitResult(heard ? Duration.ofNanos(deadline - System.nanoTime()) : CANCEL_AGAIN);
          if (result != null) {
            endTools();
            return result;
          }
          if (heard) {
            break;
          }
        }
      }
      reader.stop();
      session.kill();
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
      while (!closing) {
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
            return new AcpLine.Result("cancelled", null, false);
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

    private AgentOutcome failure(String message) throws IOException {
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

    private AgentReport report(AcpLine.@Nullable Result result) throws IOException {
      @Nullable BigDecimal sum = reader.costUsd();
      @Nullable BigDecimal cost = session.costOfTurn(sum, reader.handshake());
      return new AgentReport(
          session.model(),
          result == null ? null : result.stopReason(),
          result == null ? null : session.traits().usage(result),
          cost);
    }
  }
}
