package com.clawdforge.acpx.driver.cli;

import com.clawdforge.acpx.agent.AgentLaunch;
import com.clawdforge.acpx.protocol.AcpLine;
import com.clawdforge.acpx.turn.PromptBlocks;
import com.clawdforge.acpx.turn.TurnSignal;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.AgentTask;
import com.clawdforge.core.agent.Prompt;
import com.clawdforge.core.agent.TurnListener;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One turn on acpx. A thread of its own supervises it: whatever happens comes to it as a {@link
 * TurnSignal}, and the prompt's result ends it; acpx's client lingers for a second more, and its
 * exit status says nothing (agent-facts.md, 4.3, 4.8).
 */
final class AcpxTurn implements AgentTask {
  private static final Logger log = LoggerFactory.getLogger(AcpxTurn.class);

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
    boolean healed = false;
    while (true) {
      @Nullable AgentOutcome stopped = stoppedEarly();
      if (stopped != null) {
        return stopped;
      }
      PromptAttempt attempt =
          new PromptAttempt(
              session, blocks, listener, signals, deadlineNanos, () -> closing, !healed, !created);
      @Nullable AgentOutcome ended =
          switch (attempt.run()) {
            case PromptAttempt.Over over -> over.outcome();
            case PromptAttempt.Wedged wedged -> {
              healed = true;
              yield null;
            }
            case PromptAttempt.Unknown unknown -> create();
          };
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

  private AgentOutcome failed(AgentFailure failure, String message) {
    return session.verdict().failed(failure, message, "", AgentReport.NONE);
  }
}
