package com.clawdforge.acpx.driver.cli;

import com.clawdforge.acpx.agent.AgentLaunch;
import com.clawdforge.acpx.file.AttachedFile;
import com.clawdforge.acpx.process.ChildProcess;
import com.clawdforge.acpx.program.SupervisedRun;
import com.clawdforge.acpx.protocol.AcpxReply;
import com.clawdforge.acpx.turn.PromptAttempt;
import com.clawdforge.acpx.turn.PromptBlocks;
import com.clawdforge.acpx.turn.TurnReader;
import com.clawdforge.acpx.turn.TurnSignal;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.Prompt;
import com.clawdforge.core.agent.TurnListener;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * One turn on acpx. A thread of its own supervises it: every event reaches it as a {@link
 * TurnSignal}, and the prompt's result ends the turn; acpx's client lingers for another second, and
 * its exit status means nothing (agent-facts.md, 4.3, 4.8).
 */
final class AcpxTurn extends SupervisedRun {
  private static final Duration POLL = Duration.ofMillis(20);
  private static final int MOST_HEALED = 3;

  private final AcpxSession session;
  private final Prompt prompt;
  private final TurnListener listener;
  private final long deadlineNanos;
  private final BlockingQueue<TurnSignal> signals = new LinkedBlockingQueue<>();
  private volatile boolean cancelled;
  private volatile boolean closing;
  private boolean created;

  AcpxTurn(AcpxSession session, Prompt prompt, TurnListener listener) {
    super("turn", session.id());
    this.session = session;
    this.prompt = prompt;
    this.listener = listener;
    this.deadlineNanos = System.nanoTime() + prompt.timeout().toNanos();
  }

  @Override
  public void cancel() {
    cancelled = true;
    signals.add(new TurnSignal.Cancelled());
  }

  /** Ends it together with its agent, which will not be needed again. */
  void abandon() {
    closing = true;
    cancel();
  }

  @Override
  protected AgentOutcome run() throws IOException, InterruptedException {
    return switch (session.launch()) {
      case AgentLaunch.Missing missing -> failed(AgentFailure.UNAVAILABLE, missing.why());
      case AgentLaunch.Found found -> {
        session.prepare(found);
        yield prompt();
      }
    };
  }

  private AgentOutcome prompt() throws IOException, InterruptedException {
    byte[] blocks;
    try {
      blocks = session.blocks(prompt);
    } catch (AttachedFile.Broken e) {
      return failed(AgentFailure.INPUT_INVALID, String.valueOf(e.getMessage()));
    } catch (PromptBlocks.Unfit e) {
      return failed(AgentFailure.FAILED, String.valueOf(e.getMessage()));
    }
    @Nullable AgentOutcome failed = session.isKnownToAcpx() ? null : create();
    return failed == null ? attempt(blocks) : failed;
  }

  // Each way to try again is used once, but healing more often: on a busy machine acpx gives up
  // waiting for its own processes, and nothing has reached the agent then.
  private AgentOutcome attempt(byte[] blocks) throws IOException, InterruptedException {
    int healed = 0;
    boolean begun = false;
    @Nullable AgentOutcome ended = stoppedEarly();
    while (ended == null) {
      PromptAttempt.Terms terms =
          new PromptAttempt.Terms(
              deadlineNanos,
              healed < MOST_HEALED,
              !created,
              !begun,
              !prompt.attachments().isEmpty());
      switch (attempt(blocks, terms).run()) {
        case PromptAttempt.Over over -> {
          return over.outcome();
        }
        case PromptAttempt.Wedged wedged -> healed++;
        case PromptAttempt.Unknown unknown -> ended = create();
        case PromptAttempt.Forgotten forgotten -> {
          begun = true;
          ended = create(Optional.empty());
        }
      }
      if (ended == null) {
        ended = stoppedEarly();
      }
    }
    return ended;
  }

  private PromptAttempt attempt(byte[] blocks, PromptAttempt.Terms terms) throws IOException {
    TurnReader reader = PromptAttempt.reader(session, listener, signals);
    Instant began = Instant.now();
    ChildProcess client = session.prompt(blocks, reader);
    // The client takes hundreds of milliseconds before the agent gets the prompt from it.
    session.noteBefore();
    AcpxPrompt sent = new AcpxPrompt(session, reader, client, signals, () -> closing);
    return new PromptAttempt(session, sent, reader, signals, terms, began);
  }

  // Null if the session exists now.
  private @Nullable AgentOutcome create() throws IOException, InterruptedException {
    created = true;
    @Nullable AgentOutcome failed = null;
    for (Optional<String> conversation : session.conversationsToTry()) {
      failed = create(conversation);
      if (!(failed instanceof AgentOutcome.Failed)) {
        return failed;
      }
    }
    return failed;
  }

  private @Nullable AgentOutcome create(Optional<String> conversation)
      throws IOException, InterruptedException {
    AcpxCall call = session.create(conversation);
    try {
      while (!call.awaitEnd(POLL)) {
        @Nullable AgentOutcome stopped = stoppedEarly();
        if (stopped != null) {
          session.kill();
          return stopped;
        }
      }
    } finally {
      call.end();
    }
    @Nullable AcpxReply reply = call.reply().orElse(null);
    if (reply != null && reply.error() != null) {
      return session.verdict().failed(reply.error(), call.stderrTail(), AgentReport.NONE);
    }
    if (reply == null || reply.recordId() == null) {
      return session
          .verdict()
          .failed(
              AgentFailure.FAILED,
              "acpx could not begin the session",
              call.stderrTail(),
              AgentReport.NONE);
    }
    session.directory().recordId(reply.recordId());
    return null;
  }

  private @Nullable AgentOutcome stoppedEarly() {
    if (cancelled) {
      return new AgentOutcome.Cancelled(AgentReport.NONE);
    }
    return deadlineNanos - System.nanoTime() <= 0
        ? session.verdict().timedOut("", AgentReport.NONE)
        : null;
  }

  @Override
  protected AgentOutcome failed(AgentFailure failure, String message) {
    return session.verdict().failed(failure, message, "", AgentReport.NONE);
  }
}
