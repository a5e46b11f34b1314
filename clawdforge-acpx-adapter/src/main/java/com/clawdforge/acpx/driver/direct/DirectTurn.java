package com.clawdforge.acpx.driver.direct;

import com.clawdforge.acpx.agent.AgentLaunch;
import com.clawdforge.acpx.turn.PromptAttempt;
import com.clawdforge.acpx.turn.SessionTurn;
import com.clawdforge.acpx.turn.TurnReader;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.Prompt;
import com.clawdforge.core.agent.TurnListener;
import java.io.IOException;
import java.time.Instant;
import java.util.function.Supplier;

/** One turn with an agent's adapter. */
final class DirectTurn extends SessionTurn {
  private final DirectAgent agent;
  private final Supplier<AgentLaunch> launch;

  DirectTurn(
      DirectAgent agent, Supplier<AgentLaunch> launch, Prompt prompt, TurnListener listener) {
    super(agent, prompt, listener);
    this.agent = agent;
    this.launch = launch;
  }

  @Override
  protected AgentLaunch launch() {
    return launch.get();
  }

  @Override
  protected void prepare(AgentLaunch.Found found) throws IOException {
    agent.prepare();
  }

  @Override
  protected AgentOutcome prompt(AgentLaunch.Found found, byte[] blocks)
      throws IOException, InterruptedException {
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
          PromptAttempt.Terms terms = terms(healed, false, !anew);
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
    TurnReader reader = reader();
    Instant began = Instant.now();
    DirectPrompt sent =
        new DirectPrompt(agent, loaded.session(), loaded.fresh(), reader, signals, this::closing);
    loaded.session().prompt(blocks, loaded.fresh(), reader);
    return new PromptAttempt(agent, sent, reader, signals, terms, began);
  }
}
