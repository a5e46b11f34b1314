package com.clawdforge.acpx.driver.cli;

import com.clawdforge.acpx.agent.AgentLaunch;
import com.clawdforge.acpx.agent.AgentProfile;
import com.clawdforge.acpx.agent.Agents;
import com.clawdforge.acpx.process.ChildProcess;
import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.acpx.protocol.AcpxReply;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.acpx.session.SessionProcesses;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.acpx.turn.SessionAgent;
import com.clawdforge.core.agent.AgentSession;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session as acpx has it: its commands, its directory, its processes. Every process that acpx
 * starts for it, the queue owner and the agent included, carries the session's id as tag.
 */
final class AcpxSession extends SessionAgent {
  private static final Logger log = LoggerFactory.getLogger(AcpxSession.class);

  /** The client exits one second after the result, at most five (agent-facts.md, 4.8). */
  private static final Duration CLIENT_GRACE = Duration.ofSeconds(8);

  private static final Duration PIPE_GRACE = Duration.ofMillis(500);
  private static final Duration KILL_GRACE = Duration.ofSeconds(2);

  /** All processes are gone 1.3 s after they are asked to end. */
  private static final Duration END_GRACE = Duration.ofSeconds(2);

  private final Agents agents;
  private final AcpxRecords records;
  private SessionProcesses processes;
  private @Nullable AcpxCommand commands;

  AcpxSession(AgentSession session, SessionSettings settings, Agents agents, AcpxRecords records) {
    super(session, AgentProfile.of(session.agent()), settings);
    this.agents = agents;
    this.records = records;
    this.processes = newProcesses();
  }

  AgentLaunch launch() {
    return agents.find(session);
  }

  /** Writes what the session needs on disk, where it is missing or not as it should be. */
  void prepare(AgentLaunch.Found agent) throws IOException {
    directory().prepare(shimConfig(agent.argv()));
    profile().prepare(session, directory(), settings);
    if (directory().noteLogin(profile().loginState(settings))) {
      // An agent that is awake would go on with the login that it has read.
      log.info("the login has changed; the agent of session {} is started anew", id());
      end();
    }
    if (!profile().isShimmed()) {
      // Acpx runs there, and fails if it cannot read its settings.
      SessionDirectory.deleteAcpxSettings(directory().work());
    }
    commands =
        new AcpxCommand(
            agents.acpx(),
            session,
            directory(),
            settings.agentIdleTtl(),
            profile().isShimmed() ? shimmed() : agent.argv());
  }

  // session-shim.mjs documents the members.
  private String shimConfig(List<String> argv) {
    ObjectNode config = new JsonMapper().createObjectNode();
    argv.forEach(config.putArray("argv")::add);
    config.put("cwd", directory().work().toString());
    AgentProfile.addKinds(config, "approved", session.permissions().approved());
    profile().configure(config, session, directory(), settings);
    return config.toString();
  }

  private List<String> shimmed() throws IOException {
    return List.of(
        agents.node(), directory().shim().toString(), directory().shimConfig().toString());
  }

  /** Whether a prompt can be tried without creating acpx's record first. */
  boolean isKnownToAcpx() throws IOException {
    return directory().recordId().isPresent() || session.conversationId() != null;
  }

  /** Which conversations a new record may continue, the best first; empty means a new one. */
  List<Optional<String>> conversationsToTry() {
    return session.conversationId() == null
        ? List.of(Optional.empty())
        : List.of(Optional.of(session.conversationId()), Optional.empty());
  }

  AcpxCall create(Optional<String> conversation) throws IOException {
    Map<String, String> variables = environment();
    if (conversation.isEmpty() && profile().isStubbed()) {
      variables.put("SESSION_SHIM", "stub");
    }
    return call(commands().create(conversation), variables);
  }

  /** Starts a prompt, whose output goes to the reader. */
  ChildProcess prompt(byte[] blocks, ChildProcess.Listener reader) throws IOException {
    ChildProcess client =
        ChildProcess.start(commands().prompt(), directory().notes(), environment(), id(), reader);
    // On a thread of its own: a client that does not read would block it.
    Thread.ofPlatform()
        .daemon()
        .name("stdin-" + id())
        .start(
            () -> {
              try (OutputStream stdin = client.stdin()) {
                stdin.write(blocks);
              } catch (IOException e) {
                log.debug("writing to {} broke off", id(), e);
              }
            });
    return client;
  }

  /** Asks acpx to cancel the running prompt, and returns whether there was one. */
  boolean cancel(Duration atMost) throws IOException, InterruptedException {
    AcpxCall call = call(commands().cancel(), environment());
    try {
      call.awaitEnd(atMost);
      return call.reply().map(AcpxReply::cancelled).orElse(false);
    } finally {
      call.end();
    }
  }

  /** Waits for a client's exit in the background. */
  void reap(ChildProcess client) {
    Thread.ofVirtual()
        .name("reaping-" + id())
        .start(
            () -> {
              try {
                client.awaitExit(CLIENT_GRACE);
                client.endAlone(PIPE_GRACE);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  @Override
  public boolean kill() throws IOException {
    return afterwards(ProcessTree.tagged(List.of(id())).kill(KILL_GRACE));
  }

  @Override
  public void end() throws IOException {
    afterwards(ProcessTree.tagged(List.of(id())).end(END_GRACE, KILL_GRACE));
  }

  /** Notes what runs before the agent can have the prompt. */
  void noteBefore() {
    processes = newProcesses();
    processes.noteBefore();
  }

  @Override
  public void noteAgent() {
    processes.noteAgent();
  }

  @Override
  public void endTools() throws InterruptedException {
    processes.killTools();
    profile().tidy(directory());
  }

  private boolean afterwards(boolean gone) throws IOException {
    if (gone) {
      profile().tidy(directory());
      records.of(directory()).ifPresent(records::dropLease);
    } else {
      log.error("session {} has processes that cannot be ended", id());
    }
    return gone;
  }

  /**
   * Kills all of the session's processes and deletes everything that is kept of it.
   *
   * @throws IllegalStateException if processes are left, or this thread was interrupted; the
   *     directory is kept then
   */
  void close() {
    try {
      if (!kill()) {
        throw new IllegalStateException(
            "processes of session " + id() + " cannot be ended; look for " + ProcessTree.TAG);
      }
      Optional<String> record = records.of(directory());
      if (record.isPresent()) {
        records.deleteRecord(record.get());
      }
    } catch (ClosedByInterruptException e) {
      throw new IllegalStateException("interrupted while session " + id() + " was ending", e);
    } catch (IOException e) {
      log.warn("acpx's record of session {} is left", id(), e);
    }
    profile().forget(session, directory(), settings);
    directory().delete();
  }

  private AcpxCall call(List<String> argv, Map<String, String> variables) throws IOException {
    return AcpxCall.start(argv, directory().notes(), variables, id());
  }

  private Map<String, String> environment() {
    Map<String, String> variables = settings.agentVariables();
    if (profile().isShimmed()) {
      // Node takes 200 ms to compile acpx, 30 ms less with this; the shim hides it from the agent.
      variables.put("NODE_COMPILE_CACHE", settings.compileCache().toString());
    }
    return variables;
  }

  private AcpxCommand commands() {
    if (commands == null) {
      throw new IllegalStateException("not prepared");
    }
    return commands;
  }
}
