package com.clawdforge.acpx.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CommandTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path temp;

  @Test
  void an_answer_has_both_outputs_and_the_exit_status() throws Exception {
    Command.Answer answer = shell("printf out; printf err >&2; exit 3", LONG).run();

    assertEquals(new Command.Answer(3, "out", "err"), answer);
  }

  @Test
  void a_flood_on_both_pipes_ends_and_is_cut_to_the_limit() throws Exception {
    Command.Answer answer = shell("yes | head -c 5000000; yes | head -c 5000000 >&2", LONG).run();

    assertEquals(0, answer.exitStatus());
    assertEquals(1000, answer.stdout().length());
  }

  @Test
  void a_program_that_hangs_is_killed_with_its_children() {
    Command hanging = shell("sleep 600 & echo $! > child; wait", Duration.ofSeconds(2));

    assertThrows(IOException.class, hanging::run);

    assertFalse(childRuns());
  }

  @Test
  void a_child_that_holds_the_output_does_not_delay_the_answer() throws Exception {
    assertEquals("out", shell("sleep 600 & echo $! > child; printf out", LONG).run().stdout());

    assertFalse(childRuns());
  }

  @Test
  void an_interrupted_thread_stays_interrupted() {
    Thread.currentThread().interrupt();

    assertThrows(IOException.class, shell("sleep 600", LONG)::run);

    assertTrue(Thread.interrupted());
  }

  @Test
  void a_missing_program_is_an_exit_status() throws Exception {
    Command missing =
        new Command(List.of(temp.resolve("missing").toString()), temp, Map.of(), LONG, 1000);

    assertEquals(127, missing.run().exitStatus());
  }

  private boolean childRuns() {
    try {
      long pid = Long.parseLong(Files.readString(temp.resolve("child")).strip());
      return ProcessHandle.of(pid).filter(Running::runs).isPresent();
    } catch (IOException e) {
      throw new AssertionError("no child was started", e);
    }
  }

  private Command shell(String script, Duration atMost) {
    return new Command(
        List.of("/bin/sh", "-c", script), temp, Map.of("PATH", "/usr/bin:/bin"), atMost, 1000);
  }
}
