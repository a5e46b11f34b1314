package com.clawdforge.acpx.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child whose both output pipes are drained from the first moment, each on a platform thread of
 * its own: a blocked pipe would block the child, and a thread is nothing beside an agent's memory.
 */
public final class ChildProcess {
  private static final Logger log = LoggerFactory.getLogger(ChildProcess.class);
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  /** Becomes the program that follows, whose files nobody else may look into. */
  private static final List<String> PRIVATELY =
      List.of("/bin/sh", "-c", "umask 077; exec \"$@\"", "sh");

  private static final long MAX_LINE = 16L << 20;
  private static final long MAX_TOTAL = 64L << 20;
  private static final int STDERR_TAIL = 64 << 10;

  private final Process process;
  private final ProcessTree tree;
  private final Tail stderr = new Tail(STDERR_TAIL);
  private final Thread stdoutThread;
  private final Thread stderrThread;

  private ChildProcess(Process process, String tag, Output out) {
    this.process = process;
    this.tree = ProcessTree.of(process, tag);
    stdoutThread =
        Thread.ofPlatform().daemon().name("stdout-" + tag).unstarted(() -> readStdout(out));
    stderrThread = Thread.ofPlatform().daemon().name("stderr-" + tag).unstarted(this::readStderr);
  }

  /** Told of a child's standard output, on one thread. */
  public interface Listener {
    /** A line, without its end. The array is the listener's. */
    void onLine(byte[] line);

    /** The child wrote more than 16 MiB in a line or 64 MiB in all; the rest is thrown away. */
    void onTooMuch(String what);

    /** Nothing more will come: the child, and whoever shares its pipe, have closed it. */
    void onEnd();
  }

  /** Reads a child's standard output to its end, on one thread. */
  interface Output {
    void read(InputStream stdout) throws IOException;
  }

  /**
   * Starts a program in a session of its own where the system has {@code setsid}: Ctrl-C at the
   * server's terminal reaches only the server, which drains, and the program's descendants are
   * recognised by their session. The program's umask is 077, whatever the server's is.
   *
   * @param environment the child's whole environment, to which {@link ProcessTree#TAG} is added
   * @param tag value of {@link ProcessTree#TAG}, and part of the names of threads
   * @throws IOException if no process can be started; a program that does not exist, or cannot be
   *     run, exits with 126 or 127 instead
   */
  public static ChildProcess start(
      List<String> argv, Path directory, Map<String, String> environment, String tag, Listener out)
      throws IOException {
    return start(argv, directory, environment, tag, lines(out));
  }

  static ChildProcess start(
      List<String> argv, Path directory, Map<String, String> environment, String tag, Output out)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder().directory(directory.toFile());
    builder.command().addAll(PRIVATELY);
    if (Files.isExecutable(SETSID)) {
      // It becomes the program without a fork, so that the pid is the program's.
      builder.command().add(SETSID.toString());
    }
    builder.command().addAll(argv);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put(ProcessTree.TAG, tag);
    ChildProcess child = new ChildProcess(builder.start(), tag, out);
    boolean drained = false;
    try {
      child.stdoutThread.start();
      child.stderrThread.start();
      drained = true;
    } finally {
      if (!drained) {
        // No thread could be had, and nobody would know of the child.
        child.process.destroyForcibly();
      }
    }
    return child;
  }

  public OutputStream stdin() {
    return process.getOutputStream();
  }

  public ProcessTree tree() {
    return tree;
  }

  /** The last 64 KiB of its standard error so far. */
  public String stderrTail() {
    return stderr.text();
  }

  /** Sends SIGINT, which Java cannot; what the child makes of it is its affair. */
  public void interrupt() {
    if (!process.isAlive()) {
      // Its pid may be somebody else's by now.
      return;
    }
    // The shell's own kill: there is not always a program of that name.
    ProcessBuilder kill =
        new ProcessBuilder(
                "/bin/sh", "-c", "kill -s INT \"$1\"", "sh", Long.toString(process.pid()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    kill.environment().clear();
    try {
      kill.start();
    } catch (IOException e) {
      log.warn("cannot send SIGINT", e);
    }
  }

  /** Whether it has exited by itself within this time. */
  public boolean awaitExit(Duration atMost) throws InterruptedException {
    return process.waitFor(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS);
  }

  /** Waits for the end of its standard error, which somebody else may hold open. */
  public void awaitStderr(Duration atMost) throws InterruptedException {
    stderrThread.join(atMost);
  }

  /** Its exit status; only once it has exited. */
  public int exitStatus() {
    return process.exitValue();
  }

  /**
   * Kills whatever is left of its tree and waits until both pipes have ended. Its standard input is
   * for its writer to close: closing it here would wait for a write that is blocked.
   *
   * @return whether nothing of it is left
   */
  public boolean end(Duration patience) throws InterruptedException {
    boolean gone = tree.kill(patience);
    if (!gone) {
      // Somebody out of reach may hold a pipe open for ever.
      close(process.getInputStream());
      close(process.getErrorStream());
    }
    boolean drained = stdoutThread.join(patience);
    drained &= stderrThread.join(patience);
    return gone && drained;
  }

  /**
   * Kills it alone, if it has not exited, and lets go of its pipes: what it has started, and wanted
   * to be on its own, lives on.
   */
  public void endAlone(Duration patience) throws InterruptedException {
    process.destroyForcibly();
    if (!stdoutThread.join(patience)) {
      close(process.getInputStream());
    }
    if (!stderrThread.join(patience)) {
      close(process.getErrorStream());
    }
  }

  public long pid() {
    return process.pid();
  }

  private void readStdout(Output out) {
    try (InputStream in = process.getInputStream()) {
      out.read(in);
    } catch (IOException e) {
      log.debug("a child's standard output broke off", e);
    }
  }

  private static Output lines(Listener listener) {
    return in -> {
      Lines lines = new Lines(in, MAX_LINE, MAX_TOTAL);
      try {
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
          listener.onLine(line);
        }
      } catch (Lines.TooMuch e) {
        listener.onTooMuch(String.valueOf(e.getMessage()));
        in.transferTo(OutputStream.nullOutputStream());
      } finally {
        listener.onEnd();
      }
    };
  }

  private void readStderr() {
    byte[] chunk = new byte[8192];
    try (InputStream in = process.getErrorStream()) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        stderr.add(chunk, read);
      }
    } catch (IOException e) {
      log.debug("a child's standard error broke off", e);
    }
  }

  private static void close(InputStream stream) {
    try {
      stream.close();
    } catch (IOException e) {
      log.debug("closing a child's output failed", e);
    }
  }
}
