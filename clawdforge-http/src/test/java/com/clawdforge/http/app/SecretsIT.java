package com.clawdforge.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.OfflineModel;
import com.clawdforge.http.kit.Api;
import com.clawdforge.http.kit.Installation;
import com.clawdforge.http.kit.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server never writes secrets to its log or its data. */
@Tag("agent")
@Timeout(120)
class SecretsIT {
  private static final String PROMPT = "the prompt of Mr. Quixwolde";
  private static final String SYSTEM = "the system prompt of Mr. Vexlimont";
  private static final String ANSWER = "the answer to Mrs. Zarnivoop";

  @TempDir Path temp;

  @Test
  void neither_tokens_nor_prompts_nor_answers_are_on_the_disk_or_in_the_log() throws Exception {
    Path data = temp.resolve("data");
    try (OfflineModel model =
        OfflineModel.start(
            request ->
                request.lastUserText().equals(PROMPT)
                    ? ModelReply.text(ANSWER)
                    : ModelReply.error(400, "invalid_request_error", "no"))) {
      Map<String, String> environment = Installation.environment(temp, model);
      environment.put("CLAWDFORGE_KEEP_ANSWERS_SECS", "0");
      try (ServerProcess server = ServerProcess.serve(temp, environment);
          Api api = new Api(server.port())) {
        String first = api.mint("diary");
        assertTrue(api.run(first, Map.of("prompt", PROMPT)).body().contains(ANSWER));
        try (Stream<String> stream =
            api.stream(first, Map.of("prompt", PROMPT, "system", SYSTEM)).body()) {
          // Reads to the end: an answer that could not be delivered would be kept.
          assertTrue(String.join("", stream.toList()).contains(ANSWER));
        }
        String second = api.rotate("diary");
        assertEquals(401, api.run(first, Map.of("prompt", PROMPT)).statusCode());
        assertEquals(502, api.run(second, Map.of("prompt", PROMPT + ", refused")).statusCode());
        assertEquals(422, api.run(second, Map.of("prompt", PROMPT, "effort", "x")).statusCode());
        assertEquals(200, api.revoke("diary").statusCode());
        assertEquals(401, api.run(second, Map.of("prompt", PROMPT)).statusCode());
        List<String> secrets =
            List.of(first, second, Api.ADMIN, Installation.API_KEY, PROMPT, SYSTEM, ANSWER);

        assertTrue(anywhere(data, "diary"), "what may be there is found");
        assertNowhere(data, secrets);

        server.terminate();
        assertEquals(0, server.exitStatus(), server::outputOrWhyNot);
        assertTrue(anywhere(data, "diary"));
        assertNowhere(data, secrets);
        assertNowhere(server.outputFile(), secrets);
      }
    }
  }

  private static void assertNowhere(Path folder, List<String> secrets) throws IOException {
    for (String secret : secrets) {
      assertFalse(anywhere(folder, secret), secret);
    }
  }

  private static boolean anywhere(Path folder, String text) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        // One character per byte, so that binary data is searched too.
        String content = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (content.contains(text)) {
          return true;
        }
      }
      return false;
    }
  }
}
