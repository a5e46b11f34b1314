package com.clawdforge.acpx.driver.direct;

import com.clawdforge.acpx.agent.AgentLaunch;
import com.clawdforge.acpx.file.AttachedFile;
import com.clawdforge.acpx.program.SupervisedRun;
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
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;

/** One turn. A thread of its own supervises it: every event reaches it as a {@link TurnSignal}. */
final class DirectTurn extends SupervisedRun {
  private static final int MOST_HEALED = 3;

  private final DirectAgent agent;
  private final Supplier<AgentLaunch> launch;
  private final Prompt prompt;
  private final TurnListener listener;
  private final long deadlineNanos;
  private final BlockingQueue<TurnSignal> signals = new LinkedBlockingQueue<>();
  private final CompletableFuture<?> cancelled = new CompletableFuture<Void>();
  private volatile boolean closing;

  DirectTurn(
      DirectAgent agent, Supplier<AgentLaunch> launch, Prompt prompt, TurnListener listener) {
    super("turn", agent.id());
    this.agent = agent;
    this.launch = launch;
    this.prompt = prompt;
    this.listener = listener;
    this.deadlineNanos = System.nanoTime() + prompt.timeout().toNanos();
  }

  @Override
  public void cancel() {
    cancelled.complete(null);
    signals.add(new TurnSignal.Cancelled());
  }

  /** Ends it together with its agent, which will not be needed again. */
  void abandon() {
    closing = true;
    cancel();
  }

  @Override
  protected AgentOutcome run() throws IOException, InterruptedException {
    return switch (launch.get()) {
      case AgentLaunch.Missing missing -> failed(AgentFailure.UNAVAILABLE, missing.why());
      case AgentLaunch.Found found -> prompt(found);
    };
  }

  private AgentOutcome prompt(AgentLaunch.Found found) throws IOException, InterruptedException {
    byte[] blocks;
    try {
      agent.prepare();
      blocks = agent.blocks(prompt);
    } catch (AttachedFile.Broken e) {
      return failed(AgentFailure.INPUT_INVALID, String.valueOf(e.getMessage()));
    } catch (PromptBlocks.Unfit e) {
      return failed(AgentFailure.FAILED, String.valueOf(e.getMessage()));
    }
    int healed = 0;
    boolean anew = false;
    while (true) {
      DirectAgent.Loading loading = agent.load(found, new TurnWait(deadlineNanos, cancelled), anew);
      switch (loading) {
        case DirectAgent.Loading.Stopped stopped -> {
          return stopped();
        }
        case DirectAgent.Loading.Refused refused -> {
          return agent.verdict().failed(refused.failure(), refused.stderr(), AgentReport.NONE);
        }
        case DirectAgent.Loading.Loaded loaded -> {
          PromptAttempt.Terms terms =
              new PromptAttempt.Terms(
                  deadlineNanos,
                  healed < MOST_HEALED,
                  false,
                  !anew,
                  !prompt.attachments().isEmpty());
          switch (attempt(loaded, blocks, terms).run()) {
            case PromptAttempt.Over over -> {
              return over.outcome();
            }
            case PromptAttempt.Wedged wedged -> healed++;
            case PromptAttempt.Unknown unknown ->
                throw new IllegalStateException("no prompt is sent to an unknown session");
            case PromptAttempt.Forgotten forgotten -> anew = true;
          }
        }
      }
    }
  }

  private PromptAttempt attempt(
      DirectAgent.Loading.Loaded loaded, byte[] blocks, PromptAttempt.Terms terms) {
    TurnReader reader = PromptAttempt.reader(agent, listener, signals);
    Instant began = Instant.now();
    DirectPrompt sent =
        new DirectPrompt(agent, loaded.session(), loaded.fresh(), reader, signals, () -> closing);
    loaded.session().prompt(blocks, loaded.fresh(), reader);
    return new PromptAttempt(agent, sent, reader, signals, terms, began);
  }

  private AgentOutcome stopped() {
    return cancelled.isDone()
        ? new AgentOutcome.Cancelled(AgentReport.NONE)
        : agent.verdict().timedOut("", AgentReport.NONE);
  }

  @Override
  protected AgentOutcome failed(AgentFailure failure, String message) {
    return agent.verdict().failed(failure, message, "", AgentReport.NONE);
  }
}
