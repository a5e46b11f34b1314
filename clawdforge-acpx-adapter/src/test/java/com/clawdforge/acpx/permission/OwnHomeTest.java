package com.clawdforge.acpx.permission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.acpx.offline.OfflineModel;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.acpx.session.SessionFolders;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Permissions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What agents find and leave behind: their own configuration and temporary files, with the
 * operator's login and nothing else of the operator's.
 */
@PermissionTest
@Timeout(180)
final class OwnHomeTest {
  private static final String TOKEN = "sk-ant-oat01-offline-dummy-token";
  private static final String MAIL = "operator@example.org";

  /** More than the CLI passes on: it keeps such an output in a file. */
  private static final ModelReply LARGE =
      ModelReply.toolUse("Bash", Map.of("command", "seq 20000", "description", "d"));

  @TempDir Path temp;
  private Path home;
  private Path tmp;

  @BeforeEach
  void makePlaces() throws IOException {
    home = Files.createDirectories(temp.resolve("home"));
    tmp = Files.createDirectories(temp.resolve("tmp"));
  }

  @Test
  void runs_leave_nothing_in_the_home_and_among_temporary_files() throws Exception {
    try (OfflineModel model = OfflineModel.start(toolOnce(LARGE));
        RealAgents agents = agents(model, Map.of())) {
      Set<String> before = files(temp);
      for (int i = 0; i < 3; i++) {
        completed(agents.run("go", List.of("Bash")));
      }
      assertEquals(before, files(temp, "runs"));
      assertEquals(Set.of(), files(temp.resolve("runs")));
    }
  }

  @Test
  void a_closed_session_leaves_nothing_in_the_home_and_among_temporary_files() throws Exception {
    try (OfflineModel model = OfflineModel.start(toolOnce(LARGE));
        RealAgents agents = agents(model, Map.of())) {
      // Acpx creates its own folders once, and node keeps its compile cache of acpx.
      AgentSession first = session();
      completed(agents.turn(first, "go"));
      agents.sessions.close(first);
      // An adapter without sessions stays for some seconds.
      Set<String> before = left();

      AgentSession session = session();
      completed(agents.turn(session, "go"));
      agents.sessions.close(session);

      assertEquals(before, left());
    }
    assertEquals(Set.of(), files(temp.resolve("sessions/adapters")));
  }

  @Test
  void only_the_servers_user_can_read_what_agents_write() throws Exception {
    Path probe = temp.resolve("probe");
    ModelReply touch =
        ModelReply.toolUse(
            "Bash",
            Map.of("command", "touch " + probe + " && mkdir " + probe + "s", "description", "d"));
    try (OfflineModel model = OfflineModel.start(toolOnce(touch));
        RealAgents agents = agents(model, Map.of())) {
      completed(agents.run("go", List.of("Bash")));
      assertEquals("rw-------", mode(probe));
      Files.delete(probe);
      Files.delete(temp.resolve("probes"));

      AgentSession session = session();
      completed(agents.turn(session, "go"));
      assertEquals("rw-------", mode(probe));
      assertEquals("rwx------", mode(temp.resolve("probes")));
      agents.sessions.close(session);
    }
  }

  @Test
  void the_operators_login_is_found_without_naming_the_accounts_owner() throws Exception {
    logIn("user:inference user:profile user:mcp_servers");
    try (OfflineModel model = OfflineModel.start(Script.always(ModelReply.text("done")));
        RealAgents agents = agents(model, Map.of("ANTHROPIC_API_KEY", ""))) {
      completed(agents.run("go", null));
      AgentSession session = session();
      completed(agents.turn(session, "go"));
      agents.sessions.close(session);

      for (ModelRequest request : model.requests()) {
        assertEquals("Bearer " + TOKEN, request.header("authorization").orElse("none"));
        assertFalse(request.body().toString().contains(MAIL), request.body()::toString);
        assertTrue(request.body().toString().contains("account-of-the-operator"));
      }
      assertEquals(2, model.requests().size());
    }
  }

  @Test
  void a_key_that_the_operator_logged_in_for_is_found() throws Exception {
    Files.writeString(home.resolve(".claude.json"), "{\"primaryApiKey\":\"sk-ant-of-the-login\"}");
    try (OfflineModel model = OfflineModel.start(Script.always(ModelReply.text("done")));
        RealAgents agents = agents(model, Map.of("ANTHROPIC_API_KEY", ""))) {
      completed(agents.run("go", null));

      assertEquals(
          "sk-ant-of-the-login", model.requests().getFirst().header("x-api-key").orElse("none"));
    }
  }

