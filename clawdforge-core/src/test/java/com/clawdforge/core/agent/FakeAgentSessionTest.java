package com.clawdforge.core.agent;

final class FakeAgentSessionTest extends AgentSessionsContract {
  @Override
  protected AgentRunner runner() {
    return FakeAgentRunner.scriptedTurns(
        (session, prompt) ->
            prompt.text().equals(SILENCE)
                ? FakeRun.turn("").heldBy(new FakeRun.Hold())
                : FakeRun.turn(ANSWER));
  }
}
