package com.clawdforge.acpx.driver.direct;

import com.clawdforge.acpx.agent.AgentLaunch;
import com.clawdforge.acpx.agent.AgentProfile;
import com.clawdforge.acpx.file.PrivateFiles;
import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.acpx.process.SpareNames;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.acpx.session.SessionSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running adapters. Where an adapter can have many sessions, those of one owner share it, up to
 * a limit, and one more is kept ready that has none. Safe for any thread; nothing waits for an
 * adapter's handshake.
 */
final class HostPool {
  private static final Logger log = LoggerFactory.getLogger(HostPool.class);

  /** A session that is closed to be loaded anew finds its adapter again. */
  private static final Duration FREE_GRACE = Duration.ofSeconds(10);

  /** Which sessions may share an adapter. */
  record Key(String owner, String agent) {}

  /** An adapter and its sessions. */
  final class Place {
    private final AgentHost host;
    private final @Nullable Path directory;
    private @Nullable Key key;
    private int sessions;
    private boolean retired;
    private long freeSince = System.nanoTime();

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
      return sessions == 0 && System.nanoTime() - freeSince >= time.toNanos();
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
  private final List<Place> places = new ArrayList<>();
  private final Map<String, Place> spares = new HashMap<>();
  private final Map<Place, Thread> ending = new ConcurrentHashMap<>();
  private boolean closed;

  HostPool(SessionSettings settings, int sessionsPerHost) {
    this.settings = settings;
    this.sessionsPerHost = sessionsPerHost;
    this.adapters = settings.sessionsDir().resolve("adapters");
    this.names = new SpareNames(adapters);
  }

  /**
   * Finds or starts an adapter for a session.
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
      Map<String, String> variables = settings.agentVariables();
      variables.putAll(launch.environment());
      variables.putAll(setup.environment());
      String tag = String.valueOf(setup.environment().get(ProcessTree.TAG));
      Place own = new Place(AgentHost.start(launch.argv(), directory.work(), variables, tag), null);
      own.sessions = 1;
      places.add(own);
      return own;
    }
    for (Place place : places) {
      if (key.equals(place.key) && place.sessions < sessionsPerHost && place.isUsable()) {
        place.sessions++;
        return place;
      }
    }
    @Nullable Place spare = liveSpare(key.agent());
    spares.remove(key.agent());
    Place place = spare != null ? spare : startShared(profile, launch);
    place.key = key;
    place.sessions = 1;
    places.add(place);
    return place;
  }

  /**
   * Has an adapter ready for the next session whose owner has none, if the agent allows that. Does
   * not wait for it.
   */
  void keepSpare(String agent, AgentProfile profile, AgentLaunch.Found launch) {
    if (profile.sharesAdapter()) {
      Thread.ofVirtual().name("starting-adapter").start(() -> startSpare(agent, profile, launch));
    }
  }

  private synchronized void startSpare(
      String agent, AgentProfile profile, AgentLaunch.Found launch) {
    if (closed || liveSpare(agent) != null) {
      return;
    }
    try {
      spares.put(agent, startShared(profile, launch));
    } catch (IOException e) {
      log.warn("no adapter of {} can be started ahead of its use", agent, e);
    }
  }

  private @Nullable Place liveSpare(String agent) {
    @Nullable Place spare = spares.get(agent);
    if (spare != null && !spare.host.isAlive()) {
      spares.remove(agent);
      end(spare);
      return null;
    }
    return spare;
  }

  private Place startShared(AgentProfile profile, AgentLaunch.Found launch) throws IOException {
    PrivateFiles.ensure(adapters);
    String tag = names.next();
    Path directory = adapters.resolve(tag);
    PrivateFiles.ensure(directory);
    Map<String, String> variables = settings.agentVariables();
    variables.put("NODE_COMPILE_CACHE", settings.compileCache().toString());
    variables.putAll(launch.environment());
    boolean started = false;
    try {
      profile.prepareAdapter(directory, variables, settings);
      Place place = new Place(AgentHost.start(launch.argv(), directory, variables, tag), directory);
      started = true;
      return place;
    } finally {
      if (!started) {
        PrivateFiles.delete(directory);
      }
    }
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
   * Ends adapters that have no session.
   *
   * @param idle how long those may go on that were never used
   */
  void endUnused(Duration idle) {
    List<Place> unused = new ArrayList<>();
    synchronized (this) {
      spares.values().removeIf(spare -> spare.isFreeFor(idle) && unused.add(spare));
      places.removeIf(place -> place.isFreeFor(FREE_GRACE) && unused.add(place));
    }
    unused.forEach(this::end);
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
      all.addAll(spares.values());
      places.clear();
      spares.clear();
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
