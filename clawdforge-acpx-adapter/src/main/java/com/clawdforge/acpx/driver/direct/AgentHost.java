package com.clawdforge.acpx.driver.direct;

import com.clawdforge.acpx.process.ChildProcess;
import com.clawdforge.acpx.process.Starter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running adapter of an agent, and the connection with it. Safe for any thread. */
final class AgentHost {
  private static final Logger log = LoggerFactory.getLogger(AgentHost.class);

  /** It ends within 30 ms of the end of its input (agent-facts.md, section 5). */
  private static final Duration END_GRACE = Duration.ofSeconds(2);

  private static final Duration KILL_GRACE = Duration.ofSeconds(2);

  private static final Duration SLOWEST = Duration.ofSeconds(60);

  /** Time to read what it wrote before it exited. */
  private static final Duration LAST_WORDS = Duration.ofMillis(200);

  private final String name;
  private final ChildProcess process;
  private final AgentConnection connection;
  private final CompletableFuture<AgentConnection.Response> initialized;
  private final long started = System.nanoTime();

  private AgentHost(String name, ChildProcess process, AgentConnection connection) {
    this.name = name;
    this.process = process;
    this.connection = connection;
    this.initialized = connection.request("initialize", initialize());
    CompletableFuture<Void> unused = initialized.thenAccept(this::silenceAccount);
  }

  /**
   * Starts an adapter and its handshake.
   *
   * @param tag marks its processes, see {@link ChildProcess#start}
   */
  static AgentHost start(
      Starter starter,
      List<String> argv,
      Path directory,
      Map<String, String> environment,
      String tag)
      throws IOException {
    AgentConnection connection = new AgentConnection();
    ChildProcess process =
        ChildProcess.startServing(starter, argv, directory, environment, tag, connection);
    connection.writeTo(process.stdin(), tag);
    // An agent that it has left behind may hold its output open.
    process.afterExit(LAST_WORDS, connection::onEnd);
    return new AgentHost(tag, process, connection);
  }

  private static ObjectNode initialize() {
    ObjectNode params = Json.object().put("protocolVersion", 1);
    ObjectNode capabilities = params.putObject("clientCapabilities").put("terminal", false);
    capabilities.putObject("fs").put("readTextFile", false).put("writeTextFile", false);
    params.putObject("clientInfo").put("name", "clawdforge").put("version", "1");
    return params;
  }

  // An adapter that tells about accounts starts claude before each prompt to ask for the account,
  // unless a gateway has one. Without the gateway's address this changes nothing else.
  private void silenceAccount(AgentConnection.Response response) {
    if (response.result().path("agentCapabilities").path("_meta").has("authStatus")) {
      connection.ask("authenticate", Json.object().put("methodId", "gateway"));
    }
  }

  /** Whether it has not answered the handshake for longer than the slowest machine needs. */
  boolean isStuck() {
    return !initialized.isDone() && System.nanoTime() - started > SLOWEST.toNanos();
  }

  /** The response to the handshake. */
  CompletableFuture<AgentConnection.Response> initialized() {
    return initialized;
  }

  /** Whether it can be sent something. */
  boolean isAlive() {
    return process.isAlive() && connection.open();
  }

  AgentConnection connection() {
    return connection;
  }

  /** A place in its standard error, for {@link #stderrSince}. */
  long stderrMark() {
    return process.stderrMark();
  }

  /** The end of what it wrote to its standard error after a place. */
  String stderrSince(long mark) {
    return process.stderrSince(mark);
  }

  /** Asks the adapter to end, waits, and kills what is left of it and its descendants. */
  void end() {
    connection.closeInput();
    try {
      process.awaitExit(END_GRACE);
      kill();
    } catch (InterruptedException e) {
      process.tree().kill(KILL_GRACE);
      Thread.currentThread().interrupt();
    }
  }

  /** Kills it with its descendants. */
  void kill() throws InterruptedException {
    if (!process.end(KILL_GRACE)) {
      log.error("the adapter {} has left processes that cannot be ended", name);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
