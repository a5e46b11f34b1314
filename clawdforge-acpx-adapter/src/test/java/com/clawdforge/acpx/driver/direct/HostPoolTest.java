package com.clawdforge.acpx.driver.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.agent.AgentLaunch;
import com.clawdforge.acpx.agent.ClaudeProfile;
import com.clawdforge.acpx.process.FreeMemory;
import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.acpx.session.TestSessions;
import com.clawdforge.core.agent.AgentSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which adapters are kept ready, and for how long; a shell script takes the place of one. */
@Timeout(60)
final class HostPoolTest {
  private static final ClaudeProfile CLAUDE = new ClaudeProfile();
  private static final Duration IDLE = Duration.ofMinutes(5);

  @TempDir Path temp;
  private final AtomicLong now = new AtomicLong();
  private AgentLaunch.Found launch = new AgentLaunch.Found(List.of());
  private @Nullable HostPool pool;

  @BeforeEach
  void makeAdapter() throws IOException {
    Path adapter = temp.resolve("adapter");
    Files.writeString(adapter, "while read line; do :; done\n");
    launch = new AgentLaunch.Found(List.of("/bin/sh", adapter.toString()));
    Files.createDirectories(temp.resolve("sessions"));
    memory("4000000");
  }

  @AfterEach
  void close() {
    if (pool != null) {
      pool.close();
    }
  }

  @Test
  void the_one_that_is_ready_is_taken_and_made_up_for_once_the_session_has_begun()
      throws Exception {
    HostPool it = pool();
    it.startSpare(key(it, "a"), CLAUDE, launch);
    AgentHost ready = it.ready().getFirst();

    HostPool.Place taken = take(it, "a");
    assertSame(ready, taken.host());
    it.tend(IDLE);
    assertEquals(List.of(), it.ready(), "while the session begins");

    taken.begun();
    it.tend(IDLE);
    assertNotSame(ready, it.ready().getFirst());
    it.tend(IDLE);
    assertEquals(1, it.ready().size());
  }

  @Test
  void an_owner_with_room_in_its_own_leaves_the_one_that_is_ready_to_others() throws Exception {
    HostPool it = pool();
    HostPool.Place first = take(it, "a");
    it.startSpare(key(it, "a"), CLAUDE, launch);

    assertSame(first, take(it, "a"));
    assertEquals(1, it.ready().size());
    assertNotSame(first, take(it, "a"), "two sessions are the most");
    assertEquals(0, it.ready().size());
  }

  @Test
  void none_is_kept_while_memory_is_short() throws Exception {
    HostPool it = pool();
    it.startSpare(key(it, "a"), CLAUDE, launch);
    AgentHost ready = it.ready().getFirst();
    memory("1000000");
    it.tend(IDLE);
    assertEquals(List.of(), it.ready());
    awaitEnd(ready);

    it.startSpare(key(it, "a"), CLAUDE, launch);
    it.tend(IDLE);
    assertEquals(List.of(), it.ready());
    assertTrue(take(it, "a").host().isAlive(), "a session gets one all the same");

    memory("4000000");
    it.startSpare(key(it, "b"), CLAUDE, launch);
    assertEquals(1, it.ready().size());
  }

  @Test
  void one_is_kept_again_once_there_is_memory() throws Exception {
    HostPool it = pool();
    memory("1000000");
    it.startSpare(key(it, "a"), CLAUDE, launch);
    assertEquals(List.of(), it.ready());

    memory("4000000");
    it.tend(IDLE);
    assertEquals(1, it.ready().size());
  }

  @Test
  void none_is_kept_once_nobody_has_asked_for_one_for_a_while() throws Exception {
    HostPool it = pool();
    it.startSpare(key(it, "a"), CLAUDE, launch);
    now.addAndGet(IDLE.toNanos() - 1);
    take(it, "a").begun();
    it.tend(IDLE);
    AgentHost ready = it.ready().getFirst();
    now.addAndGet(IDLE.toNanos());
    it.tend(IDLE);
    assertEquals(List.of(ready), it.ready(), "the last one was taken that long ago");

    now.incrementAndGet();
    it.tend(IDLE);
    assertEquals(List.of(), it.ready());
    awaitEnd(ready);
    it.tend(IDLE);
    assertEquals(List.of(), it.ready());
  }

  @Test
  void one_that_has_died_is_not_replaced_again_and_again() throws Exception {
    HostPool it = pool();
    it.startSpare(key(it, "a"), CLAUDE, launch);
    AgentHost dead = it.ready().getFirst();
    dead.kill();
    awaitEnd(dead);
    it.tend(IDLE);
    it.tend(IDLE);
    assertEquals(List.of(), it.ready());

    it.startSpare(key(it, "a"), CLAUDE, launch);
    dead = it.ready().getFirst();
    dead.kill();
    awaitEnd(dead);
    it.startSpare(key(it, "a"), CLAUDE, launch);
    assertTrue(it.ready().getFirst().isAlive());
  }

  private static void awaitEnd(AgentHost host) {
    while (host.isAlive()) {
      Thread.onSpinWait();
    }
    assertFalse(host.isAlive());
  }

  private void memory(String kib) throws IOException {
    Files.writeString(temp.resolve("meminfo"), "MemAvailable: " + kib + " kB\n");
  }

  private HostPool pool() {
    HostPool it = new HostPool(settings(), 2, new FreeMemory(temp, temp), now::get);
    pool = it;
    return it;
  }

  private static HostPool.Key key(HostPool pool, String owner) {
    HostPool.Key key = pool.key(session());
    return new HostPool.Key(owner, key.agent(), key.scope(), key.network());
  }

  private HostPool.Place take(HostPool pool, String owner) throws IOException {
    SessionDirectory directory = settings().folders().of(session());
    return pool.take(key(pool, owner), CLAUDE, launch, directory, setup(directory));
  }

  private static SessionSetup setup(SessionDirectory directory) {
    PermissionRules rules = new PermissionRules(Set.of(), Set.of(), directory.work(), null, false);
    return new SessionSetup("/", Json.object(), Map.of(), true, rules, null, null, false);
  }

  private static AgentSession session() {
    return TestSessions.session("claude");
  }

  private SessionSettings settings() {
    AgentBinary none = new AgentBinary("/no/such/program", null, null);
    return new SessionSettings(
        none,
        none,
        none,
        AgentEnvironment.from(Map.of("HOME", temp.resolve("home").toString()), List.of()),
        temp.resolve("sessions"),
        List.of(),
        IDLE);
  }
}
