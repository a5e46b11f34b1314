package com.clawdforge.http.api;

import com.clawdforge.client.ClientContract;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.http.kit.TestServer;
import java.nio.file.Path;

/** The Java client and the server, on fakes behind it. */
final class FakesClientTest extends ClientContract {
  @Override
  protected Backend start(Path folder) {
    TestServer forge =
        TestServer.with(
            FakeAgentRunner.scripted(
                FakesClientTest::run, (session, prompt) -> turn(prompt.text())));
    return new Backend() {
      @Override
      public String url() {
        return "http://127.0.0.1:" + forge.port();
      }

      @Override
      public String token() {
        return forge.token;
      }

      @Override
      public void close() {
        forge.close();
      }
    };
  }

  private static FakeRun run(OneShot oneShot) {
    if (oneShot.jsonSchema() != null) {
      return FakeRun.answersStructured(PANCAKES_JSON);
    }
    String said = "you said " + oneShot.prompt().text();
    return switch (oneShot.prompt().text()) {
      case WAIT -> FakeRun.silent();
      case FAIL -> FakeRun.fails(AgentFailure.FAILED, "it failed", "");
      default ->
          FakeRun.answers(said)
              .emitting(
                  "{\"type\":\"stream_event\",\"event\":{\"type\":\"content_block_delta\",\"delta\":"
                      + "{\"type\":\"text_delta\",\"text\":\""
                      + said
                      + "\"}}}",
                  "{\"type\":\"result\",\"total_cost_usd\":0.000141}");
    };
  }

  private static FakeRun turn(String prompt) {
    return prompt.equals(WAIT) ? FakeRun.silent() : FakeRun.turn("you said " + prompt);
  }
}
