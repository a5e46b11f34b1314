package com.clawdforge.acpx.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ProcessTreeTest {
  private final String tag = UUID.randomUUID().toString();

  @Test
  void a_stranger_who_got_the_pid_of_one_of_ours_keeps_its_children() throws Exception {
    Process child = new ProcessBuilder("sleep", "351").start();
    try {
      ProcessTree tree = ProcessTree.of(new Dead(child.toHandle()), tag);

      assertTrue(tree.kill(Duration.ofSeconds(5)));
      assertTrue(child.isAlive());
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void a_server_that_an_agent_started_does_not_end_itself() {
    ProcessTree tree = ProcessTree.of(ProcessHandle.current(), tag);
    tree.look();

    assertEquals(List.of(), tree.alive());
  }

  @Test
  void what_is_found_by_its_tag_goes_with_its_untagged_children() throws Exception {
    Process tagged = shell("env -i setsid sh -c 'echo $$; exec sleep 352' & wait");
    ProcessHandle untagged = ProcessHandle.of(printedPid(tagged)).orElseThrow();

    assertTrue(ProcessTree.tagged(List.of(tag)).kill(Duration.ofSeconds(5)));
    assertGone(tagged.toHandle());
    assertGone(untagged);
  }

  @Test
  void members_of_a_session_go_after_its_leader_died() throws Exception {
    Process root =
        shell("setsid sh -c 'env -i sh -c \"echo \\$\\$; exec sleep 353\" & wait' & wait");
    ProcessTree tree = ProcessTree.of(root, tag);
    ProcessHandle member = ProcessHandle.of(printedPid(root)).orElseThrow();
    tree.look();
    ProcessHandle leader = member.parent().orElseThrow();
    assertTrue(leader.destroyForcibly());
    leader.onExit().join();

    assertTrue(tree.kill(Duration.ofSeconds(5)));
    assertGone(member);
  }

  @Test
  void a_process_that_has_given_its_memory_back_does_not_go_on() throws Exception {
    // One that was killed is so for milliseconds only; the kernel's own processes always are.
    Path kernels = Path.of("/proc/2/statm");
    assumeTrue(
        Files.exists(kernels) && Files.readString(kernels).startsWith("0 "),
        "the kernel's processes are not seen from here");
    ProcessHandle ending = ProcessHandle.of(2).orElseThrow();

    assertTrue(ProcessTree.runs(ending));
    assertFalse(ProcessTree.goesOn(ending));
    assertTrue(ProcessTree.goesOn(ProcessHandle.current()));
  }

  // Java counts a zombie that is not reaped as alive.
  private void assertGone(ProcessHandle process) {
    assertEquals(List.of(), ProcessTree.of(process, tag).alive());
  }

  private Process shell(String script) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", script);
    builder.environment().put(ProcessTree.TAG, tag);
    return builder.start();
  }

  private static long printedPid(Process process) throws IOException {
    return Long.parseLong(String.valueOf(process.inputReader().readLine()));
  }

  /** One of ours that ended, and what its pid is now said to have come of. */
  private record Dead(ProcessHandle strangersChild) implements ProcessHandle {
    @Override
    public long pid() {
      return Long.MAX_VALUE;
    }

    @Override
    public boolean isAlive() {
      return false;
    }

    @Override
    public Stream<ProcessHandle> descendants() {
      return Stream.of(strangersChild);
    }

    @Override
    public Stream<ProcessHandle> children() {
      return descendants();
    }

    @Override
    public Optional<ProcessHandle> parent() {
      return Optional.empty();
    }

    @Override
    public Info info() {
      return strangersChild.info();
    }

    @Override
    public CompletableFuture<ProcessHandle> onExit() {
      return CompletableFuture.completedFuture(this);
    }

    @Override
    public boolean supportsNormalTermination() {
      return true;
    }

    @Override
    public boolean destroy() {
      return false;
    }

    @Override
    public boolean destroyForcibly() {
      return false;
    }

    @Override
    public int compareTo(ProcessHandle other) {
      return Long.compare(pid(), other.pid());
    }
  }
}
