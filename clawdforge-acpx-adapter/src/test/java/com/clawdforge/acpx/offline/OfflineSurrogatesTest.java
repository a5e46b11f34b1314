package com.clawdforge.acpx.offline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Halves of surrogate pairs, as models send them, reach the client. */
@Timeout(30)
class OfflineSurrogatesTest {
  @Test
  void half_a_pair_is_sent_as_an_escape_in_either_form() throws Exception {
    try (TestedModel model = new TestedModel(ModelReply.text("a\uD83D" + "b\uDE00c 😀"))) {
      assertTrue(sent(model, true).contains("\"text\":\"a\\ud83db\\ude00c 😀\""));
      assertTrue(sent(model, false).contains("\"text\":\"a\\ud83db\\ude00c 😀\""));
    }
  }

  @Test
  void a_pair_that_two_chunks_share_is_whole_again_at_the_client() throws Exception {
    ModelReply reply = ModelReply.streamedSlowly(List.of("\uD83D", "\uDE00"), Duration.ZERO);
    try (TestedModel model = new TestedModel(reply)) {
      String stream = sent(model, true);

      assertTrue(stream.contains("\"text\":\"\\ud83d\""), stream);
      assertTrue(stream.contains("\"text\":\"\\ude00\""), stream);
      assertEquals("😀", TestedModel.text(TestedModel.events(stream)));
    }
  }

  @Test
  void half_a_pair_in_a_tools_input_or_in_an_error_is_sent_too() throws Exception {
    Script script =
        Script.sequence(
            ModelReply.toolUse("Bash", Map.of("command", "echo \uD83D")),
            ModelReply.error(400, "invalid_request_error", "no \uDE00"));
    try (TestedModel model = new TestedModel(script)) {
      assertTrue(sent(model, true).contains("echo \\ud83d"));
      assertTrue(sent(model, true).contains("no \\ude00"));
    }
  }

  /** The body's bytes, which must be UTF-8. */
  private static String sent(TestedModel model, boolean streamed)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        model.http.send(model.request("go", streamed), BodyHandlers.ofByteArray());
    return strictly(response.body());
  }

  private static String strictly(byte[] bytes) throws CharacterCodingException {
    return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }
}
