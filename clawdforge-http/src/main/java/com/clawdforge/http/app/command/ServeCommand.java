package com.clawdforge.http.app.command;

import com.clawdforge.http.app.config.AdminSecretFile;
import com.clawdforge.http.app.config.GatewayConfig;
import com.clawdforge.http.app.config.ProgramName;
import com.clawdforge.http.app.config.Version;
import com.clawdforge.http.app.gateway.Gateway;
import com.clawdforge.http.app.probe.AgentPrograms;
import com.clawdforge.http.app.probe.Check;
import com.clawdforge.http.app.probe.Preconditions;
import com.clawdforge.http.app.terminal.Interrupts;
import com.clawdforge.http.app.terminal.TerminalInterrupts;
import com.clawdforge.http.logging.Logs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "serve",
    description = "Runs the server in the foreground until SIGTERM or Ctrl-C, then drains.",
    mixinStandardHelpOptions = true)
public final class ServeCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "Where to listen, in place of CLAWDFORGE_HOST; default: 127.0.0.1.")
  private @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "In place of CLAWDFORGE_PORT; default: 8800, 0 for any free one.")
  private @Nullable String port;

  private final Map<String, String> environment;

  /** A server whose options picocli sets. */
  public ServeCommand(Map<String, String> environment) {
    this(environment, null, null);
  }

  /** A server with these options; null for what the environment says. */
  public ServeCommand(
      Map<String, String> environment, @Nullable String host, @Nullable String port) {
    this.environment = environment;
    this.host = host;
    this.port = port;
  }

  @Override
  public Integer call() throws InterruptedException {
    try {
      return serve();
    } catch (RuntimeException e) {
      ServedCopy.delete();
      throw e;
    }
  }

  private int serve() throws InterruptedException {
    GatewayConfig config = GatewayConfig.from(chosen());
    AgentPrograms programs = AgentPrograms.of(config);
    boolean newLedger = !Files.exists(config.storage().ledger());
    Gateway gateway = started(config, programs);
    CountDownLatch drained = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> drain(gateway, config, drained), "shutdown"));
    announce(config, programs, gateway);
    if (newLedger) {
      log.warn(
          "made a new ledger, {}: it knows no token yet; if there is another one, name its folder"
              + " in CLAWDFORGE_DATA_DIR",
          config.storage().ledger());
    }
    drained.await();
    return 0;
  }

  private Map<String, String> chosen() {
    Map<String, String> chosen = new HashMap<>(environment);
    if (host != null) {
      chosen.put("CLAWDFORGE_HOST", host);
    }
    if (port != null) {
      chosen.put("CLAWDFORGE_PORT", port);
    }
    return chosen;
  }

  private static Gateway started(GatewayConfig config, AgentPrograms programs) {
    Preconditions.preventingStart(config)
        .ifPresent(
            why -> {
              throw new CommandFailed("the server cannot start: " + why, null);
            });
    StartFailure.refuseTakenPort(config);
    try {
      return Gateway.start(config, programs);
    } catch (RuntimeException e) {
      log.debug("the server cannot start", e);
      throw new CommandFailed("the server cannot start: " + StartFailure.words(e, config), e);
    }
  }

  private static void announce(GatewayConfig config, AgentPrograms programs, Gateway gateway) {
    log.info(
        "clawdforge {} serves on http://{}:{}, data in {}",
        Version.current(),
        config.server().host(),
        gateway.port(),
        config.storage().dataDir());
    Path made = AdminSecretFile.in(config.storage().dataDir());
    if (made.toString().equals(config.environment().get("ADMIN_BOOTSTRAP_TOKEN_FILE"))) {
      log.info(
          "the administrator's secret is in {}; {} reads it there",
          made,
          ProgramName.typed("token"));
    }
    for (Check check : Preconditions.of(config)) {
      Check.Finding finding = check.look();
      boolean told =
          List.of(Preconditions.ISOLATION, Preconditions.MODEL, Preconditions.NETWORK)
              .contains(check.name());
      if (told && finding.verdict() == Check.Verdict.OK) {
        // What holds is worth a line, and not only what does not.
        log.info("{}: {}", check.name(), finding.what());
      }
      if (finding.verdict() != Check.Verdict.OK) {
        log.warn("{}: {}; {}", check.name(), finding.what(), finding.remedy());
      }
    }
    if (programs.claude().find().isEmpty()) {
      log.warn(
          "{} was not found: runs will fail; see {}",
          config.agents().claudeBin(),
          ProgramName.typed("doctor"));
    }
  }

  private static void drain(Gateway gateway, GatewayConfig config, CountDownLatch drained) {
    log.info(
        "draining: {} have up to {} s to finish; Ctrl-C now ends them at once",
        gateway.unfinished(),
        config.server().drain().toSeconds());
    // The interrupted drain cancels what is left and ends the agents.
    Interrupts.Watch unused = new TerminalInterrupts().onFirst(Thread.currentThread()::interrupt);
    try {
      gateway.drain(config.server().drain());
      log.info("stopped");
    } catch (InterruptedException hastened) {
      log.info("stopped before the work was finished");
    } catch (RuntimeException | Error e) {
      // The process halts below, so no other code could log it.
      log.error("draining failed", e);
    } finally {
      ServedCopy.delete();
      drained.countDown();
      Logs.settle();
      // Otherwise the JVM would exit with 143, although the server stopped as requested.
      Runtime.getRuntime().halt(0);
    }
  }
}
