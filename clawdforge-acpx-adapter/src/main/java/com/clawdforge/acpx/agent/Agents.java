package com.clawdforge.acpx.agent;

import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.acpx.session.ConfiguredAgent;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Network;
import com.clawdforge.core.agent.SessionOpening;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the agents' adapters. Nothing is ever downloaded: acpx would do that by itself, and take
 * more than a minute to fail where there is no network (agent-facts.md, section 6).
 */
public final class Agents {
  private static final Logger log = LoggerFactory.getLogger(Agents.class);

  private static final String NO_NODE =
      "Node.js is missing on the server: run agents/install there, which brings one";
  private static final String NO_ACPX =
      "acpx is not installed on the server: run agents/install there, or set ACPX_BIN";

  private final SessionSettings settings;
  private final AcpxRegistry registry;
  private final boolean acpx;

  /** Agents whose adapters are spoken with. */
  public Agents(SessionSettings settings) {
    this(settings, false);
  }

  private Agents(SessionSettings settings, boolean acpx) {
    this.settings = settings;
    this.acpx = acpx;
    this.registry = new AcpxRegistry(settings.environment());
  }

  /** Agents that acpx starts. */
  public static Agents onAcpx(SessionSettings settings) {
    return new Agents(settings, true);
  }

  /**
   * Whether an agent's sessions can be kept from those of other owners. Acpx keeps records and
   * sockets of all sessions in one place. Codex does too, and has a sandbox that needs mounts,
   * which an isolated process cannot make. What other agents need is not known.
   */
  public boolean canIsolate(String agent) {
    return !acpx
        && !settings.configured().containsKey(agent)
        && AgentProfile.of(agent).sharesAdapter();
  }

  /** Why nothing keeps an agent from the network; empty if something does. */
  public Optional<String> objectionToLessNetwork(String agent) {
    return canIsolate(agent)
        ? settings.isolation().objectionToLessNetwork()
        : Optional.of("this server cannot keep " + agent + " from the network");
  }

  /**
   * How a session's agent is started, or why it cannot be: what it may reach of the network was
   * settled when it was opened, perhaps by a server that could keep it to that.
   */
  public AgentLaunch find(AgentSession session) {
    if (session.network() != Network.ALL) {
      Optional<String> objection = objectionToLessNetwork(session.agent());
      if (objection.isPresent()) {
        return new AgentLaunch.Missing(
            "the session may reach no more of the network than "
                + session.network().wire()
                + ", and "
                + objection.get());
      }
    }
    return find(session.agent());
  }

  SessionSettings settings() {
    return settings;
  }

  /** How an agent is started, or why it cannot be. */
  public AgentLaunch find(String agent) {
    if (settings.isolation().isRequired() && !canIsolate(agent)) {
      return new AgentLaunch.Missing(
          agent
              + " cannot be kept from what is another app's, which CLAWDFORGE_ISOLATION=landlock"
              + " asks for");
    }
    @Nullable ConfiguredAgent configured = settings.configured().get(agent);
    if (configured != null) {
      return configured(agent, configured);
    }
    if (settings.node().find().isEmpty()) {
      return new AgentLaunch.Missing(NO_NODE);
    }
    if (settings.acpx().find().isEmpty()) {
      return new AgentLaunch.Missing(NO_ACPX);
    }
    return AgentProfile.of(agent).launch(this);
  }

  /** Makes what a session needs, before its first turn. */
  @FunctionalInterface
  public interface Preparation {
    void prepare(AgentLaunch.Found found) throws IOException;
  }

  /** Prepares a session, or says why it cannot be had. */
  public SessionOpening open(AgentSession session, Preparation preparation) {
    Optional<SessionOpening.Unsupported> objection =
        AgentProfile.of(session.agent()).objectionTo(session);
    if (objection.isPresent()) {
      return objection.get();
    }
    return switch (find(session)) {
      case AgentLaunch.Missing missing -> new SessionOpening.Unavailable(missing.why());
      case AgentLaunch.Found found -> prepared(session, found, preparation);
    };
  }

  private static SessionOpening prepared(
      AgentSession session, AgentLaunch.Found found, Preparation preparation) {
    try {
      preparation.prepare(found);
      return new SessionOpening.Ready();
    } catch (IOException e) {
      log.error("cannot make the directory of session {}", session.sessionId(), e);
      return new SessionOpening.Unavailable(
          "the session's directory cannot be made on the server; its log says why");
    }
  }

  private AgentLaunch configured(String agent, ConfiguredAgent configured) {
    String program = configured.argv().getFirst();
    return new AgentBinary(program, settings.environment().variables().get("PATH"), null)
        .find()
        .<AgentLaunch>map(
            path -> {
              List<String> argv = new ArrayList<>(configured.argv());
              argv.set(0, path.toString());
              return new AgentLaunch.Found(argv, configured.environment());
            })
        .orElseGet(
            () ->
                new AgentLaunch.Missing(
                    "the program of " + agent + ", " + program + ", is not on the server"));
  }

  /** An adapter that agents/install has put next to the pinned acpx. */
  AgentLaunch pinned(String agent, String adapter, String install) {
    @Nullable Path programs = settings.acpx().pinned();
    Optional<Path> node = settings.node().find();
    return Optional.ofNullable(programs)
        .map(directory -> directory.resolve(adapter).normalize())
        .filter(program -> node.isPresent() && Files.isRegularFile(program))
        .<AgentLaunch>map(
            program ->
                new AgentLaunch.Found(List.of(node.get().toString(), realPath(program).toString())))
        .orElseGet(
            () ->
                new AgentLaunch.Missing(
                    agent + " is not installed on the server: run " + install + " there"));
  }

  /** An agent of acpx's own registry. */
  AgentLaunch inRegistry(String agent) {
    Optional<Path> node = settings.node().find();
    Optional<Path> acpx = settings.acpx().find();
    return node.isEmpty() || acpx.isEmpty()
        ? new AgentLaunch.Missing(node.isEmpty() ? NO_NODE : NO_ACPX)
        : registry.find(agent, node.get(), realPath(acpx.get()));
  }

  /** How acpx is started: a script runs on our node, whichever node the PATH has. */
  public List<String> acpx() throws IOException {
    Path program =
        settings.acpx().find().orElseThrow(() -> new IOException("acpx is not installed"));
    Path real = realPath(program);
    return real.toString().toLowerCase(Locale.ROOT).endsWith("js")
        ? List.of(node(), real.toString())
        : List.of(program.toString());
  }

  /** The Node.js that runs programs written in JavaScript. */
  public String node() throws IOException {
    return settings.node().find().orElseThrow(() -> new IOException("there is no node")).toString();
  }

  /** The file that a link names, since scripts look for their own files next to the real one. */
  static Path realPath(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException gone) {
      return path;
    }
  }
}
