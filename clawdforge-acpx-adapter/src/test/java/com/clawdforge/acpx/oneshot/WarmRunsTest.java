package com.clawdforge.acpx.oneshot;

import static com.clawdforge.acpx.oneshot.ClaudeFixture.shot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.process.FreeMemory;
import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.acpx.program.AgentEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which processes are kept ready, and for how long; a shell script takes the place of claude. */
@Timeout(60)
class WarmRunsTest {
  private static final String ENOUGH = "MemAvailable:    4000000 kB\n";

  @TempDir Path temp;
  private final AtomicLong now = new AtomicLong();
  private Path program = Path.of("");

  @BeforeEach
  void makeProgram() throws IOException {
    program = temp.resolve("program");
    Files.writeString(program, "#!/bin/sh\nread line\n");
    assertTrue(program.toFile().setExecutable(true));
    Files.writeString(temp.resolve("meminfo"), ENOUGH);
  }

  @Test
  void what_a_run_has_asked_for_is_kept_ready_and_given_out_once() throws Exception {
    try (WarmRuns warm = keeping(1)) {
      assertEquals(Optional.empty(), warm.take(profile("sonnet")));
      warm.tend();
      RunProcess kept = warm.ready().getFirst();

      assertEquals(Optional.of(kept), warm.take(profile("opus")), "the model is set later");
      assertEquals(Optional.empty(), warm.take(profile("sonnet")));
      kept.discard(Duration.ofSeconds(2));
    }
  }

  @Test
  void a_run_gets_no_process_of_another_profile() throws Exception {
    try (WarmRuns warm = keeping(1)) {
      warm.take(profile("sonnet"));
      warm.tend();

      assertEquals(Optional.empty(), warm.take(profile("claude-x")));
      assertEquals(1, warm.ready().size());
    }
  }

  @Test
  void places_are_shared_by_what_is_asked_for_most_and_last() throws Exception {
    try (WarmRuns warm = keeping(2)) {
      for (String model : List.of("sonnet", "sonnet", "sonnet", "claude-x")) {
        warm.take(profile(model));
      }
      warm.tend();
      assertEquals(2, warm.ready().stream().map(RunProcess::profile).distinct().count());
      List<RunProcess> before = warm.ready();

      for (int i = 0; i < 12; i++) {
        warm.take(profile("claude-y"));
      }
      warm.tend();

      assertEquals(
          List.of(profile("claude-y"), profile("claude-y")),
          warm.ready().stream().map(RunProcess::profile).toList());
      assertEquals(List.of(), before.stream().filter(WarmRunsTest::runs).toList());
    }
  }

  @Test
  void nothing_is_started_while_a_run_begins() throws Exception {
    try (WarmRuns warm = keeping(1)) {
      warm.take(profile("sonnet"));
      warm.beginning();
      warm.tend();
      assertEquals(List.of(), warm.ready());

      // What was held back is made up for at once, on the keeper's thread.
      warm.begun();
      while (warm.ready().isEmpty()) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void a_process_that_is_old_is_replaced() throws Exception {
    try (WarmRuns warm = keeping(1)) {
      warm.take(profile("sonnet"));
      warm.tend();
      RunProcess old = warm.ready().getFirst();
      now.addAndGet(Duration.ofMinutes(6).toNanos());
      // Not of its profile, but use all the same.
      warm.take(profile("claude-x"));
      warm.take(profile("sonnet")).ifPresent(process -> give(process));
      warm.tend();
      RunProcess next = warm.ready().getFirst();
      now.addAndGet(Duration.ofMinutes(6).toNanos());

      assertFalse(runs(old));
      warm.take(profile("claude-z"));
      now.addAndGet(Duration.ofMinutes(5).toNanos());
      assertEquals(Optional.empty(), warm.take(next.profile()), "it is too old for a run");
      warm.tend();
      assertFalse(warm.ready().contains(next));
    }
  }

  @Test
  void none_is_kept_when_nobody_has_asked_for_ten_minutes() throws Exception {
    try (WarmRuns warm = keeping(1)) {
      warm.take(profile("sonnet"));
      warm.tend();
      RunProcess kept = warm.ready().getFirst();
      now.addAndGet(Duration.ofMinutes(11).toNanos());
      warm.tend();

      assertEquals(List.of(), warm.ready());
      assertFalse(runs(kept));
      assertFalse(Files.exists(kept.directory().work()));
    }
  }

  @Test
  void none_is_kept_when_memory_is_short() throws Exception {
    try (WarmRuns warm = keeping(1)) {
      warm.take(profile("sonnet"));
      warm.tend();
      RunProcess kept = warm.ready().getFirst();
      Files.writeString(temp.resolve("meminfo"), "MemAvailable: 1000000 kB\n");
      warm.tend();

      assertEquals(List.of(), warm.ready());
      assertFalse(runs(kept));
      Files.writeString(temp.resolve("meminfo"), ENOUGH);
      warm.tend();
      assertEquals(1, warm.ready().size());
    }
  }

  @Test
  void a_new_login_or_program_makes_those_that_are_ready_useless() throws Exception {
    try (WarmRuns warm = keeping(1)) {
      warm.take(profile("sonnet"));
      warm.tend();
      Path login = Files.createDirectories(temp.resolve("home/.claude"));
      Files.writeString(login.resolve(".credentials.json"), "{}");
      assertEquals(Optional.empty(), warm.take(profile("sonnet")), "another login");
      warm.tend();
      RunProcess second = warm.ready().getFirst();
      Files.writeString(program, "#!/bin/sh\nread other\n");
      assertEquals(Optional.empty(), warm.take(profile("sonnet")), "another program");
      warm.tend();

      assertFalse(runs(second));
      warm.take(profile("sonnet")).ifPresent(process -> give(process));
    }
  }

  @Test
  void a_dead_process_is_not_given_out() throws Exception {
    try (WarmRuns warm = keeping(1)) {
      warm.take(profile("sonnet"));
      warm.tend();
      RunProcess dead = warm.ready().getFirst();
      ProcessHandle handle = ProcessHandle.of(dead.child().pid()).orElseThrow();
      handle.destroyForcibly();
      handle.onExit().get();
      dead.child().awaitExit(Duration.ofSeconds(5));

      assertEquals(Optional.empty(), warm.take(profile("sonnet")));
      warm.tend();
      assertFalse(Files.exists(dead.directory().work()), "its directory is deleted");
    }
  }

  @Test
  void zero_keeps_none() throws Exception {
    try (WarmRuns warm = keeping(0)) {
      warm.take(profile("sonnet"));
      warm.tend();

      assertEquals(List.of(), warm.ready());
      assertFalse(Files.exists(temp.resolve("runs")));
    }
  }

  private static void give(RunProcess process) {
    try {
      process.discard(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean runs(RunProcess process) {
    return ProcessHandle.of(process.child().pid()).isPresent();
  }

  private WarmRuns keeping(int processes) {
    return new WarmRuns(settings(processes), new FreeMemory(temp, temp), now::get);
  }

  private ClaudeSettings settings(int processes) {
    return new ClaudeSettings(
        new AgentBinary(program.toString(), null, null),
        AgentEnvironment.from(Map.of("HOME", temp.resolve("home").toString()), List.of()),
        temp.resolve("runs"),
        List.of(),
        processes);
  }

  private RunProfile profile(String model) {
    return RunProfile.of(
        program,
        shot("go").model(model).build(),
        ClaudeCommand.terms(shot("go").build(), false, List.of()));
  }
}
