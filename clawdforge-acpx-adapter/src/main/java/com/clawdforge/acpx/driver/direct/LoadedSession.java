package com.clawdforge.acpx.driver.direct;

import com.clawdforge.acpx.agent.AgentProfile;
import com.clawdforge.acpx.file.PrivateFiles;
import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.acpx.program.AgentLogin;
import com.clawdforge.acpx.protocol.AcpMessage;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.acpx.session.SessionProcesses;
import com.clawdforge.acpx.turn.TurnReader;
import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.TurnListener;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session that an adapter has open. It decides on the agent's requests, and hands its messages to
 * the turn that runs. What comes between turns belongs to no turn, and the last one is told so.
 */
final class LoadedSession implements AgentConnection.Receiver {
  private static final Logger log = LoggerFactory.getLogger(LoadedSession.class);
  private static final long MAX_TURN = 64L << 20;

  /**
   * An adapter closes a session within 20 ms (agent-facts.md, section 5), or after 5 s if the
   * session's agent does not end by itself.
   */
  private static final Duration CLOSE_GRACE = Duration.ofSeconds(6);

  private static final Duration KILL_GRACE = Duration.ofSeconds(2);

  /** The reader tells by it that the agent was started, or has taken up the session, just now. */
  private static final byte[] BEGUN =
      "{\"jsonrpc\":\"2.0\",\"method\":\"session/resume\"}".getBytes(StandardCharsets.UTF_8);

  private static final Executor LOOKERS =
      task -> Thread.ofVirtual().name("looking-at-processes").start(task);

  private static final Executor CLOSERS =
      task -> Thread.ofVirtual().name("closing-session").start(task);

  private final String sessionId;
  private final String conversation;
  private final SessionSetup setup;
  private final SessionDirectory directory;
  private final HostPool.Place place;
  private final SessionProcesses processes;
  private final AgentLogin login;
  private volatile List<ProcessHandle> agents = List.of();
  private volatile CompletableFuture<Boolean> noted = CompletableFuture.completedFuture(true);
  private final AtomicBoolean lost = new AtomicBoolean();
  private final AtomicBoolean released = new AtomicBoolean();
  private volatile @Nullable TurnReader reader;
  // Not the reader, which has the whole answer.
  private volatile @Nullable TurnListener last;
  private volatile boolean busy;
  private volatile long idleSince = System.nanoTime();
  private long turnBytes;

  /**
   * @param login closed when the adapter has closed the session
   */
  LoadedSession(
      String sessionId,
      String conversation,
      SessionSetup setup,
      SessionDirectory directory,
      HostPool.Place place,
      SessionProcesses processes,
      AgentLogin login) {
    this.sessionId = sessionId;
    this.conversation = conversation;
    this.setup = setup;
    this.directory = directory;
    this.place = place;
    this.processes = processes;
    this.login = login;
  }

  String conversation() {
    return conversation;
  }

  AgentHost host() {
    return place.host();
  }

  SessionProcesses processes() {
    return processes;
  }

  /**
   * The end of what its adapter wrote to its standard error after a place; nothing if it has other
   * sessions, of which that could tell.
   */
  String stderrSince(long mark) {
    return place.isShared() ? "" : host().stderrSince(mark);
  }

  /**
   * Notes the agent's processes before the first prompt. A look at all processes of the machine
   * takes tens of milliseconds; where tools can be told by the program that starts them, the first
   * turn does not wait for it.
   */
  void noteAgent(boolean knowsPrograms) {
    if (knowsPrograms) {
      noted = CompletableFuture.supplyAsync(this::noteAgents, LOOKERS);
    } else {
      processes.noteBefore();
      processes.noteAgent();
    }
  }

  // Whether the agent runs.
  private boolean noteAgents() {
    processes.noteAgent();
    agents = processes.agents();
    return !agents.isEmpty() || !ProcessTree.canFind();
  }

  /** Whether it was given up meanwhile. */
  boolean isLost() {
    return lost.get();
  }

  /**
   * Whether the next prompt can be sent to it. An adapter does not notice the death of an agent's
   * own process until then (agent-facts.md, 4.7).
   */
  boolean usable() {
    return !lost.get() && host().isAlive() && noted.join() && SessionProcesses.run(agents);
  }

