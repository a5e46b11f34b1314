package com.clawdforge.http.app.gateway;

import static java.util.stream.Collectors.toSet;

import com.clawdforge.acpx.agent.Agents;
import com.clawdforge.acpx.driver.SessionDrivers;
import com.clawdforge.acpx.driver.cli.AcpxDriver;
import com.clawdforge.acpx.driver.direct.DirectDriver;
import com.clawdforge.acpx.isolation.Isolation;
import com.clawdforge.acpx.oneshot.ClaudeRunner;
import com.clawdforge.acpx.oneshot.ClaudeSettings;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.core.agent.AgentSessions;
import com.clawdforge.core.auth.Gate;
import com.clawdforge.core.auth.TokenService;
import com.clawdforge.core.file.FileService;
import com.clawdforge.core.ledger.Ledger;
import com.clawdforge.core.model.ModelWatch;
import com.clawdforge.core.run.ResultText;
import com.clawdforge.core.run.RunService;
import com.clawdforge.core.session.SessionLimits;
import com.clawdforge.core.session.SessionService;
import com.clawdforge.core.session.SessionSweeper;
import com.clawdforge.core.session.TurnService;
import com.clawdforge.core.share.Budgets;
import com.clawdforge.core.share.ModelSpending;
import com.clawdforge.core.share.PromptRoom;
import com.clawdforge.core.share.Shares;
import com.clawdforge.core.work.Load;
import com.clawdforge.core.work.WorkClock;
import com.clawdforge.core.work.WorkObserver;
import com.clawdforge.http.app.config.AgentConfig;
import com.clawdforge.http.app.config.GatewayConfig;
import com.clawdforge.http.app.config.ModelWay;
import com.clawdforge.http.app.config.ServerConfig;
import com.clawdforge.http.app.config.SharesConfig;
import com.clawdforge.http.app.config.StorageConfig;
import com.clawdforge.http.app.probe.AgentProbe;
import com.clawdforge.http.app.probe.AgentPrograms;
import com.clawdforge.http.app.probe.Preconditions;
import com.clawdforge.http.app.probe.ReadyProbe;
import com.clawdforge.http.app.probe.TestedVersions;
import com.clawdforge.http.ops.Readiness;
import com.clawdforge.http.web.JsonText;
import com.clawdforge.modelproxy.Api;
import com.clawdforge.modelproxy.ModelProxy;
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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole server: builds every adapter and service. Started once; drained or closed once, which
 * closes every part in the reverse order of its creation.
 */
