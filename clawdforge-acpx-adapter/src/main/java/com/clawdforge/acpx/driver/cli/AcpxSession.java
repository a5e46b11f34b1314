package com.clawdforge.acpx.driver.cli;

import com.clawdforge.acpx.agent.AgentLaunch;
import com.clawdforge.acpx.agent.AgentProfile;
import com.clawdforge.acpx.agent.AgentRecords;
import com.clawdforge.acpx.agent.Agents;
import com.clawdforge.acpx.agent.ShimConfig;
import com.clawdforge.acpx.file.PrivateFiles;
import com.clawdforge.acpx.process.ChildProcess;
import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.acpx.protocol.AcpLine;
import com.clawdforge.acpx.protocol.Money;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.acpx.session.SessionProcesses;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.acpx.turn.TurnVerdict;
import com.clawdforge.core.agent.AgentSession;
import com.fasterxml.jackson.core.JsonFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session as acpx has it: its commands, its directory, its processes. All that acpx starts for
 * it, the owner of its queue and the agent included, bears the session's id as tag.
 */
final class AcpxSession {
  private static final Logger log = LoggerFactory.getLogger(AcpxSession.class);

  /** The client exits a second after the result, at most five (agent-facts.md, 4.8). */
  private static final Duration CLIENT_GRACE = Duration.ofSeconds(8);

  private static final Duration PIPE_GRACE = Duration.ofMillis(500);
  private static final Duration KILL_GRACE = Duration.ofSeconds(2);

  /** All of it is gone in 1.3 s once it is asked to end. */
  private static final Duration END_GRACE = Duration.ofSeconds(2);

  private static final int NANO = 9;

  /** Beside the sessions' directories, whose names are UUIDs. */
  private static final String COMPILED = "node-cache";

  private final AgentSession session;
  private final SessionSettings settings;
  private final JsonFactory json;
  private final SessionDirectory directory;
  private final AgentRecords records;
  private final TurnVerdict verdict;
  private final AgentProfile traits;
  private @Nullable AcpxCommand commands;

  AcpxSession(
      AgentSession session, SessionSettings settings, JsonFactory json, AgentRecords records) {
    this.session = session;
    this.settings = settings;
    this.json = json;
    this.records = records;
    this.directory = SessionDirectory.of(settings.sessionsDir(), session.sessionId());
    this.traits = AgentProfile.of(session.agent());
    this.verdict = new TurnVerdict(session, settings.environment(), directory.root());
  }

  String id() {
    return session.sessionId();
  }

  @Nullable String model() {
    return session.model();
  }

  JsonFactory json() {
    return json;
  }

  SessionDirectory directory() {
    return directory;
  }

  AgentProfile traits() {
    return traits;
  }

  TurnVerdict verdict() {
    return verdict;
  }

  AgentLaunch launch() {
    return new Agents(settings).find(session.agent());
  }

  /** Sees to it that all is there that the session needs on disk. */
  void prepare(AgentLaunch.Found agent) throws IOException {
    directory.prepare(ShimConfig.of(session, directory, settings, agent.argv()));
    traits.prepare(session, directory, settings);
    if (!traits.isShimmed()) {
      // Acpx is run there, and fails if it cannot read its settings.
      SessionDirectory.deleteAcpxSettings(directory.work());
    }
    commands =
        new AcpxCommand(
            Agents.acpx(settings.acpx(), settings.node()),
            session,
            directory,
            settings.agentIdleTtl(),
            traits.isShimmed() ? shimmed() : agent.argv());
  }

  private List<String> shimmed() throws IOException {
    String node =
        settings.node().find().orElseThrow(() -> new IOException("there is no node")).toString();
    return List.of(node, directory.shim().toString(), directory.shimConfig().toString());
  }

  /** Whether a prompt can be tried before the session is made known to acpx. */
  boolean isKnownToAcpx() throws IOException {
    return directory.recordId().isPresent() || session.conversationId() != null;
  }

  /** Whether the agent has a tool to read what is staged for it. */
  boolean canReadFiles() {
    return !session.agent().equals(Agents.CLAUDE) || ShimConfig.claudeTerms(session).readsFiles();
  }

  /** Which conversations a new record may go on with, the best first; empty is a new one. */
  List<Optional<String>> conversationsToTry() {
    return session.conversationId() == null
        ? List.of(Optional.empty())
        : List.of(Optional.of(session.conversationId()), Optional.empty());
  }

  AcpxCall create(Optional<String> conversation) throws IOException {
    Map<String, String> variables = environment();
    if (conversation.isEmpty() && session.agent().equals(Agents.CLAUDE)) {
      // Acpx would throw the agent away that was started for this.
      variables.put("SESSION_SHIM", "stub");
    }
    return call(commands().create(conversation), variables);
  }

