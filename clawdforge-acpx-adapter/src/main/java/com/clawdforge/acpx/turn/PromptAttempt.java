package com.clawdforge.acpx.turn;

import com.clawdforge.acpx.program.ClaudeLine;
import com.clawdforge.acpx.program.ClaudeNotes;
import com.clawdforge.acpx.program.ProviderTrouble;
import com.clawdforge.acpx.protocol.AcpMessage;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.ProviderRetry;
import com.clawdforge.core.agent.TurnListener;
import com.clawdforge.core.agent.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt to have a prompt answered. For the thread that supervises the turn; the driver
 * decides whether there is another attempt.
 */
public final class PromptAttempt {
  private static final Logger log = LoggerFactory.getLogger(PromptAttempt.class);

  /** For the app's developer. */
  private static final String POISONED =
      "context_poisoned: the refused message stays in the conversation, and later turns may be"
          + " refused because of it; begin a new session without it";

  /** The result of an attempt. */
  public sealed interface End {}

  /** The turn has ended. */
  public record Over(AgentOutcome outcome) implements End {}

  /** The agent had lost the session and was killed; another attempt starts a new one. */
  public record Wedged() implements End {}

  /** Acpx, or the agent, has no record of the session; it can be created. */
  public record Unknown() implements End {}

  /**
   * The agent took up a conversation of which it has no record, as codex does, and refused the
   * prompt; it was killed, and a new conversation can be begun.
   */
  public record Forgotten() implements End {}

  /**
   * What an attempt may do.
   *
   * @param mayHeal whether it may end as {@link Wedged}
   * @param mayCreate whether it may end as {@link Unknown}
   * @param mayBegin whether it may end as {@link Forgotten}
   * @param showsFiles whether the prompt has files
   */
  public record Terms(
      long deadlineNanos,
      boolean mayHeal,
      boolean mayCreate,
      boolean mayBegin,
      boolean showsFiles) {}

  private final SessionAgent session;
  private final BlockingQueue<TurnSignal> signals;
  private final Terms terms;
  private final TurnReader reader;
  private final SentPrompt sent;
  private final Instant began;
  private AcpMessage.@Nullable Failure refusedHandshake;
  private boolean costTaken;
  private @Nullable BigDecimal cost;

  /**
   * Takes charge of a prompt that was sent.
   *
   * @param signals receives the attempt's events from the reader
   * @param began when it was sent, or before
   */
  public PromptAttempt(
      SessionAgent session,
      SentPrompt sent,
      TurnReader reader,
      BlockingQueue<TurnSignal> signals,
      Terms terms,
      Instant began) {
    this.session = session;
    this.sent = sent;
    this.reader = reader;
    this.signals = signals;
    this.terms = terms;
    this.began = began;
  }

  /** A reader for another attempt. Drops the signals that earlier attempts left. */
  public static TurnReader reader(
      SessionAgent session, TurnListener listener, BlockingQueue<TurnSignal> signals) {
    signals.removeIf(signal -> !(signal instanceof TurnSignal.Cancelled));
    return new TurnReader(session.profile(), listener, signals);
  }

  /** Waits for its end. */
  public End run() throws IOException, InterruptedException {
    boolean supervised = false;
    try {
      @Nullable End end = null;
      while (end == null) {
        end = on(next());
      }
      supervised = true;
      return end;
    } finally {
      reader.stop();
      sent.close();
      if (!supervised) {
        // Otherwise the agent's work would continue without a supervisor.
        session.kill();
      }
    }
  }

  private TurnSignal next() throws InterruptedException {
    TurnSignal signal =
        signals.poll(Math.max(0, terms.deadlineNanos() - System.nanoTime()), TimeUnit.NANOSECONDS);
    return signal == null ? new TurnSignal.Late() : signal;
  }

  // Null if the attempt goes on.
  private @Nullable End on(TurnSignal signal) throws IOException, InterruptedException {
    return switch (signal) {
      case TurnSignal.Started started -> {
        session.started();
        yield null;
      }
      case TurnSignal.HandshakeFailed failed -> {
        refusedHandshake = failed.failure();
        yield null;
      }
      case TurnSignal.Answered answered -> new Over(answered(answered.result()));
      case TurnSignal.Refused refused -> refused(refused.failure());
      case TurnSignal.LoginRefused refused -> loginRefused(refused.why());
      case TurnSignal.Retried retried -> retried(retried.retry());
      case TurnSignal.AcpxFailed failed -> refused(failed.failure());
      case TurnSignal.TooMuch tooMuch -> tooMuch(tooMuch.what());
      case TurnSignal.Ended ended -> endedWithoutAnswer();
      case TurnSignal.Cancelled cancelled -> new Over(cancelled());
      case TurnSignal.Late late -> new Over(late());
    };
  }

