package com.clawdforge.acpx.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.process.ProcessTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(value = OS.LINUX, disabledReason = "processes are found by /proc")
final class SessionProcessesTest {
  private final String tag = UUID.randomUUID().toString();

  @TempDir Path temp;

  @Test
  void a_tool_that_starts_before_the_agent_is_noted_is_killed() throws Exception {
    Process agent = agent("sleep 300 & while read line; do :; done");
    try {
      SessionProcesses processes = new SessionProcesses(tag, Set.of("agent"));
      child(agent);

      processes.noteAgent();
      processes.killTools();

      assertEquals(List.of(agent.pid()), running());
    } finally {
      agent.destroyForcibly();
    }
  }

  @Test
  void what_ran_before_the_turn_is_left_alone() throws Exception {
    Process agent = agent("sleep 300 & while read line; do :; done");
    ProcessHandle standing = child(agent);
    try {
      SessionProcesses processes = new SessionProcesses(tag, Set.of("agent"));

      processes.noteBefore();
      processes.noteAgent();
      processes.killTools();

      assertTrue(running().contains(standing.pid()));
    } finally {
      standing.destroyForcibly();
      agent.destroyForcibly();
    }
  }

  // A killed process whose parent does not reap it runs nothing, but looks alive.
  private List<Long> running() {
    ProcessTree tree = ProcessTree.tagged(List.of(tag));
    tree.look();
    return tree.alive().stream().map(ProcessHandle::pid).toList();
  }

  // A copy of the shell under another name: the name of the program is what counts.
  private Process agent(String script) throws Exception {
    Path program = temp.resolve("agent");
    Files.copy(Path.of("/bin/sh").toRealPath(), program);
    ProcessBuilder builder = new ProcessBuilder(program.toString(), "-c", script);
    builder.environment().put(ProcessTree.TAG, tag);
    return builder.start();
  }

  private static ProcessHandle child(Process agent) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (agent.children().findAny().isEmpty()) {
      assertTrue(System.nanoTime() < deadline, "no child appeared");
      Thread.sleep(5);
    }
    return agent.children().findAny().orElseThrow();
  }
}
