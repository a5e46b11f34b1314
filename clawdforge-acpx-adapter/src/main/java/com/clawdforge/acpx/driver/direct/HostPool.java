package com.clawdforge.acpx.driver.direct;

import com.clawdforge.acpx.agent.AgentLaunch;
import com.clawdforge.acpx.agent.AgentProfile;
import com.clawdforge.acpx.file.PrivateFiles;
import com.clawdforge.acpx.process.FreeMemory;
import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.acpx.process.SpareNames;
import com.clawdforge.acpx.process.Starter;
import com.clawdforge.acpx.program.AgentReach;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.acpx.session.SessionFolders;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running adapters. Where an adapter can have many sessions, those of one owner share it, up to
 * a limit, and one more is kept ready that has none, while there is memory for it. Safe for any
 * thread; nothing waits for an adapter's handshake.
 */
final class HostPool {
  private static final Logger log = LoggerFactory.getLogger(HostPool.class);

  /** A session that is closed to be loaded anew finds its adapter again. */
  private static final Duration FREE_GRACE = Duration.ofSeconds(10);

  /**
   * Which sessions may share an adapter.
   *
   * @param scope all that an isolated adapter, and its sessions, can write beside its own
   *     directory; the same for all if nothing is isolated
   * @param network what an isolated adapter, and its sessions, can reach
   */
  record Key(String owner, String agent, Path scope, Network network) {}

  /** An adapter and its sessions. */
  final class Place {
    private final AgentHost host;
    private final @Nullable Path directory;
    private @Nullable Key key;
    private int sessions;
    private boolean retired;
    private long freeSince = nanos.getAsLong();

    private Place(AgentHost host, @Nullable Path directory) {
      this.host = host;
      this.directory = directory;
    }

    AgentHost host() {
      return host;
    }

    /**
     * Gives the place of one session back. An adapter that was the session's own has ended when
     * this returns; others end when they have had no session for some seconds.
     */
    void release() {
      HostPool.this.release(this);
    }

    /** The session has begun in it, or will not. Every place that is taken needs one call. */
    void begun() {
      synchronized (HostPool.this) {
        starting--;
      }
    }

    /** Gives it no more sessions; it ends once it has none. */
    void retire() {
      synchronized (HostPool.this) {
        retired = true;
      }
    }

    /** Whether it has sessions besides the one that asks. */
    boolean isShared() {
      synchronized (HostPool.this) {
        return sessions > 1;
      }
    }

    private boolean isUsable() {
      return !retired && host.isAlive();
    }

    private boolean isFreeFor(Duration time) {
      return sessions == 0 && nanos.getAsLong() - freeSince >= time.toNanos();
    }

    private void end() {
      host.end();
      if (directory != null) {
        PrivateFiles.delete(directory);
      }
    }
  }

  private final SessionSettings settings;
  private final int sessionsPerHost;
  private final Path adapters;
  private final SpareNames names;
  private final FreeMemory memory;
  private final LongSupplier nanos;
  private final List<Place> places = new ArrayList<>();
  private final Spares spares = new Spares();
  private final Map<Place, Thread> ending = new ConcurrentHashMap<>();
  private int starting;
  private boolean closed;

  HostPool(SessionSettings settings, int sessionsPerHost) {
    this(settings, sessionsPerHost, FreeMemory.ofThisMachine(), System::nanoTime);
  }

  /**
   * @param nanos a clock as {@link System#nanoTime}
   */
  HostPool(SessionSettings settings, int sessionsPerHost, FreeMemory memory, LongSupplier nanos) {
    this.settings = settings;
    this.sessionsPerHost = sessionsPerHost;
    this.adapters = settings.sessionsDir().resolve("adapters");
    this.names = new SpareNames(adapters);
    this.memory = memory;
    this.nanos = nanos;
  }

  /**
   * Finds or starts an adapter for a session. Holds back new spares until {@link Place#begun}.
   *
   * @param launch how the adapter is started
   */
  synchronized Place take(
      Key key,
      AgentProfile profile,
      AgentLaunch.Found launch,
      SessionDirectory directory,
      SessionSetup setup)
      throws IOException {
    if (closed) {
      throw new IOException("the server is shutting down");
    }
    if (!profile.sharesAdapter()) {
      Map<String, String> variables =
          setup.loggedIn() ? settings.codexVariables() : settings.agentVariables();
      variables.putAll(launch.environment());
      variables.putAll(setup.environment());
      String tag = String.valueOf(setup.environment().get(ProcessTree.TAG));
      // Why it is not isolated: see Agents.canIsolate.
      AgentHost host =
          AgentHost.start(Starter.UNCONFINED, launch.argv(), directory.work(), variables, tag);
      Place own = new Place(host, null);
      own.sessions = 1;
      return taken(own);
    }
    @Nullable Place shared = withRoom(key);
    if (shared != null) {
      shared.sessions++;
      starting++;
      return shared;
    }
    @Nullable Place spare = spares.take(spareFor(key), nanos.getAsLong());
    if (spare != null && !spare.host.isAlive()) {
      end(spare);
      spare = null;
    }
    Place place = spare != null ? spare : startShared(key, profile, launch);
    place.key = key;
    place.sessions = 1;
    return taken(place);
  }

  private Place taken(Place place) {
    places.add(place);
    starting++;
    return place;
  }

  private @Nullable Place withRoom(Key key) {
    for (Place place : places) {
      if (key.equals(place.key) && place.sessions < sessionsPerHost && place.isUsable()) {
        return place;
      }
    }
    return null;
  }

  // What an isolated adapter can reach is settled when it is started.
  private Key spareFor(Key key) {
    return settings.isolation().holds()
        ? key
        : new Key("", key.agent(), key.scope(), key.network());
  }

