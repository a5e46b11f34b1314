package com.clawdforge.acpx.driver.cli;

import com.clawdforge.acpx.agent.AgentLaunch;
import com.clawdforge.acpx.process.ChildProcess;
import com.clawdforge.acpx.protocol.AcpxReply;
import com.clawdforge.acpx.turn.PromptAttempt;
import com.clawdforge.acpx.turn.SessionTurn;
import com.clawdforge.acpx.turn.TurnReader;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.Prompt;
import com.clawdforge.core.agent.TurnListener;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One turn on acpx. The prompt's result ends it; acpx's client lingers for another second, and its
 * exit status means nothing (agent-facts.md, 4.3, 4.8).
 */
final class AcpxTurn extends SessionTurn {
  private static final Duration POLL = Duration.ofMillis(20);

  private final AcpxSession session;
  private boolean created;

  AcpxTurn(AcpxSession session, Prompt prompt, TurnListener listener) {
    super(session, prompt, listener);
    this.session = session;
  }

  @Override
  protected AgentLaunch launch() {
    return session.launch();
  }

  @Override
  protected void prepare(AgentLaunch.Found found) throws IOException {
    session.prepare(found);
  }

  @Override
  protected AgentOutcome prompt(AgentLaunch.Found found, byte[] blocks)
      throws IOException, InterruptedException {
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
      PromptAttempt.Terms terms = terms(healed, !created, !begun);
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
    TurnReader reader = reader();
    Instant began = Instant.now();
    ChildProcess client = session.prompt(blocks, reader);
    // The client takes hundreds of milliseconds before the agent gets the prompt from it.
    session.noteBefore();
    AcpxPrompt sent = new AcpxPrompt(session, reader, client, signals, this::closing);
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
    return cancelled.isDone() || isLate() ? stopped() : null;
  }
}
