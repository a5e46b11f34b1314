package com.clawdforge.acpx.driver;

import com.clawdforge.acpx.driver.cli.AcpxDriver;
import com.clawdforge.acpx.driver.direct.DirectDriver;
import com.clawdforge.acpx.isolation.TestedIsolation;
import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.acpx.offline.OfflineModel;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.program.PinnedAgents;
import com.clawdforge.acpx.program.TestedWay;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.acpx.turn.RecordedTurn;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.AgentSessions;
import com.clawdforge.core.agent.Attachment;
import com.clawdforge.core.agent.Prompt;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A runner whose sessions run on the pinned adapters, claude, and perhaps acpx, with a scripted
 * model. Their home is a folder of the test.
 */
public final class SessionFixture implements AutoCloseable {
  public static final String API_KEY = "sk-ant-offline-dummy-key";
  public static final String OPENAI_KEY = "sk-offline-dummy-key";
  public static final Duration LONG = Duration.ofSeconds(60);

  public final OfflineModel model;
  public final Path home;

  /** A folder that the operator made readable to all sessions that may read. */
  public final Path readable;

  public final SessionSettings settings;
  public final AgentSessions runner;
  private final Driver driver;
  private final TestedWay way;

  private SessionFixture(
      Path temp,
      OfflineModel model,
      Duration ttl,
      Map<String, String> more,
      AgentBinary acpx,
      Driver driver,
      boolean proxied)
      throws IOException {
    this.driver = driver;
    this.model = model;
    home = Files.createDirectories(temp.resolve("home"));
    Map<String, String> server = new HashMap<>();
    server.put("HOME", home.toString());
    server.put("PATH", String.valueOf(System.getenv("PATH")));
    String sandbox = System.getenv("IS_SANDBOX");
    if (sandbox != null) {
      server.put("IS_SANDBOX", sandbox);
    }
    server.put("ANTHROPIC_BASE_URL", model.baseUrl().toString());
    server.put("ANTHROPIC_API_KEY", API_KEY);
    server.put("ADMIN_BOOTSTRAP_TOKEN", "a-secret-of-the-server");
    server.putAll(more);
    AgentEnvironment direct = AgentEnvironment.from(server, List.of());
    way = proxied ? TestedWay.proxied(server, direct) : TestedWay.of(server, direct);
    readable = Files.createDirectories(temp.resolve("readable"));
    settings =
        new SessionSettings(
            PinnedAgents.program("claude"),
            acpx,
            PinnedAgents.program("node"),
            way.environment(),
            temp.resolve("sessions"),
            List.of(readable),
            Map.of(),
            ttl,
            TestedIsolation.TESTED);
    runner = driver.on(settings);
  }

  /** The ways to the agents. */
  public enum Driver {
    ACP,
    ACPX;

    /** The one under test: {@code -Dclawdforge.test.driver=acpx}, or acp. */
    public static final Driver TESTED =
        valueOf(System.getProperty("clawdforge.test.driver", "acp").toUpperCase(Locale.ROOT));

    /** Sessions on this driver. */
    public AgentSessions on(SessionSettings settings) {
      return switch (this) {
        case ACP -> new DirectDriver(settings, 8);
        case ACPX -> new AcpxDriver(settings);
      };
    }
  }

  public static SessionFixture start(Path temp, Script script) throws IOException {
    return start(temp, script, LONG, Map.of());
  }

  public static SessionFixture start(
      Path temp, Script script, Duration ttl, Map<String, String> environment) throws IOException {
    return new SessionFixture(
        temp,
        OfflineModel.start(script),
        ttl,
        environment,
        PinnedAgents.program("acpx"),
        Driver.TESTED,
        false);
  }

  /** Whose agents reach the model through the server. */
  public static SessionFixture proxied(Path temp, Script script) throws IOException {
    return new SessionFixture(
        temp,
        OfflineModel.start(script),
        LONG,
        Map.of(),
        PinnedAgents.program("acpx"),
        Driver.ACP,
        true);
  }

  /** Whose agents, codex too, reach the model through the server. */
  public static SessionFixture proxiedCodex(Path temp, Script script) throws IOException {
    return new SessionFixture(
        temp,
        OfflineModel.start(script),
        LONG,
        Map.of("OPENAI_API_KEY", OPENAI_KEY),
        PinnedAgents.program("acpx"),
        Driver.ACP,
        true);
  }

  /** On a driver that need not be the one under test. */
  public static SessionFixture on(Driver driver, Path temp, Script script) throws IOException {
    return on(driver, temp, script, Map.of());
  }

  public static SessionFixture on(
      Driver driver, Path temp, Script script, Map<String, String> environment) throws IOException {
    return new SessionFixture(
        temp,
        OfflineModel.start(script),
        LONG,
        environment,
        PinnedAgents.program("acpx"),
        driver,
        false);
  }

  /** Sessions on a script in place of acpx, which runs the given commands after each prompt. */
  public static SessionFixture onProgram(Path temp, String shell) throws IOException {
    Path program = temp.resolve("program");
    Files.writeString(
        program,
        """
        #!/bin/sh
        case "$*" in
          *"sessions new"*)
            echo '{"action":"session_ensured","acpxRecordId":"00000000-0000-4000-8000-000000000000"}'
            exit;;
          *" prompt "*) cat > /dev/null;;
          *) exit;;
        esac
        """
            + shell
            + "\n");
    if (!program.toFile().setExecutable(true)) {
      throw new IOException("cannot make it executable");
    }
    return new SessionFixture(
        temp,
        OfflineModel.start(Script.always(ModelReply.text("unused"))),
        LONG,
        Map.of(),
        new AgentBinary(program.toString(), null, PinnedAgents.PROGRAMS),
        Driver.ACPX,
        false);
  }