  /** Starts a prompt; the reader is told what comes of it. */
  ChildProcess prompt(byte[] blocks, ChildProcess.Listener reader) throws IOException {
    ChildProcess client =
        ChildProcess.start(commands().prompt(), directory.root(), environment(), id(), reader);
    // Of its own, as a client that does not read would block it.
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

  /** Asks for the running prompt's end, and says whether there was one. */
  boolean cancel(Duration atMost) throws IOException, InterruptedException {
    AcpxCall call = call(commands().cancel(), environment());
    try {
      call.awaitEnd(atMost);
      return call.answer().map(AcpLine::cancelled).orElse(false);
    } finally {
      call.end();
    }
  }

  /** Waits in the background until a client has gone, which is not waited for elsewhere. */
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

  SessionProcesses processes() {
    return new SessionProcesses(id());
  }

  /** Kills all of the session's processes; the next prompt goes on from what is recorded. */
  void kill() throws IOException {
    afterwards(ProcessTree.tagged(List.of(id())).kill(KILL_GRACE));
  }

  /** Has all of the session's processes write down what they know, and end. */
  void end() throws IOException {
    afterwards(ProcessTree.tagged(List.of(id())).end(END_GRACE, KILL_GRACE));
  }

  private void afterwards(boolean gone) throws IOException {
    if (!gone) {
      log.error("session {} has processes that cannot be ended", id());
      return;
    }
    traits.tidy(directory);
    directory.recordId().ifPresent(records::dropLease);
  }

  /** Ends all that there is of the session. */
  void close() {
    try {
      kill();
      Optional<String> record = directory.recordId();
      if (record.isPresent()) {
        records.deleteRecord(record.get());
      }
    } catch (IOException e) {
      log.warn("acpx's record of session {} is left", id(), e);
    }
    traits.forget(session, directory, settings);
    directory.delete();
  }

  /**
   * What a turn has cost, if the agent tells: it counts from its own start.
   *
   * @param sum what the agent told last in the turn
   * @param fresh whether the agent was started for the turn
   */
  @Nullable BigDecimal costOfTurn(@Nullable BigDecimal sum, boolean fresh) {
    BigDecimal before = fresh ? BigDecimal.ZERO : costBefore();
    if (sum == null) {
      if (fresh) {
        keepCost(BigDecimal.ZERO);
      }
      return null;
    }
    keepCost(sum);
    // It adds up binary fractions and prints what comes of it: 0.025355999999999997.
    BigDecimal cost = sum.subtract(before).setScale(NANO, RoundingMode.HALF_UP);
    BigDecimal rounded = cost.signum() < 0 ? sum.setScale(NANO, RoundingMode.HALF_UP) : cost;
    BigDecimal stripped = rounded.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }

  /**
   * What the agent has spent since its last turn, told once. The agent counts from its own start,
   * as in a turn.
   */
  Optional<BigDecimal> takeBackgroundCost() {
    try {
      Optional<BigDecimal> sum = PrivateFiles.read(directory.costBetweenTurns()).flatMap(Money::of);
      PrivateFiles.delete(directory.costBetweenTurns());
      if (sum.isEmpty() || sum.get().compareTo(costBefore()) <= 0) {
        return Optional.empty();
      }
      BigDecimal spent = sum.get().subtract(costBefore()).setScale(NANO, RoundingMode.HALF_UP);
      keepCost(sum.get());
      return Optional.of(spent).filter(cost -> cost.signum() > 0);
    } catch (IOException e) {
      log.warn("what session {} has spent between turns cannot be read", id(), e);
      return Optional.empty();
    }
  }

  // A full disk, or an agent that has deleted its directory, takes no answer from anybody.
  private BigDecimal costBefore() {
    try {
      return directory.cost();
    } catch (IOException e) {
      log.warn("what session {} has cost so far cannot be read", id(), e);
      return BigDecimal.ZERO;
    }
  }

  private void keepCost(BigDecimal sum) {
    try {
      directory.cost(sum);
    } catch (IOException e) {
      log.warn("what session {} has cost so far cannot be kept", id(), e);
    }
  }

  private AcpxCall call(List<String> argv, Map<String, String> variables) throws IOException {
    return AcpxCall.start(argv, directory.root(), variables, id(), json);
  }

  private Map<String, String> environment() {
    Map<String, String> variables = AcpxCommand.environment(settings, settings.claude().find());
    if (traits.isShimmed()) {
      // Acpx is 200 ms of compiling to node, 30 ms less with this; the shim keeps it from the
      // agent.
      variables.put("NODE_COMPILE_CACHE", settings.sessionsDir().resolve(COMPILED).toString());
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
