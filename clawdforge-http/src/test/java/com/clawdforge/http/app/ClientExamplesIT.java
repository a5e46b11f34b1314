package com.clawdforge.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.SessionInfo;
import com.clawdforge.http.app.demo.SchemaExample;
import com.clawdforge.http.kit.GatewayFixture;
import com.clawdforge.http.kit.Installation;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client's example programs, as programs, with the real claude and acpx. */
@Tag("agent")
@Timeout(120)
@SuppressWarnings("NullAway.Init") // before each test
class ClientExamplesIT {
  @TempDir Path temp;
  private GatewayFixture gateway;

  @BeforeEach
  void start() throws Exception {
    gateway =
        GatewayFixture.start(
            temp,
            ClientExamplesIT::answer,
            Map.of("ACPX_BIN", Installation.PINNED.resolve("acpx").toString()));
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private static ModelReply answer(ModelRequest request) {
    return SchemaExample.wanted(request)
        .orElseGet(() -> ModelReply.text("you said " + request.lastUserText()));
  }

  @Test
  void a_one_shot() throws Exception {
    List<String> told = example("OneShot", "hello", "there");

    assertEquals("you said hello there", told.get(0));
    assertTrue(told.get(1).matches("took \\d+ ms, \\$0\\.\\d+"), told.get(1));
  }

  @Test
  void a_streaming_session() throws Exception {
    assertEquals(
        List.of("> one", "you said one", "(end_turn)", "> two", "you said two", "(end_turn)"),
        example("StreamingSession", "one", "two"));
    try (ForgeClient forge = ForgeClient.builder().baseUrl(url()).token(gateway.token).build()) {
      assertEquals(
          List.of("closed"), forge.sessions(true).stream().map(SessionInfo::status).toList());
    }
  }

  @Test
  void structured_output() throws Exception {
    assertEquals(List.of("text for 1", "text text"), example("StructuredOutput"));
  }

  private String url() {
    return "http://127.0.0.1:" + gateway.gateway.port();
  }

  // The class path of an app: the client and its dependencies.
  private static String classPath() {
    return Arrays.stream(
            System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator), -1))
        .filter(entry -> entry.matches(".*(clawdforge-client|jackson-|jspecify).*"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private List<String> example(String name, String... arguments)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(), "-cp", classPath(), name);
    builder.command().addAll(List.of(arguments));
    builder.environment().put("CLAWDFORGE_URL", url());
    builder.environment().put("CLAWDFORGE_TOKEN", gateway.token);
    Process program = builder.redirectErrorStream(true).start();
    try {
      String told = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(program.waitFor(20, TimeUnit.SECONDS));
      assertEquals(0, program.exitValue(), told);
      return told.lines().toList();
    } finally {
      program.destroyForcibly();
    }
  }
}