  /** With a home whose configuration names the model as codex's provider. */
  public static SessionFixture startForCodex(Path temp, Script script) throws IOException {
    return startForCodex(temp, script, "");
  }

  /**
   * With a home whose configuration names the model as codex's provider.
   *
   * @param more lines of the provider's configuration; a line for the model's address takes the
   *     place of the right one
   */
  public static SessionFixture startForCodex(Path temp, Script script, String more)
      throws IOException {
    SessionFixture fixture = start(temp, script, LONG, Map.of("OPENAI_API_KEY", OPENAI_KEY));
    String address = "base_url = \"" + fixture.model.baseUrl() + "/v1\"";
    Files.writeString(
        Files.createDirectories(fixture.home.resolve(".codex")).resolve("config.toml"),
        """
        model_provider = "offline"
        [model_providers.offline]
        name = "offline"
        wire_api = "responses"
        env_key = "OPENAI_API_KEY"
        request_max_retries = 0
        %s
        %s
        """
            .formatted(more.contains("base_url") ? "" : address, more));
    return fixture;
  }

  /** Another runner on the same folders and model, as after a server restart. */
  public AgentSessions restarted() {
    return driver.on(settings);
  }

  /** Where the session's agent works. */
  public Path work(AgentSession session) {
    return settings.folders().of(session).work();
  }

  public RecordedTurn turn(AgentSession session, String text) throws InterruptedException {
    return prompt(session, text).await();
  }

  public RecordedTurn prompt(AgentSession session, String text, Attachment... attachments) {
    return prompt(session, text, LONG, attachments);
  }

  public RecordedTurn prompt(
      AgentSession session, String text, Duration timeout, Attachment... attachments) {
    RecordedTurn turn = new RecordedTurn();
    return turn.of(runner.prompt(session, new Prompt(text, List.of(attachments), timeout), turn));
  }

  public static Attachment file(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  public static Attachment file(String name, byte[] content) {
    return new Attachment(name, content.length, new ByteArrayInputStream(content));
  }

  /** The role of a process in a session. */
  public enum Role {
    /** Acpx's queue owner, between us and the agent. */
    OWNER,
    SHIM,
    ADAPTER,
    AGENT,
    /** An acpx client, for one command. */
    CLIENT,
    /** Any other process, such as those of an agent's tool. */
    TOOL
  }

  /** The session's running processes by role. */
  public Map<Role, List<ProcessHandle>> processes(AgentSession session) {
    ProcessTree tree = ProcessTree.tagged(List.of(session.sessionId()));
    tree.look();
    Map<Role, List<ProcessHandle>> byRole = new HashMap<>();
    for (ProcessHandle process : tree.alive()) {
      if (isForking(process)) {
        continue;
      }
      byRole.computeIfAbsent(role(process), none -> new ArrayList<>()).add(process);
    }
    if (driver == Driver.ACP && !byRole.containsKey(Role.ADAPTER)) {
      // It may have other sessions too, and does not carry the tag of any.
      byRole.getOrDefault(Role.AGENT, List.of()).stream()
          .flatMap(agent -> agent.parent().stream())
          .filter(parent -> role(parent) == Role.ADAPTER)
          .findAny()
          .ifPresent(adapter -> byRole.put(Role.ADAPTER, List.of(adapter)));
    }
    return byRole;
  }

  // A child that was just forked has its parent's command line until it runs its own program.
  private static boolean isForking(ProcessHandle process) {
    String command = commandLine(process);
    return process.parent().filter(parent -> commandLine(parent).equals(command)).isPresent();
  }

  private static Role role(ProcessHandle process) {
    String command = commandLine(process);
    if (command.contains("__queue-owner")) {
      return Role.OWNER;
    }
    if (command.contains("acpx/dist/cli.js")) {
      return Role.CLIENT;
    }
    if (command.contains("session-shim.mjs")) {
      return Role.SHIM;
    }
    if (command.contains("agent-acp/") || command.contains("codex-acp/")) {
      return Role.ADAPTER;
    }
    return command.contains("--output-format stream-json") || command.contains("app-server")
        ? Role.AGENT
        : Role.TOOL;
  }

  public static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(
              Path.of("/proc", Long.toString(process.pid()), "cmdline"),
              StandardCharsets.ISO_8859_1)
          .replace('\0', ' ');
    } catch (IOException gone) {
      return "";
    }
  }

  /** The user's last line: an interrupted prompt is repeated before the next. */
  public static String lastLine(ModelRequest request) {
    return request.lastUserText().lines().reduce("", (earlier, last) -> last);
  }

  /** Polls until something holds. */
  public static void await(String what, BooleanSupplier holds) throws InterruptedException {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() - deadline >= 0) {
        throw new AssertionError("not within " + LONG + ": " + what);
      }
      Thread.sleep(Duration.ofMillis(20));
    }
  }

  @Override
  public void close() {
    runner.close();
    way.close();
    model.close();
  }

  /** The session as the core has it after a turn. */
  public static AgentSession after(AgentSession session, RecordedTurn turn) {
    return new AgentSession(
        session.sessionId(),
        session.agent(),
        session.model(),
        session.system(),
        session.permissions(),
        session.allowedTools(),
        session.maxTurns(),
        turn.conversations.isEmpty() ? session.conversationId() : turn.conversations.getLast());
  }
}