  /** Completes once the agent's own processes have ended, or some seconds have passed. */
  CompletableFuture<?> agentEnded() {
    return noted
        .thenCompose(
            known ->
                CompletableFuture.allOf(
                    agents.stream()
                        .map(ProcessHandle::onExit)
                        .toArray(CompletableFuture<?>[]::new)))
        .completeOnTimeout(null, CLOSE_GRACE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Keeps it from being closed as idle until its turn ends. */
  void claim() {
    busy = true;
  }

  boolean idleFor(Duration time) {
    return !busy && System.nanoTime() - idleSince >= time.toNanos();
  }

  /**
   * Sends a prompt.
   *
   * @param blocks its content blocks, a JSON array
   * @param fresh whether the agent has begun the session, or taken it up, for this turn
   * @param listener receives what belongs to the turn, from its prompt on
   */
  void prompt(byte[] blocks, boolean fresh, TurnReader listener) {
    turnBytes = 0;
    if (fresh) {
      listener.onLine(BEGUN);
    }
    byte[] head =
        Json.object().put("sessionId", conversation).toString().getBytes(StandardCharsets.UTF_8);
    byte[] middle = ",\"prompt\":".getBytes(StandardCharsets.UTF_8);
    byte[] params = new byte[head.length + middle.length + blocks.length];
    System.arraycopy(head, 0, params, 0, head.length - 1);
    System.arraycopy(middle, 0, params, head.length - 1, middle.length);
    System.arraycopy(blocks, 0, params, head.length - 1 + middle.length, blocks.length);
    params[params.length - 1] = '}';
    host()
        .connection()
        .request(
            "session/prompt",
            params,
            id -> {
              listener.onLine(sent(id));
              last = null;
              reader = listener;
            },
            response -> onResult(response, listener));
  }

  // The reader recognises the response by the request.
  private byte[] sent(String id) {
    ObjectNode request = Json.object().put("jsonrpc", "2.0").put("id", id);
    request.put("method", "session/prompt").putObject("params").put("sessionId", conversation);
    return request.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void onResult(AgentConnection.Response response, TurnReader listener) {
    if (response.line().length > 0) {
      listener.onMessage(response.message(), response.line());
    } else {
      listener.onEnd();
    }
    if (reader == listener) {
      last = listener.listener();
      reader = null;
    }
  }

  /** Asks the agent to stop the turn, which then has a result. */
  void cancelPrompt() {
    host().connection().notify("session/cancel", Json.object().put("sessionId", conversation));
  }

  /** From here on its messages belong to no turn. */
  void endTurn(TurnReader listener) {
    idleSince = System.nanoTime();
    busy = false;
    if (reader == listener) {
      last = listener.listener();
      reader = null;
    }
    if (listener.usedTools()) {
      // What a turn has left running belongs to the agent in the next one.
      LOOKERS.execute(processes::noteBefore);
    }
  }

  /**
   * Has the adapter close the session; the agent writes down what it knows, and ends. The session
   * is not usable from here on.
   *
   * @return completes once that is done, at the latest after some seconds; the session's processes
   *     are killed if the adapter does not react
   */
  CompletableFuture<?> unload() {
    lost.set(true);
    AgentConnection connection = host().connection();
    if (!host().isAlive()) {
      return CompletableFuture.runAsync(
          () -> {
            killProcesses();
            forget();
          },
          CLOSERS);
    }
    return connection
        .request("session/close", Json.object().put("sessionId", conversation))
        .thenApply(response -> true)
        .completeOnTimeout(false, CLOSE_GRACE.toMillis(), TimeUnit.MILLISECONDS)
        .thenAcceptAsync(
            closed -> {
              if (!closed) {
                log.warn("the adapter of session {} does not close it; it gets no more", sessionId);
                place.retire();
                killProcesses();
              }
              forget();
            },
            CLOSERS);
  }

  private void forget() {
    host().connection().forget(conversation, this);
    if (released.compareAndSet(false, true)) {
      login.close();
      place.release();
    }
  }

  @Override
  public void onNotification(AcpMessage message, byte[] line) {
    if (message.update().mode() != null && !setup.accepts(message.update().mode())) {
      giveUp();
      return;
    }
    if ("session_info_update".equals(message.update().kind())
        && AgentProfile.TITLE.equals(message.update().title())) {
      // The agent reports the title that we gave it.
      return;
    }
    @Nullable TurnReader listener = reader;
    if (listener == null) {
      onBetweenTurns(message, line);
      return;
    }
    turnBytes += line.length;
    if (turnBytes > MAX_TURN) {
      listener.onTooMuch("more than " + MAX_TURN + " bytes");
    } else {
      listener.onMessage(message, line);
    }
  }

  private void onBetweenTurns(AcpMessage message, byte[] line) {
    @Nullable TurnListener before = last;
    if (before != null) {
      try {
        before.onAfterwards(new AgentEvent(line));
      } catch (RuntimeException e) {
        log.warn("a follower of session {} failed", sessionId, e);
      }
    }
    @Nullable BigDecimal cost = message.update().costUsd();
    if (cost == null || !setup.countsBackground()) {
      log.debug("session {} had a message between turns: {}", sessionId, message.update().kind());
      return;
    }
    try {
      PrivateFiles.write(directory.costBetweenTurns(), cost.toPlainString());
    } catch (IOException e) {
      log.warn("the cost between turns cannot be written in {}", directory.root(), e);
    }
  }

  @Override
  public @Nullable Supplier<ObjectNode> onRequest(AcpMessage request, byte[] line) {
    if (!"session/request_permission".equals(request.method()) || lost.get()) {
      log.warn("session {}: the agent's {} is refused", sessionId, request.method());
      return null;
    }
    @Nullable TurnReader listener = reader;
    if (listener != null) {
      listener.onMessage(request.unchanged(), line);
    }
    return () -> setup.rules().decide(Json.read(line).path("params"));
  }

  @Override
  public void onAnswered(byte[] response) {
    @Nullable TurnReader listener = reader;
    if (listener != null) {
      listener.onLine(response);
    }
  }

  @Override
  public void onTooMuch(String what) {
    lost.set(true);
    @Nullable TurnReader listener = reader;
    if (listener != null) {
      listener.onTooMuch(what);
    }
  }

  @Override
  public void onEnd() {
    lost.set(true);
    @Nullable TurnReader listener = reader;
    if (listener != null) {
      listener.onEnd();
    }
  }

  private void giveUp() {
    log.error("session {}: the agent is in a mode in which it does not ask", sessionId);
    onEnd();
    LOOKERS.execute(this::killProcesses);
  }

  private void killProcesses() {
    if (!ProcessTree.tagged(List.of(sessionId)).kill(KILL_GRACE)) {
      log.error("session {} has processes that cannot be ended", sessionId);
    }
  }
}