public final class Gateway implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Gateway.class);

  private static final FileAttribute<?>[] OWNER_ONLY = {
    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
  };

  private final Clock clock = WorkClock.system();
  private final SecureRandom random = new SecureRandom();
  private final GatewayConfig config;
  private final AgentPrograms programs;
  private final Isolation isolation;
  private final ModelSpending spending = new ModelSpending();
  private final Optional<ModelProxy> modelProxy;
  private final Optional<ModelProxy> codexProxy;
  private final Deque<Part> parts = new ArrayDeque<>();
  private final ForgeServer server;
  private ForgeServer.@Nullable Services services;
  private @Nullable ClaudeRunner claude;

  private record Part(String name, AutoCloseable closing) {}

  private Gateway(GatewayConfig config, AgentPrograms programs) {
    this.config = config;
    this.programs = programs;
    this.isolation = Isolation.of(config.agents().isolation());
    try {
      Observation observation = closedAtEnd("observation", new Observation(config.environment()));
      ModelWatch watch = ModelWatch.all(List.of(spending, observation.models()));
      // Closed after the agents.
      modelProxy =
          ModelWay.of(config)
              .upstream()
              .map(to -> closedAtEnd("way", new ModelProxy(to, Api.MESSAGES, watch)));
      codexProxy =
          ModelWay.ofCodex(config)
              .upstream()
              .map(to -> closedAtEnd("way of codex", new ModelProxy(to, Api.RESPONSES, watch)));
      Ledger ledger =
          closedAtEnd(
              "ledger",
              SqliteLedger.open(
                  config.storage().ledger(), config.storage().uploads(), observation.ledger()));
      ForgeServer.Services served = services(ledger, observation.work());
      services = served;
      server = server(served, ledger::checkWritable, observation);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private ForgeServer.Services services(Ledger ledger, WorkObserver observer) {
    makePrivate(config.storage().runsDir());
    makePrivate(config.storage().sessionsDir());
    FileService files =
        new FileService(ledger.files(), clock, random, config.limits().maxUploadBytes());
    ClaudeRunner oneShots = oneShots();
    claude = oneShots;
    AgentSessions agents = agentSessions();
    Shares shares = shares(ledger);
    SessionLimits limits = config.limits().sessions();
    // Closed after the agents, so that what the agents still report at their end is recorded.
    TurnService turns =
        closedAtEnd(
            "turns",
            new TurnService(
                ledger.sessions(),
                ledger.turns(),
                ledger.trail(),
                agents,
                files,
                limits,
                clock,
                observer,
                shares));
    closedAtEnd("agents of sessions", agents);
    closedAtEnd("agents of runs", oneShots);
    RunService runs =
        new RunService(
            ledger.runs(),
            oneShots,
            files,
            new ResultText(JsonText::isJson),
            config.limits().runs(),
            clock,
            Gateway::newId,
            observer,
            shares);
    runs.recover();
    SessionService sessions =
        new SessionService(ledger.sessions(), agents, turns, limits, clock, Gateway::newId);
    sessions.recover();
    TokenService tokens =
        new TokenService(
            ledger.tokens(),
            clock,
            random,
            cancelAllOf(runs, turns).andThen(shares::revoked),
            agents(limits),
            config.limits().shares().ofTokens(),
            shares::changed);
    sweep(
        runs,
        files,
        sessions,
        new SessionSweeper(ledger.sessions(), ledger.trail(), sessions, limits, clock));
    return new ForgeServer.Services(tokens, runs, sessions, turns, files, ledger.usage(), shares);
  }

  private Shares shares(Ledger ledger) {
    SharesConfig settings = config.limits().shares();
    return new Shares(
        new Budgets(ledger.spending(), clock, settings.unstatedCostUsd()),
        new PromptRoom(settings.maxWaitingPromptBytes(), new SpoolFolder(config.storage().spool())),
        spending);
  }

  private void sweep(
      RunService runs, FileService files, SessionService sessions, SessionSweeper sweeper) {
    Housekeeping housekeeping =
        closedAtEnd("housekeeping", new Housekeeping(config.storage().sweepInterval()));
    housekeeping.every("runs", runs::sweep);
    housekeeping.every("files", files::sweep);
    housekeeping.every("sessions", sweeper::sweep);
    // Elsewhere they may be another ledger's.
    StorageConfig storage = config.storage();
    if (storage.runsDir().startsWith(storage.dataDir())) {
      housekeeping.every("runs that are not known", runs::deleteUnknown);
    }
    if (storage.sessionsDir().startsWith(storage.dataDir())) {
      housekeeping.every("sessions that are not known", sessions::deleteUnknown);
    }
  }

  private ForgeServer server(
      ForgeServer.Services services, Runnable writeToStore, Observation observation) {
    AgentProbe agents =
        closedAtEnd(
            "agent probe",
            new AgentProbe(
                programs,
                agentEnvironment(),
                config.environment(),
                TestedVersions.ofThisBuild(),
                isolation));
    OpenSessions open = new OpenSessions(services.sessions()::countOpen);
    ReadyProbe ready =
        closedAtEnd(
            "ready probe",
            new ReadyProbe(
                writeToStore,
                config.storage().all(),
                Preconditions.of(config),
                agents,
                () -> capacity(services, open),
                observation.provider()::now));
    ServerConfig listening = config.server();
    return closedAtEnd(
        "server",
        new ForgeServer(
            ServerSettings.of(
                listening.host(),
                listening.port(),
                listening.rules(),
                listening.limits(),
                config.limits().runs().maxPromptBytes()),
            new Gate(listening.addresses(), services.tokens(), listening.adminSecret()),
            services,
            observation.operations(
                () -> agents.health(open.now()), ready, listening.scrapers(), services.shares())));
  }

  private Readiness.Capacity capacity(ForgeServer.Services services, OpenSessions open) {
    return new Readiness.Capacity(
        services.runs().load(),
        services.turns().load(),
        open.now(),
        config.limits().sessions().maxOpen());
  }

  // Runs are claude's, whatever the agents of sessions are.
  private static Set<String> agents(SessionLimits limits) {
    return Stream.concat(limits.agents().stream(), Stream.of("claude")).collect(toSet());
  }

  private static String newId() {
    return UUID.randomUUID().toString();
  }

  /** Builds the server and starts listening. */
  public static Gateway start(GatewayConfig config, AgentPrograms programs) {
    Gateway gateway = new Gateway(config, programs);
    try {
      // Beside the server's own start, which it would delay.
      FutureTask<?> opened = new FutureTask<>(gateway::openModelWay, null);
      Thread.ofPlatform().daemon().name("opening-model-way").start(opened);
      gateway.server.start();
      await(opened);
      Objects.requireNonNull(gateway.claude).warmUp();
    } catch (RuntimeException e) {
      gateway.close();
      throw e;
    }
    return gateway;
  }

  private static void await(FutureTask<?> task) {
    try {
      task.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while it started", e);
    }
  }

  // Else a run would be the first to see that it cannot be opened.
  private void openModelWay() {
    for (ModelProxy way : Stream.concat(modelProxy.stream(), codexProxy.stream()).toList()) {
      try {
        way.listen();
      } catch (IOException e) {
        log.debug("the way to the model cannot be opened", e);
        // Without its cause, which would be taken for the gateway's own address being in use.
        throw new IllegalStateException(
            e.getMessage() + "; CLAWDFORGE_MODEL_PROXY=off does without it");
      }
    }
  }

  public int port() {
    return server.port();
  }

  /** How much work is not over, in words. */
  public String unfinished() {
    ForgeServer.Services known = Objects.requireNonNull(services);
    return words(known.runs().load(), "run") + " and " + words(known.turns().load(), "turn");
  }

  private static String words(Load load, String work) {
    int unfinished = load.running() + load.waiting();
    return unfinished + " " + work + (unfinished == 1 ? "" : "s");
  }

  /** Lets running work finish within a time, then ends everything. */
  public void drain(Duration patience) throws InterruptedException {
    try {
      server.drain(patience);
    } finally {
      // Even if draining failed, no agent may be left running.
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

  private ClaudeRunner oneShots() {
    return new ClaudeRunner(
        new ClaudeSettings(
            programs.claude(),
            agentEnvironment(),
            config.storage().runsDir(),
            config.agents().readable(),
            config.agents().warmRuns(),
            isolation));
  }

  private AgentSessions agentSessions() {
    AgentConfig agents = config.agents();
    SessionSettings settings =
        new SessionSettings(
            programs.claude(),
            programs.acpx(),
            programs.node(),
            agentEnvironment(),
            config.storage().sessionsDir(),
            agents.readable(),
            agents.configured(),
            agents.agentIdle(),
            isolation);
    Agents direct = new Agents(settings);
    Agents onAcpx = Agents.onAcpx(settings);
    OfferedAgents.look(
        config.limits().sessions().agents(),
        agent -> (agents.isDirect(agent) ? direct : onAcpx).find(agent));
    return new SessionDrivers(
        new DirectDriver(settings, agents.sessionsPerAgent()),
        new AcpxDriver(settings),
        agents::isDirect);
  }

  private AgentEnvironment agentEnvironment() {
    AgentEnvironment direct =
        AgentEnvironment.from(config.environment(), config.agents().variables());
    AgentEnvironment ofClaude = modelProxy.map(direct::through).orElse(direct);
    return codexProxy.map(ofClaude::codexThrough).orElse(ofClaude);
  }

  // The directory holds files that apps have attached to their runs.
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
