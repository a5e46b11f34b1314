package com.clawdforge.http.app.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.isolation.Isolation;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.work.Load;
import com.clawdforge.http.app.config.GatewayConfig;
import com.clawdforge.http.app.config.ProgramName;
import com.clawdforge.http.app.gateway.Gateway;
import com.clawdforge.http.kit.Api;
import com.clawdforge.http.kit.Installation;
import com.clawdforge.http.ops.Readiness;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What makes a server ready or not, with shell scripts as programs. */
@Timeout(120)
class ReadinessTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(10);
  private static final String LOGGED_IN =
      "{\"loggedIn\":true,\"authMethod\":\"api_key\",\"apiKeySource\":\"ANTHROPIC_API_KEY\"}";

  @TempDir Path temp;

  private final List<Gateway> started = new ArrayList<>();
  private Map<String, String> environment = Map.of();

  @BeforeEach
  void two_programs() throws IOException {
    environment = Installation.environment(temp);
    environment.put("CLAUDE_BIN", claude("echo '" + LOGGED_IN + "'").toString());
    environment.put("ACPX_BIN", Installation.script(temp.resolve("acpx"), "echo 1").toString());
  }

  @AfterEach
  void stop() {
    started.forEach(Gateway::close);
  }

  @Test
  void a_gateway_becomes_ready_by_itself_and_shows_its_login() throws Exception {
    try (Api api = new Api(start().port())) {
      JsonNode ready = until(api, 200);

      for (String check :
          List.of("accepting", "store", "disk", "preconditions", "claude", "acpx")) {
        assertTrue(ready.path("checks").path(check).path("ok").asBoolean(), ready::toString);
      }
      Installation.await(
          "the login", () -> "logged_in".equals(ready(api).path("login").path("state").asText()));
      assertEquals("api_key", ready(api).path("login").path("kind").asText());
    }
  }

  @Test
  void a_gateway_on_loopback_refuses_a_page_with_a_rebound_name() throws Exception {
    int port = start().port();
    for (String path : List.of("/healthz", "/readyz")) {
      assertEquals(421, statusOf(port, path, "rebound.example:" + port), path);
      assertEquals(200, statusOf(port, "/healthz", "localhost:" + port), path);
      assertEquals(200, statusOf(port, "/healthz", "127.0.0.1:" + port), path);
    }
  }

  // The JDK's client cannot send another Host.
  private static int statusOf(int port, String path, String host) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String request =
          "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readAllBytes();
      return Integer.parseInt(new String(answer, 9, 3, StandardCharsets.US_ASCII));
    }
  }

  @Test
  void a_gateway_whose_claude_is_gone_is_not_ready_at_once() throws Exception {
    try (Api api = new Api(start().port())) {
      until(api, 200);
      Files.delete(temp.resolve("claude"));

      HttpResponse<String> answer = api.get("/readyz", "");

      assertEquals(503, answer.statusCode());
      assertEquals(
          "claude is not installed; see " + ProgramName.typed("doctor"),
          Api.json(answer).path("checks").path("claude").path("reason").asText());
    }
  }

  @Test
  void a_claude_that_was_not_tested_is_named_by_healthz_and_the_server_is_ready() throws Exception {
    Installation.script(temp.resolve("claude"), "echo '0.0.1 (Claude Code)'");
    try (Api api = new Api(start().port())) {
      Installation.await(
          "the version that was not tested", () -> health(api).path("untested").isArray());

      assertEquals("claude 0.0.1", health(api).path("untested").path(0).asText());
      until(api, 200);
    }
  }

  @Test
  void a_claude_that_does_not_run_is_reported_without_its_output() throws Exception {
    Installation.script(temp.resolve("claude"), "echo no luck in $HOME/.claude; exit 3");
    try (Api api = new Api(start().port())) {
      Installation.await("it was asked", () -> reason(api, "claude").contains("does not run"));

      assertEquals("claude does not run; the server's log says why", reason(api, "claude"));
      Installation.await("its login", () -> ready(api).path("login").path("age_secs").isNumber());
      assertFalse(api.get("/readyz", "").body().contains("no luck"));
    }
  }

  @Test
  void a_server_that_is_not_logged_in_is_ready() throws Exception {
    claude("echo '{\"loggedIn\":false}'; exit 1");
    try (Api api = new Api(start().port())) {
      Installation.await(
          "the login", () -> "logged_out".equals(ready(api).path("login").path("state").asText()));

      assertEquals(200, api.get("/readyz", "").statusCode());
    }
  }

  @Test
  void a_broken_ledger_is_reported_without_paths_until_it_recovers() throws Exception {
    AtomicBoolean full = new AtomicBoolean(true);
    Runnable write =
        () -> {
          if (full.get()) {
            throw new StoreException("/data/clawdforge.db: the disk is full", null);
          }
        };
    try (AgentProbe agents = agents();
        ReadyProbe probe =
            new ReadyProbe(
                write,
                List.of(temp),
                List.of(),
                agents,
                ReadinessTest::idle,
                () -> Readiness.Provider.UNKNOWN,
                SHORT,
                LONG)) {
      await(probe, "store", "the ledger cannot be written; the server's log says why");
      full.set(false);
      await(probe, "store", null);
    }
  }

  @Test
  void a_ledger_that_hangs_counts_as_broken_after_a_while() throws Exception {
    CountDownLatch hanging = new CountDownLatch(1);
    AtomicBoolean hangs = new AtomicBoolean();
    Runnable write =
        () -> {
          try {
            if (hangs.get()) {
              hanging.await();
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    try (AgentProbe agents = agents();
        ReadyProbe probe =
            new ReadyProbe(
                write,
                List.of(temp),
                List.of(),
                agents,
                ReadinessTest::idle,
                () -> Readiness.Provider.UNKNOWN,
                SHORT,
                Duration.ofSeconds(1))) {
      await(probe, "store", null);
      hangs.set(true);
      await(probe, "store", "the ledger has not answered for 1 s");
    }
  }

  @Test
  void a_folder_that_is_gone_is_a_fault_of_the_disk() throws Exception {
    Path folder = Files.createDirectory(temp.resolve("runs"));
    try (AgentProbe agents = agents();
        ReadyProbe probe =
            new ReadyProbe(
                () -> {},
                List.of(temp, folder),
                List.of(),
                agents,
                ReadinessTest::idle,
                () -> Readiness.Provider.UNKNOWN,
                SHORT,
                LONG)) {
      await(probe, "disk", null);
      assertTrue(probe.space().orElseThrow().freeBytes() > 0);
      Files.delete(folder);
      await(probe, "disk", "a folder of the server cannot be written; its log says which");
    }
  }

  @Test
  void a_gateway_whose_agents_have_no_home_is_not_ready_until_they_have_one() throws Exception {
    Path home = temp.resolve("home");
    Files.delete(home);
    try (Api api = new Api(start().port())) {
      JsonNode found = until(api, 503).path("checks").path("preconditions");
      Installation.await(
          "the reason",
          () ->
              ready(api)
                  .path("checks")
                  .path("preconditions")
                  .path("reason")
                  .asText()
                  .contains("agents' home"));
      assertFalse(found.toString().contains(temp.toString()), found::toString);
      Files.createDirectory(home);
      until(api, 200);
    }
  }

  @Test
  void a_disk_with_less_than_128_mib_is_nearly_full() {
    assertTrue(new DiskSpace((128L << 20) - 1).tooLittle());
    assertEquals("127 MiB free", new DiskSpace((128L << 20) - 1).free());
    assertTrue(new DiskSpace(200L << 20).little());
    assertTrue(!new DiskSpace(200L << 20).tooLittle());
  }

  private Path claude(String atAuthStatus) throws IOException {
    return Installation.script(
        temp.resolve("claude"), "case $1 in auth) " + atAuthStatus + ";; *) echo 2.1;; esac");
  }

  private Gateway start() {
    GatewayConfig config = GatewayConfig.from(environment);
    Gateway gateway = Gateway.start(config, AgentPrograms.of(config));
    started.add(gateway);
    return gateway;
  }

  private AgentProbe agents() {
    GatewayConfig config = GatewayConfig.from(environment);
    return new AgentProbe(
        AgentPrograms.of(config),
        AgentEnvironment.from(environment, List.of()),
        environment,
        TestedVersions.ofThisBuild(),
        Isolation.none());
  }

  private static Readiness.Capacity idle() {
    return new Readiness.Capacity(new Load(0, 0, 1), new Load(0, 0, 1), 0, 1);
  }

  private static void await(ReadyProbe probe, String check, @Nullable String reason)
      throws Exception {
    Installation.await(
        check + ": " + reason,
        () ->
            probe.now().checks().stream()
                .filter(each -> each.name().equals(check) && each.age() != null)
                .anyMatch(each -> Objects.equals(each.reason(), reason)));
  }

  private static JsonNode until(Api api, int status) throws Exception {
    Installation.await("readiness " + status, () -> api.get("/readyz", "").statusCode() == status);
    return ready(api);
  }

  private static String reason(Api api, String check) throws Exception {
    return ready(api).path("checks").path(check).path("reason").asText();
  }

  private static JsonNode health(Api api) throws Exception {
    return Api.json(api.get("/healthz", ""));
  }

  private static JsonNode ready(Api api) throws Exception {
    return Api.json(api.get("/readyz", ""));
  }
}