  private AgentOutcome answered(AcpMessage.Result result) throws IOException, InterruptedException {
    if (reader.codex().gaveUp() && !result.isCancelled()) {
      return ofProvider(null, result);
    }
    AgentReport report = report(result);
    if (result.isCancelled()) {
      endTools();
      return new AgentOutcome.Cancelled(report);
    }
    ClaudeLine.@Nullable Result ended = reader.result();
    if (ended != null) {
      @Nullable AgentOutcome unanswered = unanswered(ended, report);
      if (unanswered != null) {
        return unanswered;
      }
    }
    return new AgentOutcome.Completed(text(), null, report);
  }

  // Null if the model has answered. A refusal is an answer: the app is told by its stop reason.
  private @Nullable AgentOutcome unanswered(ClaudeLine.Result ended, AgentReport report)
      throws IOException, InterruptedException {
    Optional<ProviderTrouble> trouble = reader.notes().trouble(ended);
    if (trouble.isPresent()) {
      return trouble.get().failure() == AgentFailure.REFUSED
          ? refusal()
          : failed(trouble.get(), report);
    }
    if (terms.showsFiles() && reader.fileRefused()) {
      endTools();
      return session
          .verdict()
          .failed(AgentFailure.INPUT_INVALID, ClaudeNotes.FILE_REFUSED, sent.stderrTail(), report);
    }
    boolean silent = ended.succeeded() && ended.text().isBlank() && !reader.answered();
    if (ClaudeNotes.stoppedWithoutAnswer(ended) || silent) {
      return session.verdict().noAnswer(ended.stopReason(), sent.stderrTail(), report);
    }
    return null;
  }

  private AgentOutcome refusal() throws IOException {
    Optional<String> refused = reader.notes().refused();
    if (refused.isEmpty() || !session.dropRefused(refused.get())) {
      reader.notes().warn(POISONED);
    }
    return new AgentOutcome.Completed(
        reader.text(), null, report(null).stoppedBy(ClaudeNotes.REFUSAL));
  }

  // A gateway may give the model's messages ids that look like the CLI's own; its result has the
  // text all the same.
  private String text() {
    String text = reader.text();
    ClaudeLine.@Nullable Result ended = reader.result();
    return text.isEmpty() && ended != null && ended.succeeded() ? ended.text() : text;
  }

  /**
   * Codex gave up because of its provider.
   *
   * @param failure its response to the prompt, if that is an error
   */
  private AgentOutcome ofProvider(
      AcpMessage.@Nullable Failure failure, AcpMessage.@Nullable Result result)
      throws IOException, InterruptedException {
    @Nullable String conversation = reader.conversation();
    if (conversation != null) {
      session.ending(conversation, began).ifPresent(reader.codex()::add);
    }
    ProviderTrouble trouble = reader.codex().trouble(failure);
    if (trouble.failure() == AgentFailure.UNAUTHENTICATED) {
      // It is not worth keeping awake without a login.
      session.kill();
    } else {
      endTools();
    }
    return session.verdict().failed(trouble, sent.stderrTail(), report(result));
  }

  private AgentOutcome failed(ProviderTrouble trouble, AgentReport report)
      throws InterruptedException {
    endTools();
    return session.verdict().failed(trouble, sent.stderrTail(), report);
  }

  /**
   * What Claude Code itself says of a prompt that its adapter calls an error: older adapters take
   * an answer for one by its words. Null if it says nothing better.
   */
  private @Nullable AgentOutcome inTruth(AcpMessage.Failure failure)
      throws IOException, InterruptedException {
    ClaudeLine.@Nullable Result ended = reader.result();
    if (ended == null) {
      return null;
    }
    if (failure.kind() != null) {
      reader.notes().add(new ClaudeLine.Assistant(failure.kind()));
    }
    AgentReport report = report(null);
    @Nullable AgentOutcome unanswered = unanswered(ended, report);
    if (unanswered == null && ended.succeeded()) {
      return new AgentOutcome.Completed(
          text(), null, report.stoppedBy(String.valueOf(ended.stopReason())));
    }
    return unanswered;
  }

  // Null if it is worth waiting.
  private @Nullable End retried(ProviderRetry retry) throws IOException, InterruptedException {
    if (retry.status() == 401 || retry.status() == 403) {
      return loginRefused("API Error: " + retry.status());
    }
    if (retry.delay().toNanos() < terms.deadlineNanos() - System.nanoTime()) {
      return null;
    }
    AcpMessage.@Nullable Result result = stop();
    return new Over(
        session
            .verdict()
            .failed(reader.notes().gaveUpOn(retry), sent.stderrTail(), report(result)));
  }

