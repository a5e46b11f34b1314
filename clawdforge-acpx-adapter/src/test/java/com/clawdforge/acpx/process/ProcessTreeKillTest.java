package com.clawdforge.acpx.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Which processes belong to a piece of work, and that all of them are killed. */
@Timeout(60)
class ProcessTreeKillTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final String tag = "test-" + UUID.randomUUID();
  private final List<Process> started = new ArrayList<>();
  private final List<Long> pids = new ArrayList<>();

  @AfterEach
  void nothing_is_left() {
    started.forEach(Process::destroyForcibly);
    pids.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
  }

  @Test
  void a_child_and_its_children_are_killed() throws Exception {
    Process child = start("sleep 600 & echo $!; wait");
    long grandchild = pidFrom(child);
    ProcessTree tree = ProcessTree.of(child, tag);

    assertTrue(tree.kill(PATIENCE));

    assertTrue(child.waitFor(1, TimeUnit.SECONDS));
    assertFalse(runs(grandchild));
    assertEquals(List.of(), tree.alive());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_descendant_with_a_session_of_its_own_is_found_after_its_parent_died() throws Exception {
    // It waits for us: what its child prints after its own end would be lost.
    Process child = start("setsid sh -c 'echo $$; exec sleep 600' & read line");
    long orphan = pidFrom(child);
    child.getOutputStream().close();
    child.waitFor();
    assertTrue(runs(orphan));

    assertTrue(ProcessTree.of(child, tag).kill(PATIENCE));

    assertFalse(runs(orphan));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void what_forgot_the_tag_is_found_by_the_session_that_it_stayed_in() throws Exception {
    // The leader is tagged; the sleeper is its orphan in the same session, with no environment.
    Process child = start("exec setsid -w sh -c 'env -i sleep 600 & echo $!; sleep 600'");
    long sleeper = pidFrom(child);
    ProcessTree tree = ProcessTree.tagged(List.of(tag));
    tree.look();

    assertTrue(tree.kill(PATIENCE));

    assertFalse(runs(sleeper));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_descendant_that_was_seen_is_killed_even_if_it_cannot_be_found() throws Exception {
    Process child = start("setsid env -i sh -c 'echo $$; exec sleep 600' & wait");
    long hidden = pidFrom(child);
    ProcessTree tree = ProcessTree.of(child, tag);
    tree.look();
    child.destroyForcibly().waitFor();

    assertTrue(tree.kill(PATIENCE));

    assertFalse(runs(hidden));
  }

  @Test
  void what_is_asked_to_end_may_do_so_in_its_own_way() throws Exception {
    Process child = start("trap 'exit 7' TERM; echo $$; while :; do sleep 0.01; done");
    pidFrom(child);

    assertTrue(ProcessTree.of(child, tag).end(PATIENCE, PATIENCE));

    assertEquals(7, child.waitFor());
  }

  @Test
  void what_does_not_end_when_asked_is_killed() throws Exception {
    Process child = start("trap '' TERM; echo $$; while :; do sleep 1; done");
    pidFrom(child);

    assertTrue(ProcessTree.of(child, tag).end(Duration.ofMillis(100), PATIENCE));

    assertTrue(child.waitFor(1, TimeUnit.SECONDS));
  }

  @Test
  void what_heeds_no_signal_is_killed_too() throws Exception {
    Process child = start("trap '' TERM INT HUP; echo $$; while :; do sleep 1; done");
    pidFrom(child);

    assertTrue(ProcessTree.of(child, tag).kill(PATIENCE));

    assertTrue(child.waitFor(1, TimeUnit.SECONDS));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void the_dead_need_not_be_buried_by_their_parent() throws Exception {
    // The parent loses its child, and is not part of the work.
    String child = ProcessTree.TAG + "=" + tag + " sh -c 'echo $$; exec sleep 600'";
    Process parent = start(child + " & exec sleep 601", tag + "0");
    long pid = pidFrom(parent);
    long begin = System.nanoTime();

    assertTrue(ProcessTree.tagged(List.of(tag)).kill(PATIENCE));

    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    assertTrue(took.compareTo(PATIENCE.dividedBy(2)) < 0, took::toString);
    assertFalse(runs(pid));
    assertTrue(ProcessHandle.of(pid).isPresent(), "a zombie");
    assertTrue(parent.isAlive());
  }

  @Test
  void processes_of_other_work_are_not_touched() throws Exception {
    Process other = start("exec sleep 600", tag + "0");
    Process ours = start("exec sleep 600");

    assertTrue(ProcessTree.tagged(List.of(tag)).kill(PATIENCE));

    assertFalse(ours.isAlive());
    assertTrue(other.isAlive());
  }

  @Test
  void what_is_over_already_is_gone() throws Exception {
    Process child = start("exit 0");
    child.waitFor();

    assertTrue(ProcessTree.of(child, tag).kill(PATIENCE));
    assertTrue(ProcessTree.tagged(List.of("nobodys-" + tag)).kill(PATIENCE));
    assertTrue(ProcessTree.tagged(List.of()).kill(PATIENCE));
  }

  private Process start(String shell) throws IOException {
    return start(shell, tag);
  }

  private Process start(String shell, String tagged) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", shell);
    builder.environment().put(ProcessTree.TAG, tagged);
    Process process = builder.start();
    started.add(process);
    return process;
  }

  /** The number that it prints first. */
  private long pidFrom(Process process) throws IOException {
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    long pid = Long.parseLong(Optional.ofNullable(reader.readLine()).orElseThrow());
    pids.add(pid);
    return pid;
  }

  private static boolean runs(long pid) {
    return ProcessHandle.of(pid).filter(Running::runs).isPresent();
  }
}
