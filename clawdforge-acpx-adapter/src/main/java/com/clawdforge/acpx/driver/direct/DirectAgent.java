package com.clawdforge.acpx.driver.direct;

import com.clawdforge.acpx.agent.AgentLaunch;
import com.clawdforge.acpx.agent.AgentProfile;
import com.clawdforge.acpx.file.PrivateFiles;
import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.acpx.program.AgentLogin;
import com.clawdforge.acpx.protocol.AcpMessage;
import com.clawdforge.acpx.session.SessionProcesses;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.acpx.turn.SessionAgent;
import com.clawdforge.core.agent.AgentSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session and its agent during one turn, or one closing. For one thread. */
final class DirectAgent extends SessionAgent {
  private static final Logger log = LoggerFactory.getLogger(DirectAgent.class);
  private static final int RESOURCE_NOT_FOUND = -32002;
  private static final int INTERNAL = -32603;
  private static final Duration KILL_GRACE = Duration.ofSeconds(2);
  private static final Duration ABANDON_GRACE = Duration.ofSeconds(10);
  private static final AcpMessage.Failure NOT_ASKING =
      new AcpMessage.Failure(
          INTERNAL,
          "the agent is in a mode in which it does not ask for permission",
          null,
          null,
          null,
          null);
  private static final Duration END_GRACE = Duration.ofSeconds(2);

  private final HostPool hosts;
  private final LoadedSessions loaded;
  private SessionProcesses processes;
  private CompletableFuture<AgentConnection.Response> beginning =
      CompletableFuture.completedFuture(AgentConnection.Response.NONE);

  DirectAgent(
      AgentSession session,
      AgentProfile profile,
      SessionSettings settings,
      HostPool hosts,
      LoadedSessions loaded) {
    super(session, profile, settings);
    this.hosts = hosts;
    this.loaded = loaded;
    this.processes = newProcesses();
  }

  /** A session that can be prompted, or why there is none. */
  sealed interface Loading {
    /**
     * The agent has the session.
     *
     * @param fresh whether it has just begun it or taken it up
     */
    record Loaded(LoadedSession session, boolean fresh) implements Loading {}

    /** The agent refused. */
    record Refused(AcpMessage.Failure failure, String stderr) implements Loading {}

    /** The wait was given up. */
    record Stopped() implements Loading {}
  }

  /** Creates what the session needs on disk, where it is missing. */
  void prepare() throws IOException {
    directory().prepare();
  }

  /**
   * Finds the session in an adapter, or has one begin it or take it up.
   *
   * @param anew whether a conversation that was had before is given up
   */
  Loading load(AgentLaunch.Found launch, TurnWait wait, boolean anew)
      throws IOException, InterruptedException {
    String login = profile().loginState(settings);
    @Nullable LoadedSession before = loaded.claim(id());
    CompletableFuture<?> ended = CompletableFuture.completedFuture(null);
    if (directory().noteLogin(login) && before != null) {
      // An agent that is awake would go on with the login that it has read, and may write it down
      // once more when it ends.
      log.info("the login has changed; the agent of session {} is started anew", id());
      ended = before.agentEnded();
      before = null;
    }
    if (before != null && before.usable() && !anew) {
      processes = before.processes();
      return new Loading.Loaded(before, false);
    }
    // Null once it is done, and if there is no time for it.
    CompletableFuture<?> unloaded = CompletableFuture.allOf(loaded.unload(id()), ended);
    if (wait.await(unloaded.thenApply(done -> true)) == null) {
      return new Loading.Stopped();
    }
    prepare();
    profile().prepare(session, directory(), settings);
    AgentLogin own = profile().login(session, settings);
    boolean kept = false;
    try {
      Loading loading = load(launch, own, wait, anew);
      kept = loading instanceof Loading.Loaded;
      return loading;
    } finally {
      if (!kept) {
        own.close();
      }
    }
  }

  private Loading load(AgentLaunch.Found launch, AgentLogin login, TurnWait wait, boolean anew)
      throws IOException, InterruptedException {
    SessionSetup setup = SessionSetup.of(session, profile(), directory(), settings, login);
    if (setup.rules().inside()) {
      dropSettings();
    }
    HostPool.Place place = hosts.take(hosts.key(session), profile(), launch, directory(), setup);
    boolean kept = false;
    try {
      Loading loading = load(place, setup, login, wait, anew);
      kept = loading instanceof Loading.Loaded;
      return loading;
    } finally {
      place.begun();
      if (!kept) {
        abandon(place, wait.isOver());
      }
    }
  }

  private Loading load(
      HostPool.Place place, SessionSetup setup, AgentLogin login, TurnWait wait, boolean anew)
      throws InterruptedException {
    AgentHost host = place.host();
    long mark = host.stderrMark();
    AgentConnection.@Nullable Response greeted = wait.await(host.initialized());
    if (host.isStuck()) {
      // It would keep each later session waiting too.
      log.warn("the adapter {} does not answer; it is killed", host);
      host.kill();
    }
    if (greeted == null || greeted.error() != null) {
      return refused(greeted, host, 0);
    }
    Optional<String> known =
        anew ? Optional.empty() : Optional.ofNullable(session.conversationId());
    AgentConnection.@Nullable Response begun = begin(host, setup, wait, known);
    if (known.isPresent() && begun != null && begun.error() != null && isGone(begun.error())) {
      known = Optional.empty();
      begun = begin(host, setup, wait, known);
    }
    if (begun == null || begun.error() != null) {
      return refused(begun, host, mark);
    }
    JsonNode result = begun.result();
    String conversation = known.orElseGet(() -> result.path("sessionId").asText());
    SessionProcesses own = newProcesses();
    LoadedSession it = new LoadedSession(id(), conversation, setup, directory(), place, own, login);
    host.connection().receive(conversation, it);
    if (known.isEmpty() && setup.title() != null) {
      // Older adapters take none. Then the model is asked for a title.
      host.connection()
          .ask(
              "session/set_title",
              Json.object().put("sessionId", conversation).put("title", setup.title()));
    }
    AgentConnection.@Nullable Response unfit =
        intoMode(host, setup, wait, conversation, result.path("modes").path("currentModeId"));
    if (unfit == null && profile().takesModelFromClient() && model() != null) {
      unfit = withModel(host, wait, conversation, model());
    }
    if (unfit != null || it.isLost()) {
      host.connection().forget(conversation, it);
      return unfit == null
          ? new Loading.Refused(NOT_ASKING, "")
          : unfit == AgentConnection.Response.NONE
              ? new Loading.Stopped()
              : refused(unfit, host, mark);
    }
    it.claim();
    it.noteAgent(!profile().programs().isEmpty());
    processes = own;
    loaded.put(id(), it);
    return new Loading.Loaded(it, true);
  }

