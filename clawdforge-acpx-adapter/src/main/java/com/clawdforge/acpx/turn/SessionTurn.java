package com.clawdforge.acpx.turn;

import com.clawdforge.acpx.agent.AgentLaunch;
import com.clawdforge.acpx.file.AttachedFile;
import com.clawdforge.acpx.program.SupervisedRun;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.Prompt;
import com.clawdforge.core.agent.TurnListener;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * One turn. A thread of its own supervises it: every event reaches it as a {@link TurnSignal}. A
 * driver knows how the agent gets the prompt.
 */
public abstract class SessionTurn extends SupervisedRun {
  private static final int MOST_HEALED = 3;

  protected final BlockingQueue<TurnSignal> signals = new LinkedBlockingQueue<>();
  protected final CompletableFuture<?> cancelled = new CompletableFuture<Void>();
  protected final long deadlineNanos;
  private final SessionAgent agent;
  private final Prompt prompt;
  private final TurnListener listener;
  private volatile boolean closing;

  protected SessionTurn(SessionAgent agent, Prompt prompt, TurnListener listener) {
    super("turn", agent.id());
    this.agent = agent;
    this.prompt = prompt;
    this.listener = listener;
    this.deadlineNanos = System.nanoTime() + prompt.timeout().toNanos();
  }

  /** How the agent is started, or why it cannot be. */
  protected abstract AgentLaunch launch();

  /** Writes what the session needs on disk, where it is missing. */
  protected abstract void prepare(AgentLaunch.Found found) throws IOException;

  /**
   * Has the prompt answered.
   *
   * @param blocks its content, as JSON
   */
  protected abstract AgentOutcome prompt(AgentLaunch.Found found, byte[] blocks)
      throws IOException, InterruptedException;

  @Override
  public final void cancel() {
    cancelled.complete(null);
    signals.add(new TurnSignal.Cancelled());
  }

  /** Ends it together with its agent, which will not be needed again. */
  final void abandon() {
    closing = true;
    cancel();
  }

  /** Whether the session is being closed, so that its agent is not waited for. */
  protected final boolean closing() {
    return closing;
  }

  @Override
  protected final AgentOutcome run() throws IOException, InterruptedException {
    return switch (launch()) {
      case AgentLaunch.Missing missing -> failed(AgentFailure.UNAVAILABLE, missing.why());
      case AgentLaunch.Found found -> run(found);
    };
  }

  private AgentOutcome run(AgentLaunch.Found found) throws IOException, InterruptedException {
    prepare(found);
    byte[] blocks;
    try {
      blocks = agent.blocks(prompt);
    } catch (AttachedFile.Broken e) {
      return failed(AgentFailure.INPUT_INVALID, String.valueOf(e.getMessage()));
    } catch (PromptBlocks.Unfit e) {
      return failed(AgentFailure.FAILED, String.valueOf(e.getMessage()));
    }
    return prompt(found, blocks);
  }

  /** A reader for the next attempt. */
  protected final TurnReader reader() {
    return PromptAttempt.reader(agent, listener, signals);
  }

  /**
   * What the next attempt may do.
   *
   * @param healed how many attempts have ended as {@link PromptAttempt.Wedged}
   * @param mayCreate whether it may end as {@link PromptAttempt.Unknown}
   * @param mayBegin whether it may end as {@link PromptAttempt.Forgotten}
   */
  protected final PromptAttempt.Terms terms(int healed, boolean mayCreate, boolean mayBegin) {
    return new PromptAttempt.Terms(
        deadlineNanos, healed < MOST_HEALED, mayCreate, mayBegin, !prompt.attachments().isEmpty());
  }

  protected final boolean isLate() {
    return deadlineNanos - System.nanoTime() <= 0;
  }

  /** The outcome of a turn that was cancelled, or else took too long, before it had the prompt. */
  protected final AgentOutcome stopped() {
    return cancelled.isDone()
        ? new AgentOutcome.Cancelled(AgentReport.NONE)
        : agent.verdict().timedOut("", AgentReport.NONE);
  }

  @Override
  protected final AgentOutcome failed(AgentFailure failure, String message) {
    return agent.verdict().failed(failure, message, "", AgentReport.NONE);
  }
}
