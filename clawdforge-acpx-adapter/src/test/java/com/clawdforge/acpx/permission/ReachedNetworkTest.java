package com.clawdforge.acpx.permission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.clawdforge.acpx.driver.direct.DirectDriver;
import com.clawdforge.acpx.isolation.Isolation;
import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.acpx.offline.OfflineModel;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.acpx.oneshot.ClaudeRunner;
import com.clawdforge.acpx.oneshot.ClaudeSettings;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.program.PinnedAgents;
import com.clawdforge.acpx.program.TestedWay;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Network;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.Prompt;
import com.clawdforge.core.agent.TurnListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the real claude, told to by a scripted model, reaches of the network beside that model: a
 * server of this test's.
 */
@Tag("agent")
@Timeout(120)
final class ReachedNetworkTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  /** Each way that is open is told as its name and 42. */
  private static final String COMMAND =
      "n=42; (exec 3<>/dev/tcp/127.0.0.1/PORT) && echo TCP-$n;"
          + " (echo x >/dev/udp/127.0.0.1/PORT) && echo UDP-$n; true";

  @TempDir Path temp;
  private ServerSocket other;
  private OfflineModel model;
  private TestedWay way;
  private final Isolation isolation = Isolation.of(Isolation.Wish.AUTO);

  @BeforeEach
  void listen() throws IOException {
    assumeTrue(isolation.keepsNetwork(), isolation::what);
    other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    model = OfflineModel.start(script(COMMAND.replace("PORT", "" + other.getLocalPort())));
    Map<String, String> server =
        Map.of(
            "HOME", Files.createDirectory(temp.resolve("home")).toString(),
            "PATH", String.valueOf(System.getenv("PATH")),
            "ANTHROPIC_BASE_URL", model.baseUrl().toString(),
            "ANTHROPIC_API_KEY", "sk-ant-offline-dummy-key");
    way = TestedWay.proxied(server, AgentEnvironment.from(server, List.of()));
  }

  @AfterEach
  void close() throws IOException {
    if (model != null) {
      way.close();
      model.close();
      other.close();
    }
  }

  private static Script script(String command) {
    return request ->
        request.userBlocks().toString().contains("\"tool_result\"")
            ? ModelReply.text("done")
            : ModelReply.toolUse("Bash", Map.of("command", command));
  }

  @ParameterizedTest
  @EnumSource(Network.class)
  void the_commands_of_a_run_reach_what_it_may(Network network) throws Exception {
    try (ClaudeRunner runs = runs(0)) {
      completed(runs.start(shot(network, List.of("Bash")), event -> {}).await());
    }
    assertReached(network);
  }

  @ParameterizedTest
  @EnumSource(Network.class)
  void the_commands_of_a_session_reach_what_it_may(Network network) throws Exception {
    try (DirectDriver sessions = sessions()) {
      AgentSession session = session(network);
      sessions.open(session);
      turn(sessions, session);
      assertReached(network);
    }
  }

  @Test
  void sessions_of_one_token_that_may_reach_more_lend_nothing_to_those_that_may_not()
      throws Exception {
    try (DirectDriver sessions = sessions()) {
      AgentSession all = session(Network.ALL);
      AgentSession less = session(Network.MODEL);
      sessions.open(all);
      turn(sessions, all);
      assertReached(Network.ALL);

      sessions.open(less);
      turn(sessions, less);

      assertReached(Network.MODEL);
      SessionSettings settings = settings();
      assertNotEquals(
          settings.folders().of(all).root().getParent(),
          settings.folders().of(less).root().getParent(),
          "they could leave files for one another to run");
    }
  }

  @ParameterizedTest
  @CsvSource({"ALL, WebFetch WebSearch", "MODEL, WebSearch", "NONE, ''"})
  void a_tool_that_could_do_nothing_is_not_offered(Network network, String offered)
      throws Exception {
    List<String> expected = Stream.of(offered.split(" ")).filter(name -> !name.isEmpty()).toList();
    try (ClaudeRunner runs = runs(0);
        DirectDriver sessions = sessions()) {
      completed(
          runs.start(shot(network, List.of("Bash", "WebFetch", "WebSearch")), event -> {}).await());
      assertEquals(expected, web(model.requests().getLast()));
      AgentSession session = session(network, List.of("Bash", "WebFetch", "WebSearch"));
      sessions.open(session);
      turn(sessions, session);
      assertEquals(expected, web(model.requests().getLast()));
    }
  }

  @Test
  void a_process_that_was_ready_before_its_run_reaches_no_more_than_the_run_may() throws Exception {
    try (ClaudeRunner runs = runs(1)) {
      runs.warmUp();
      for (Network network : List.of(Network.ALL, Network.MODEL, Network.ALL)) {
        completed(runs.start(shot(network, List.of("Bash")), event -> {}).await());
        assertReached(network);
      }
    }
  }

  private static List<String> web(ModelRequest request) {
    return request.toolNames().stream().filter(name -> name.startsWith("Web")).sorted().toList();
  }

  private void assertReached(Network network) throws IOException {
    String said = model.requests().getLast().userBlocks().toString();
    List<String> open = new ArrayList<>();
    for (String way : List.of("TCP-42", "UDP-42")) {
      if (said.contains(way)) {
        open.add(way);
      }
    }
    assertEquals(network == Network.ALL ? List.of("TCP-42", "UDP-42") : List.of(), open, said);
    assertEquals(network == Network.ALL, hasCaller());
  }

  private boolean hasCaller() throws IOException {
    other.setSoTimeout(1);
    try {
      other.accept().close();
      return true;
    } catch (SocketTimeoutException none) {
      return false;
    }
  }

  private ClaudeRunner runs(int ready) {
    return new ClaudeRunner(
        new ClaudeSettings(
            PinnedAgents.program("claude"),
            way.environment(),
            temp.resolve("runs"),
            List.of(),
            ready,
            isolation));
  }

  private DirectDriver sessions() {
    return new DirectDriver(settings(), 8);
  }

  private SessionSettings settings() {
    return new SessionSettings(
        PinnedAgents.program("claude"),
        PinnedAgents.program("acpx"),
        PinnedAgents.program("node"),
        way.environment(),
        temp.resolve("sessions"),
        List.of(),
        Map.of(),
        LONG,
        isolation);
  }

  private static OneShot shot(Network network, List<String> tools) {
    return new OneShot(
        UUID.randomUUID().toString(),
        new Prompt("go", List.of(), LONG),
        "sonnet",
        null,
        null,
        null,
        null,
        tools,
        null,
        network);
  }

  private static AgentSession session(Network network) {
    return session(network, null);
  }

  private static AgentSession session(Network network, @Nullable List<String> tools) {
    return new AgentSession(
        UUID.randomUUID().toString(),
        "a token",
        "claude",
        "sonnet",
        null,
        Permissions.Mode.APPROVE_ALL,
        network,
        tools,
        false,
        null,
        null);
  }

  private static void turn(DirectDriver sessions, AgentSession session)
      throws InterruptedException {
    TurnListener deaf =
        new TurnListener() {
          @Override
          public void onConversation(String conversationId) {}

          @Override
          public void onEvent(AgentEvent event) {}

          @Override
          public void onAfterwards(AgentEvent event) {}
        };
    completed(sessions.prompt(session, new Prompt("go", List.of(), LONG), deaf).await());
  }

  private static void completed(AgentOutcome outcome) {
    assertInstanceOf(AgentOutcome.Completed.class, outcome, outcome::toString);
  }
}