  private AgentConnection.@Nullable Response begin(
      AgentHost host, SessionSetup setup, TurnWait wait, Optional<String> conversation)
      throws InterruptedException {
    String method = conversation.isPresent() ? "session/resume" : "session/new";
    beginning = host.connection().request(method, setup.parameters(conversation));
    return wait.await(beginning);
  }

  // The adapter may begin the session only later, and would keep it. Until that is over, it must
  // not
  // be asked for the session again: one of two branches of a conversation would be lost.
  private void abandon(HostPool.Place place, boolean late) {
    if (late) {
      place.retire();
    }
    killAll();
    AgentConnection connection = place.host().connection();
    CompletableFuture<?> over =
        beginning
            .thenCompose(
                begun -> {
                  String conversation =
                      begun.result().path("sessionId").asText(session.conversationId());
                  return begun.error() != null || conversation == null
                      ? CompletableFuture.completedFuture(begun)
                      : connection.request(
                          "session/close", Json.object().put("sessionId", conversation));
                })
            .completeOnTimeout(
                AgentConnection.Response.NONE, ABANDON_GRACE.toMillis(), TimeUnit.MILLISECONDS)
            .thenRunAsync(
                () -> {
                  killAll();
                  place.release();
                },
                task -> Thread.ofVirtual().name("closing-session").start(task));
    loaded.await(id(), over);
  }

  // Null if the agent is in the mode in which it asks.
  private static AgentConnection.@Nullable Response intoMode(
      AgentHost host, SessionSetup setup, TurnWait wait, String conversation, JsonNode mode)
      throws InterruptedException {
    if (setup.mode() == null || !mode.isTextual() || mode.asText().equals(setup.mode())) {
      return null;
    }
    ObjectNode params = Json.object().put("sessionId", conversation).put("modeId", setup.mode());
    AgentConnection.@Nullable Response set =
        wait.await(host.connection().request("session/set_mode", params));
    boolean fits = set != null && (set.error() == null || setup.rules().everything());
    return fits ? null : set == null ? AgentConnection.Response.NONE : set;
  }

  // Null if the agent has taken the model.
  private static AgentConnection.@Nullable Response withModel(
      AgentHost host, TurnWait wait, String conversation, String model)
      throws InterruptedException {
    ObjectNode params =
        Json.object().put("sessionId", conversation).put("configId", "model").put("value", model);
    AgentConnection.@Nullable Response set =
        wait.await(host.connection().request("session/set_config_option", params));
    return set == null ? AgentConnection.Response.NONE : set.error() == null ? null : set;
  }

  private boolean isGone(AcpMessage.Failure failure) {
    return failure.code() == RESOURCE_NOT_FOUND
        || profile().isUnknownSession(failure)
        || profile().hasLostSession(failure);
  }

  private static Loading refused(
      AgentConnection.@Nullable Response response, AgentHost host, long stderrMark) {
    return response == null || response.error() == null
        ? new Loading.Stopped()
        : new Loading.Refused(response.error(), host.stderrSince(stderrMark));
  }

  // The adapter always reads these files, and they can set a mode in which it does not ask. An
  // agent
  // that edits files in its own directory could write one for itself.
  private void dropSettings() {
    Path folder = directory().work().resolve(".claude");
    Path trusted = Objects.requireNonNull(directory().root().getParent());
    if (Files.isSymbolicLink(folder)) {
      PrivateFiles.delete(trusted, trusted.relativize(folder));
    }
    for (String name : List.of("settings.json", "settings.local.json")) {
      PrivateFiles.delete(trusted, trusted.relativize(folder.resolve(name)));
    }
  }

  /** They were noted when the session was loaded. */
  @Override
  public void noteAgent() {}

  @Override
  public void endTools() throws InterruptedException {
    processes.killTools();
    profile().tidy(directory());
  }

  @Override
  public boolean kill() {
    boolean gone = killAll();
    CompletableFuture<?> unused = loaded.unload(id());
    return gone;
  }

  /** Kills the session's processes, which no adapter has open any more, or need not have. */
  boolean killAll() {
    return afterwards(ProcessTree.tagged(List.of(id())).kill(KILL_GRACE));
  }

  @Override
  public void end() {
    loaded.unload(id()).join();
    afterwards(ProcessTree.tagged(List.of(id())).end(END_GRACE, KILL_GRACE));
  }

  private boolean afterwards(boolean gone) {
    if (gone) {
      profile().tidy(directory());
    } else {
      log.error("session {} has processes that cannot be ended", id());
    }
    return gone;
  }

  /** Deletes everything that is kept of the session, whose processes have ended. */
  void forget() {
    profile().forget(session, directory(), settings);
    directory().delete();
  }
}