  @Test
  void the_accounts_connectors_are_not_asked_for() throws Exception {
    // Not the request for the profile, which comes too.
    logIn("user:inference user:mcp_servers");
    try (Proxy proxy = new Proxy();
        OfflineModel model = OfflineModel.start(Script.always(ModelReply.text("done")));
        RealAgents agents =
            agents(model, Map.of("ANTHROPIC_API_KEY", "", "HTTPS_PROXY", proxy.url()))) {
      completed(agents.run("go", null));
      AgentSession session = session();
      completed(agents.turn(session, "go"));
      agents.sessions.close(session);

      assertEquals(List.of(), List.copyOf(proxy.asked));
    }
  }

  @Test
  void a_session_of_an_earlier_version_goes_on_with_its_conversation() throws Exception {
    try (OfflineModel model =
            OfflineModel.start(request -> ModelReply.text("heard " + request.userTexts().size()));
        RealAgents agents = agents(model, Map.of())) {
      AgentSession session = session();
      RealAgents.Turn first = agents.turn(session, "one");
      completed(first);
      agents.sessions.endOrphans(List.of(session.sessionId()));
      // As it was before sessions had configurations of their own.
      Path config = new SessionFolders(temp.resolve("sessions")).of(session).config();
      Files.createDirectories(home.resolve(".claude"));
      Files.move(config.resolve("projects"), home.resolve(".claude/projects"));

      RealAgents.Turn second = agents.turn(first.after(session), "two");

      assertEquals("heard 2", completed(second).text());
      assertEquals(first.conversation(), second.conversation());
      assertEquals(Set.of("projects/"), files(home.resolve(".claude")));
      agents.sessions.close(session);
    }
  }

  private void logIn(String scopes) throws IOException {
    Path login = Files.createDirectories(home.resolve(".claude")).resolve(".credentials.json");
    Files.writeString(
        login,
        """
        {"claudeAiOauth":{"accessToken":"%s","refreshToken":"sk-ant-ort01-dummy","expiresAt":%d,
        "scopes":["%s"],"subscriptionType":"max"}}
        """
            .formatted(
                TOKEN,
                Instant.now().plus(Duration.ofHours(8)).toEpochMilli(),
                scopes.replace(" ", "\",\"")));
    Files.writeString(
        home.resolve(".claude.json"),
        """
        {"userID":"device-of-the-operator","oauthAccount":{"accountUuid":"account-of-the-operator",
        "emailAddress":"%s","organizationUuid":"organization"},
        "mcpServers":{"home":{"command":"/bin/false"}}}
        """
            .formatted(MAIL));
  }

  private RealAgents agents(OfflineModel model, Map<String, String> more) {
    Map<String, String> server = new HashMap<>();
    server.put("HOME", home.toString());
    server.put("TMPDIR", tmp.toString());
    server.put("PATH", String.valueOf(System.getenv("PATH")));
    server.put("ANTHROPIC_BASE_URL", model.baseUrl().toString());
    server.put("ANTHROPIC_API_KEY", AttemptSite.API_KEY);
    server.putAll(more);
    server.values().removeIf(String::isEmpty);
    return new RealAgents(temp, server, List.of());
  }

  private static AgentSession session() {
    return new AgentSession(
        UUID.randomUUID().toString(),
        "claude",
        "sonnet",
        null,
        Permissions.Mode.APPROVE_ALL,
        null,
        null,
        null);
  }

  private static Script toolOnce(ModelReply tool) {
    return request ->
        request.userBlocks().toString().contains("tool_result") ? ModelReply.text("done") : tool;
  }

  private static AgentOutcome.Completed completed(RealAgents.Turn turn) {
    return completed(turn.outcome());
  }

  private static AgentOutcome.Completed completed(AgentOutcome outcome) {
    return assertInstanceOf(AgentOutcome.Completed.class, outcome, outcome::toString);
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  // The folder of an owner's sessions stays for a day.
  private Set<String> left() throws IOException {
    Set<String> left = files(temp, "sessions/node-cache", "sessions/adapters");
    left.removeIf(name -> name.matches("sessions/of-[0-9a-f]+/"));
    return left;
  }

  private static Set<String> files(Path root, String... without) throws IOException {
    if (!Files.exists(root)) {
      return Set.of();
    }
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(file -> !file.equals(root))
          .map(
              file ->
                  root.relativize(file)
                      + (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) ? "/" : ""))
          .filter(name -> Stream.of(without).noneMatch(name::startsWith))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** A proxy that records the requested hosts and connects to none. */
  private static final class Proxy implements AutoCloseable {
    final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final ServerSocket socket;

    Proxy() throws IOException {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().name("proxy").start(this::serve);
    }

    String url() {
      return "http://127.0.0.1:" + socket.getLocalPort();
    }

    private void serve() {
      try {
        while (true) {
          try (Socket client = socket.accept()) {
            BufferedReader lines =
                new BufferedReader(
                    new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            asked.add(String.valueOf(lines.readLine()));
            client
                .getOutputStream()
                .write("HTTP/1.1 403 Forbidden\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          }
        }
      } catch (SocketException closed) {
        // The test is over.
      } catch (IOException e) {
        asked.add(e.toString());
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
