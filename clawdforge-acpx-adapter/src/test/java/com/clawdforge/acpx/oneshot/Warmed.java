package com.clawdforge.acpx.oneshot;

import com.clawdforge.core.agent.OneShot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Lets any test of runs be one of runs whose processes were there before: with {@code
 * -Dclawdforge.tests.warm=1}, a process is made ready for each run before it starts.
 */
public final class Warmed {
  /** How many processes the runners of tests keep ready; 0 unless that is set. */
  public static final int PROCESSES = Integer.getInteger("clawdforge.tests.warm", 0);

  /** By then nothing else that was asked for before has a place. */
  private static final int ENOUGH = 15;

  private Warmed() {}

  /** The working directory of a run that has begun. */
  public static Path work(Path runsDir, String runId) {
    RunDirectory own = RunDirectory.left(runsDir, runId);
    return own.taken().orElse(own).work();
  }

  /** Waits until a process for this run is ready, if any are kept. */
  public static void prepare(ClaudeRunner runner, ClaudeSettings settings, OneShot shot)
      throws InterruptedException {
    Optional<Path> program = settings.program().find();
    if (settings.warmRuns() == 0 || PROCESSES == 0 || program.isEmpty()) {
      return;
    }
    RunProfile profile =
        RunProfile.of(program.get(), shot, ClaudeCommand.terms(shot, false, settings.readable()));
    for (int i = 0; i < ENOUGH; i++) {
      Optional<RunProcess> taken = runner.warm().take(profile);
      if (taken.isPresent()) {
        taken.get().discard(Duration.ofSeconds(2));
      }
    }
    runner.warm().over();
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (runner.warm().ready().stream().noneMatch(ready -> ready.profile().equals(profile))) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("no process is ready for " + shot);
      }
      Thread.sleep(Duration.ofMillis(5));
    }
  }
}
