package com.clawdforge.http.app;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.client.ClientContract;
import com.clawdforge.http.kit.GatewayFixture;
import com.clawdforge.http.kit.Installation;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/** The Java client and the whole gateway, with the real claude and acpx. */
@Tag("agent")
final class RealClientIT extends ClientContract {
  @Override
  protected Backend start(Path folder) throws IOException, InterruptedException {
    GatewayFixture gateway =
        GatewayFixture.start(
            folder,
            RealClientIT::answer,
            Map.of("ACPX_BIN", Installation.PINNED.resolve("acpx").toString()));
    return new Backend() {
      @Override
      public String url() {
        return "http://127.0.0.1:" + gateway.gateway.port();
      }

      @Override
      public String token() {
        return gateway.token;
      }

      @Override
      public void close() {
        gateway.close();
      }
    };
  }

  private static ModelReply answer(ModelRequest request) {
    String prompt = request.lastUserText();
    if (request.toolNames().contains("StructuredOutput")) {
      boolean given =
          request.userBlocks().stream()
              .anyMatch(block -> block.path("type").asText().equals("tool_result"));
      return given ? ModelReply.text("there") : pancakes();
    }
    return switch (prompt) {
      case WAIT -> ModelReply.silent();
      case FAIL -> ModelReply.error(400, "invalid_request_error", "it failed");
      default -> ModelReply.text("you said " + prompt);
    };
  }

  private static ModelReply pancakes() {
    try {
      return ModelReply.toolUse("StructuredOutput", new ObjectMapper().readTree(PANCAKES_JSON));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
