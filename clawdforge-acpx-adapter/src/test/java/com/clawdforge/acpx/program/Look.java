package com.clawdforge.acpx.program;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.Script;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a command of an agent sees of the way to its model, told to the model itself. */
public record Look(String seen) {
  private static final Pattern SECRET = Pattern.compile("cf_model_[A-Za-z0-9_-]{43}");
  private static final Pattern URL =
      Pattern.compile("ANTHROPIC_BASE_URL=(http://127\\.0\\.0\\.1:\\d+)");

  /** In the settings of codex, which are JSON in JSON. */
  private static final Pattern CODEX_URL =
      Pattern.compile("base_url[^h]{1,20}(http://127\\.0\\.0\\.1:\\d+)");

  /** The environments of the command and of all processes above it, and the agent's files. */
  private static final String COMMAND =
      "env; p=$$; while [ \"$p\" -gt 1 ]; do tr '\\0' '\\n' < /proc/$p/environ;"
          + " p=$(sed 's/.*) //' /proc/$p/stat | cut -d' ' -f2); done;"
          + " find \"$CLAUDE_CONFIG_DIR\" \"$HOME\" -type f -size -200k -exec cat {} + ; true";

  /** Has the agent look, then answers. */
  public static final Script SCRIPT =
      request ->
          request.body().toString().contains("\"tool_result\"")
              ? ModelReply.text("done")
              : ModelReply.toolUse("Bash", Map.of("command", COMMAND));

  /** The secrets that were seen, each once. */
  public List<String> secrets() {
    return SECRET.matcher(seen).results().map(found -> found.group()).distinct().toList();
  }

  /** The same for a request of codex. */
  public int askAsCodex(String secret) throws IOException, InterruptedException {
    Matcher url = CODEX_URL.matcher(seen);
    if (!url.find()) {
      throw new AssertionError("no address was seen: " + seen);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create(url.group(1) + "/v1/models"))
                  .header("Authorization", "Bearer " + secret)
                  .build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }

  /** The status with which the way answers a request with a secret. */
  public int ask(String secret) throws IOException, InterruptedException {
    Matcher url = URL.matcher(seen);
    if (!url.find()) {
      throw new AssertionError("no address was seen: " + seen);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create(url.group(1) + "/v1/messages"))
                  .header("x-api-key", secret)
                  .POST(HttpRequest.BodyPublishers.ofString("{}"))
                  .build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }
}
