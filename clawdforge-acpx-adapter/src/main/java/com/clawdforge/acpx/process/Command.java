package com.clawdforge.acpx.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A question to a program: it runs without input, within a time, and nothing of it is left after
 * its answer.
 *
 * @param environment the program's whole environment, to which {@link ProcessTree#TAG} is added
 * @param atMost how long to wait for its exit
 * @param maxOutput how many bytes of its standard output to keep
 */
public record Command(
    List<String> argv,
    Path directory,
    Map<String, String> environment,
    Duration atMost,
    int maxOutput) {
  private static final Duration GRACE = Duration.ofSeconds(1);

  public Command {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
  }

  /**
   * A program's answer.
   *
   * @param exitStatus 126 or 127 if the program could not be run
   * @param stderrTail the last 64 KiB of its standard error
   */
  public record Answer(int exitStatus, String stdout, String stderrTail) {}

  /**
   * Runs the program and waits for its exit. Descendants that are left then are killed.
   *
   * @throws IOException if no process could be started, it did not exit in time, or this thread was
   *     interrupted, which stays marked
   */
  public Answer run() throws IOException {
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    ChildProcess child =
        ChildProcess.start(
            Starter.UNCONFINED,
            argv,
            directory,
            environment,
            "ask-" + UUID.randomUUID(),
            (in, exited) -> {
              stdout.writeBytes(in.readNBytes(maxOutput));
              in.transferTo(OutputStream.nullOutputStream());
            });
    try {
      boolean exited = false;
      boolean ended;
      try {
        child.stdin().close();
        exited = child.awaitExit(atMost);
      } finally {
        ended = child.end(GRACE);
      }
      if (!exited || !ended) {
        throw new IOException(
            argv.getFirst()
                + (exited
                    ? " left a process behind"
                    : " did not exit within " + atMost.toSeconds() + " s"));
      }
      return new Answer(
          child.exitStatus(), stdout.toString(StandardCharsets.UTF_8), child.stderrTail());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