  /** Which sessions may share an adapter with this one. */
  Key key(AgentSession session) {
    SessionFolders folders = settings.folders();
    return new Key(
        session.owner(),
        session.agent(),
        settings.isolation().holds() ? folders.scopeOf(folders.of(session)) : folders.sessionsDir(),
        session.network());
  }

  /**
   * Has an adapter ready for a session that is not taken up yet, if the agent allows that: for the
   * next one whose owner has none; if adapters are isolated, for the next one with this key. Does
   * not wait for it.
   */
  void keepSpare(Key key, AgentProfile profile, AgentLaunch.Found launch) {
    if (profile.sharesAdapter()) {
      Thread.ofVirtual().name("starting-adapter").start(() -> startSpare(key, profile, launch));
    }
  }

  /** Does it on this thread: the session that asks for it may come at once. */
  void startSpare(Key key, AgentProfile profile, AgentLaunch.Found launch) {
    boolean enough = memory.isEnough();
    synchronized (this) {
      Key spareKey = spareFor(key);
      @Nullable Place dead = spares.takeDead(spareKey);
      if (dead != null) {
        end(dead);
      }
      spares.want(spareKey, new Spares.Wanted(key, profile, launch, nanos.getAsLong()));
      Spares.@Nullable Wanted missing = spares.missing().get(spareKey);
      if (enough && missing != null) {
        startSpare(spareKey, missing);
      }
    }
  }

  private void startSpare(Key spareKey, Spares.Wanted wanted) {
    Key key = wanted.key();
    boolean needless = spareKey.equals(key) && withRoom(key) != null;
    if (closed || needless) {
      return;
    }
    try {
      spares.put(spareKey, startShared(key, wanted.profile(), wanted.launch()));
    } catch (IOException e) {
      spares.unwant(spareKey);
      log.warn("no adapter of {} can be started ahead of its use", key.agent(), e);
    }
  }

  /** The adapters that are ready and have no session. */
  synchronized List<AgentHost> ready() {
    return spares.ready().stream().map(Place::host).toList();
  }

  private Place startShared(Key key, AgentProfile profile, AgentLaunch.Found launch)
      throws IOException {
    PrivateFiles.ensure(adapters);
    String tag = names.next();
    Path directory = adapters.resolve(tag);
    PrivateFiles.ensure(directory);
    Map<String, String> variables = settings.adapterVariables();
    // An owner's agents could write code into a cache that another's adapter then runs.
    Path cache =
        settings.isolation().holds()
            ? key.scope().resolve(SessionFolders.CACHE)
            : settings.compileCache();
    variables.put("NODE_COMPILE_CACHE", cache.toString());
    variables.putAll(launch.environment());
    boolean started = false;
    try {
      profile.prepareAdapter(directory, variables, settings);
      Starter starter = starter(key, launch, directory, variables);
      AgentHost host = AgentHost.start(starter, launch.argv(), directory, variables, tag);
      Place place = new Place(host, directory);
      started = true;
      return place;
    } finally {
      if (!started) {
        PrivateFiles.delete(directory);
      }
    }
  }

  // The agents are children of the adapter, and reach what it reaches.
  private Starter starter(
      Key key, AgentLaunch.Found launch, Path directory, Map<String, String> variables)
      throws IOException {
    AgentReach reach = new AgentReach(settings.environment());
    if (settings.isolation().holds()) {
      PrivateFiles.ensure(key.scope());
      reach.moveHome(directory.resolve("home"), variables);
    }
    List<Path> programs = new ArrayList<>();
    launch.argv().stream()
        .filter(word -> word.startsWith("/"))
        .map(Path::of)
        .forEach(programs::add);
    settings.claude().find().ifPresent(programs::add);
    return settings
        .isolation()
        .starter(
            reach
                .of(programs)
                .reading(settings.readable())
                .writing(List.of(key.scope(), directory))
                .connecting(reach.connections(key.network())));
  }

  private void release(Place place) {
    boolean own = place.directory == null;
    synchronized (this) {
      place.sessions--;
      place.freeSince = System.nanoTime();
      if (own) {
        places.remove(place);
      }
    }
    if (own) {
      // Its processes have the session's tag, as those of the session's next adapter will.
      place.end();
    }
  }

  private void end(Place place) {
    Thread thread = Thread.ofVirtual().name("ending-adapter").unstarted(() -> endAndForget(place));
    ending.put(place, thread);
    thread.start();
  }

  private void endAndForget(Place place) {
    try {
      place.end();
    } finally {
      ending.remove(place);
    }
  }

  /**
   * Ends adapters that have no session, and starts what is missing of those that are kept ready:
   * never while a session begins, and none while memory is short.
   *
   * @param idle how long one is kept ready that nobody has asked for
   */
  void tend(Duration idle) {
    boolean tight = keepsSpares() && !memory.isEnough();
    List<Place> unused;
    synchronized (this) {
      unused = spares.surplus(tight, nanos.getAsLong() - idle.toNanos());
      places.removeIf(place -> place.isFreeFor(FREE_GRACE) && unused.add(place));
      if (!tight && starting == 0) {
        spares.missing().forEach(this::startSpare);
      }
    }
    unused.forEach(this::end);
  }

  private synchronized boolean keepsSpares() {
    return !spares.isEmpty();
  }

  /** Ends the adapters that servers have left that are not there any more. */
  void endOrphans() {
    SpareNames.endOrphans(adapters);
  }

  /** Ends all adapters at once, and starts no more. */
  void close() {
    List<Place> all;
    synchronized (this) {
      closed = true;
      all = new ArrayList<>(places);
      all.addAll(spares.clear());
      places.clear();
    }
    all.forEach(this::end);
    try {
      for (Thread end : List.copyOf(ending.values())) {
        end.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      names.close();
    }
  }
}
