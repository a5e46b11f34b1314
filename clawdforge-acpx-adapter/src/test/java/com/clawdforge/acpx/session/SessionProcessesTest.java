package com.clawdforge.acpx.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.process.ProcessTree;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
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

  @Test
  void what_the_agent_starts_from_its_own_folder_is_a_part_of_it() throws Exception {
    Path part = Files.copy(Path.of("/bin/sh").toRealPath(), temp.resolve("part"));
    Process agent =
        agent("exec 3<&0; read line; " + part + " -c 'read line' <&3 & sleep 300; read line");
    try {
      SessionProcesses processes = new SessionProcesses(tag, Set.of("agent"));
      processes.noteAgent();
      Writer stdin = agent.outputWriter();
      stdin.write("begin\n");
      stdin.flush();
      await(() -> programs().equals(Set.of("agent", "part", "sleep")));

      processes.killTools();

      assertEquals(Set.of("agent", "part"), programs());
    } finally {
      agent.children().forEach(ProcessHandle::destroyForcibly);
      agent.destroyForcibly();
    }
  }

  private List<Long> running() {
    return tagged().stream().map(ProcessHandle::pid).toList();
  }

  private Set<String> programs() {
    return tagged().stream()
        .flatMap(process -> process.info().command().stream())
        .map(command -> String.valueOf(Path.of(command).getFileName()))
        .collect(Collectors.toSet());
  }

  // A killed process whose parent does not reap it runs nothing, but looks alive.
  private List<ProcessHandle> tagged() {
    ProcessTree tree = ProcessTree.tagged(List.of(tag));
    tree.look();
    return tree.alive();
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
    await(() -> agent.children().findAny().isPresent());
    return agent.children().findAny().orElseThrow();
  }

  private static void await(BooleanSupplier holds) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!holds.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "the processes did not start");
      Thread.sleep(5);
    }
  }
}
