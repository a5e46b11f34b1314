package com.clawdforge.client.testing;

import com.clawdforge.client.ClientContract;
import java.nio.file.Path;

/** What the client relies on with the real gateway, it gets from the fake too. */
final class FakeGatewayContractTest extends ClientContract {
  @Override
  protected Backend start(Path folder) {
    FakeGateway gateway =
        FakeGateway.start()
            .onRun(FakeGatewayContractTest::answer)
            .onTurn(FakeGatewayContractTest::answer);
    return new Backend() {
      @Override
      public String url() {
        return gateway.url();
      }

      @Override
      public String token() {
        return gateway.token();
      }

      @Override
      public void close() {
        gateway.close();
      }
    };
  }

  private static FakeAnswer answer(PromptCall call) {
    if (call.jsonSchema() != null) {
      return FakeAnswer.json(PANCAKES);
    }
    return switch (call.prompt()) {
      case WAIT -> FakeAnswer.waits();
      case FAIL -> FakeAnswer.error("agent_failed", "it failed");
      default -> FakeAnswer.text("you said ", call.prompt());
    };
  }
}