  private End refused(AcpMessage.Failure failure) throws IOException, InterruptedException {
    boolean lost = session.profile().hasLostSession(failure) || TurnVerdict.hasNoOwner(failure);
    if (lost && !reader.published() && terms.mayHeal()) {
      log.warn("the agent of {} has lost its session; it is started again", session.id());
      session.kill();
      return new Wedged();
    }
    if (session.profile().isUnknownSession(failure) && !reader.published()) {
      if (!reader.started() && terms.mayCreate()) {
        return new Unknown();
      }
      if (reader.started() && terms.mayBegin()) {
        session.kill();
        return new Forgotten();
      }
    }
    if (reader.started() && session.profile().isOfProvider(failure)) {
      return new Over(ofProvider(failure, null));
    }
    @Nullable AgentOutcome inTruth = lost ? null : inTruth(failure);
    if (inTruth != null) {
      if (inTruth instanceof AgentOutcome.Failed failed
          && failed.failure() == AgentFailure.UNAUTHENTICATED) {
        // It is not worth keeping awake without a login.
        session.kill();
      }
      return new Over(inTruth);
    }
    if (lost || TurnVerdict.hasDied(failure)) {
      // The remaining processes would block the next turn.
      session.kill();
    } else if (TurnVerdict.mayGoOn(failure)) {
      session.end();
    } else {
      endTools();
    }
    return new Over(failure(failure));
  }

  // The agent would retry for longer than callers are promised to wait for this error, and an agent
  // without a login is not worth keeping awake.
  private End loginRefused(String why) throws IOException {
    reader.stop();
    session.kill();
    return new Over(failure(TurnVerdict.ofProvider(why, true)));
  }

  private End tooMuch(String what) throws IOException {
    session.kill();
    return new Over(failure("the agent wrote " + what + TurnVerdict.GOES_ON));
  }

  private End endedWithoutAnswer() throws IOException {
    session.kill();
    // A refused handshake did not matter if the agent got the prompt nevertheless.
    if (refusedHandshake == null || reader.started()) {
      return new Over(
          failure(sent.carrier() + " ended without an answer" + lastWords() + TurnVerdict.GOES_ON));
    }
    return session.profile().isUnknownSession(refusedHandshake) && terms.mayCreate()
        ? new Unknown()
        : new Over(failure(refusedHandshake));
  }

  private AgentOutcome cancelled() throws IOException, InterruptedException {
    AcpMessage.@Nullable Result result = stop();
    return result != null && !result.isCancelled()
        ? answered(result)
        : new AgentOutcome.Cancelled(report(result));
  }

  private AgentOutcome late() throws IOException, InterruptedException {
    boolean silent = !reader.published();
    AcpMessage.@Nullable Result result = stop();
    if (silent && result != null) {
      // The adapter has cancelled the turn, but the agent itself may be dead; if so, each later
      // turn would wait for it in vain.
      session.end();
    }
    return session.verdict().timedOut(sent.stderrTail(), report(result));
  }

  /**
   * Stops the turn through the agent, so that it can continue from there. An agent that does not
   * react is killed; the next turn wakes it up.
   *
   * @return the result, if the agent still sent one
   */
  private AcpMessage.@Nullable Result stop() throws IOException, InterruptedException {
    AcpMessage.@Nullable Result result = sent.stop();
    if (result == null) {
      reader.stop();
      session.kill();
    } else {
      endTools();
    }
    return result;
  }

  private void endTools() throws InterruptedException {
    session.endTools();
  }

  private AgentOutcome failure(AcpMessage.Failure failure) {
    return session.verdict().failed(failure, sent.stderrTail(), report(null));
  }

  private AgentOutcome failure(String message) {
    return session.verdict().failed(AgentFailure.FAILED, message, sent.stderrTail(), report(null));
  }

  private String lastWords() {
    String last =
        sent.stderrTail()
            .strip()
            .lines()
            // Progress messages are not a reason.
            .filter(line -> !line.startsWith("[acpx]"))
            .reduce("", (earlier, later) -> later);
    return last.isEmpty() ? "" : ": " + last;
  }

  private AgentReport report(AcpMessage.@Nullable Result result) {
    ClaudeLine.@Nullable Result ended = reader.result();
    @Nullable Usage usage =
        result != null ? session.profile().usage(result) : ended == null ? null : ended.usage();
    return new AgentReport(
        session.model(),
        result == null ? null : result.stopReason(),
        usage,
        costUsd(),
        reader.details());
  }

  // Asked for once: what the agent has cost in all is kept for the next turn with it.
  private @Nullable BigDecimal costUsd() {
    if (!costTaken) {
      costTaken = true;
      cost =
          session
              .cost()
              .ofTurn(reader.notes().costUsd(), reader.costUsd(), sent.fresh())
              .orElse(null);
    }
    return cost;
  }
}
