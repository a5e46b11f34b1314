package com.clawdforge.http.app.gateway;

import com.clawdforge.acpx.driver.cli.AcpxDriver;
import com.clawdforge.acpx.oneshot.ClaudeRunner;
import com.clawdforge.acpx.oneshot.ClaudeSettings;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.core.agent.AgentSessions;
import com.clawdforge.core.agent.OneShots;
import com.clawdforge.core.auth.Gate;
import com.clawdforge.core.auth.TokenService;
import com.clawdforge.core.file.FileService;
import com.clawdforge.core.ledger.Ledger;
import com.clawdforge.core.run.ResultText;
import com.clawdforge.core.run.RunService;
import com.clawdforge.core.session.SessionService;
import com.clawdforge.core.session.SessionSweeper;
import com.clawdforge.core.session.TurnService;
import com.clawdforge.http.app.config.GatewayConfig;
import com.clawdforge.http.app.probe.AgentProbe;
import com.clawdforge.http.app.probe.AgentPrograms;
import com.clawdforge.http.app.probe.ReadyProbe;
import com.clawdforge.http.ops.Readiness;
import com.clawdforge.http.web.JsonText;
import com.clawdforge.sqlite.SqliteLedger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole server, put together: every adapter behind its port. Started once; drained or closed
 * once, and then everything is closed in the reverse order of its making.
 */
public final class Gateway implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Gateway.class);

  private static final FileAttribute<?>[] OWNER_ONLY = {
    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
  };

  /** How long a session's agent stays awake; acpx's own default. */
  private static final Duration AGENT_IDLE_TTL = Duration.ofMinutes(5);

  private final Deque<Part> parts = new ArrayDeque<>();
  private final ForgeServer server;

  private record Part(String name, AutoCloseable closing) {}

  private Gateway(GatewayConfig config, AgentPrograms programs) {
    try {
      Clock clock = Clock.systemUTC();
      SecureRandom random = new SecureRandom();
      Observation observation = closedAtEnd("observation", new Observation(config.environment()));
      Ledger ledger =
          closedAtEnd(
              "ledger",
              SqliteLedger.open(
                  config.ledger(), config.dataDir().resolve("files"), observation.ledger()));
      makePrivate(config.runsDir());
      makePrivate(config.sessionsDir());
      FileService files = new FileService(ledger.files(), clock, random, config.maxUploadBytes());
      OneShots oneShots = oneShots(config, programs);
      AgentSessions agents = agentSessions(config, programs);
      // Closed after the agents: what those end with is still recorded.
      TurnService turns =
          closedAtEnd(
              "turns",
              new TurnService(
                  ledger.sessions(),
                  ledger.turns(),
                  ledger.trail(),
                  agents,
                  files,
                  config.sessions(),
                  clock,
                  observation.work()));
      closedAtEnd("agents of sessions", agents);
      closedAtEnd("agents of runs", oneShots);
      RunService runs =
          new RunService(
              ledger.runs(),
              oneShots,
              files,
              new ResultText(JsonText::isJson),
              config.runs(),
              clock,
              () -> UUID.randomUUID().toString(),
              observation.work());
      runs.recover();
      SessionService sessions =
          new SessionService(
              ledger.sessions(),
              agents,
              turns,
              config.sessions(),
              clock,
              () -> UUID.randomUUID().toString());
      sessions.recover();
      TokenService tokens =
          new TokenService(ledger.tokens(), clock, random, cancelAllOf(runs, turns));
      AgentProbe probe =
          closedAtEnd(
              "agent probe",
              new AgentProbe(programs, agentEnvironment(config), config.environment()));
      Housekeeping housekeeping =
          closedAtEnd("housekeeping", new Housekeeping(config.sweepInterval()));
      housekeeping.every("runs", runs::sweep);
      housekeeping.every("files", files::sweep);
      SessionSweeper sweeper =
          new SessionSweeper(ledger.sessions(), ledger.trail(), sessions, config.sessions(), clock);
      housekeeping.every("sessions", sweeper::sweep);
      OpenSessions open = new OpenSessions(sessions::countOpen);
      ReadyProbe ready =
          closedAtEnd(
              "ready probe",
              new ReadyProbe(
                  ledger::checkWritable,
                  List.of(config.dataDir(), config.runsDir(), config.sessionsDir()),
                  probe,
                  () ->
                      new Readiness.Capacity(
                          runs.load(), turns.load(), open.now(), config.sessions().maxOpen())));
      server =
          closedAtEnd(
              "server",
              new ForgeServer(
                  ServerSettings.of(
                      config.host(),
                      config.port(),
                      config.allowedHosts(),
                      config.runs().maxPromptBytes()),
                  new Gate(config.addresses(), tokens, config.adminSecret()),
                  new ForgeServer.Services(tokens, runs, sessions, turns, files, ledger.usage()),
                  observation.operations(() -> probe.health(open.now()), ready, config)));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Puts the server together and has it listen. */
  public static Gateway start(GatewayConfig config, AgentPrograms programs) {
    Gateway gateway = new Gateway(config, programs);
    try {
      gateway.server.start();
    } catch (RuntimeException e) {
      gateway.close();
      throw e;
    }
    return gateway;
  }

  public int port() {
    return server.port();
  }

  /** Lets running work finish within a time, then ends everything. */
  public void drain(Duration patience) throws InterruptedException {
    try {
      server.drain(patience);
    } finally {
      // Whatever became of it, no agent may be left running.
      close();
    }
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      Part part = parts.pop();
      try {
        part.closing.close();
      } catch (Exception e) {
        log.warn("closing the {} failed", part.name, e);
      }
    }
  }

  private <T extends AutoCloseable> T closedAtEnd(String name, T part) {
    parts.push(new Part(name, part));
    return part;
  }

  private static Consumer<String> cancelAllOf(RunService runs, TurnService turns) {
    return tokenId -> {
      runs.cancelAllOf(tokenId);
      turns.cancelAllOf(tokenId);
    };
  }

  private static OneShots oneShots(GatewayConfig config, AgentPrograms programs) {
    return new ClaudeRunner(
        new ClaudeSettings(
            programs.claude(), agentEnvironment(config), config.runsDir(), config.readable()));
  }

  private static AgentSessions agentSessions(GatewayConfig config, AgentPrograms programs) {
    return switch (config.sessionDriver()) {
      case ACPX ->
          new AcpxDriver(
              new SessionSettings(
                  programs.claude(),
                  programs.acpx(),
                  programs.node(),
                  agentEnvironment(config),
                  config.sessionsDir(),
                  config.readable(),
                  AGENT_IDLE_TTL));
    };
  }

  private static AgentEnvironment agentEnvironment(GatewayConfig config) {
    return AgentEnvironment.from(config.environment(), config.agentVariables());
  }

  // Whoever may look into it sees the files that apps have given to their runs.
  private static void makePrivate(Path directory) {
    try {
      boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
      Files.createDirectories(directory, posix ? OWNER_ONLY : new FileAttribute<?>[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot make "
              + directory
              + "; check CLAWDFORGE_DATA_DIR, RUNS_DIR and ACPX_SESSIONS_CWD",
          e);
    }
  }
}
