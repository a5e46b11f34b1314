package com.clawdforge.acpx.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child process whose output pipes are both drained from the start, each on its own platform
 * thread: a full pipe would block the child, and a thread costs little compared to an agent's
 * memory. While many children write at once, one thread reads the standard output of all. A third
 * thread waits for its exit: Java's own may be as confined as the child is, and so would be the
 * threads that are started from there.
 */
public final class ChildProcess {
  private static final Logger log = LoggerFactory.getLogger(ChildProcess.class);
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  /**
   * Replaces itself with the program that follows; only the server's user can read that program's
   * files.
   */
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
  private final Thread exitThread;
  private final CompletableFuture<Integer> exited = new CompletableFuture<>();

  private ChildProcess(Process process, String tag, Output out) {
    this.process = process;
    this.tree = ProcessTree.of(process, tag);
    stdoutThread =
        Thread.ofPlatform().daemon().name("stdout-" + tag).unstarted(() -> readStdout(out));
    stderrThread = Thread.ofPlatform().daemon().name("stderr-" + tag).unstarted(this::readStderr);
    exitThread = Thread.ofPlatform().daemon().name("exit-" + tag).unstarted(this::awaitExit);
  }

  /** Receives a child's standard output, a line after the other, on changing threads. */
  public interface Listener {
    /** Receives a line without its line end. The listener owns the array. */
    void onLine(byte[] line);

    /**
     * The child wrote a line of more than 16 MiB.
     *
     * @param begin its first bytes
     * @return whether to go on with the next line; otherwise {@link #onTooMuch} follows
     */
    default boolean onTooLong(byte[] begin, String what) {
      return false;
    }

    /** The child wrote more than 16 MiB in a line or 64 MiB in all; the rest is discarded. */
    void onTooMuch(String what);

    /** The output has ended: the child, and every process that shares its pipe, have closed it. */
    void onEnd();
  }

  /** Reads a child's standard output to its end. */
  interface Output {
    /**
     * Reads to the end of the stream.
     *
     * @param exited whether the child has ended
     */
    void read(InputStream stdout, BooleanSupplier exited) throws IOException;
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
    return start(Starter.UNCONFINED, argv, directory, environment, tag, out);
  }

  /** As {@link #start}, by a starter. */
  public static ChildProcess start(
      Starter starter,
      List<String> argv,
      Path directory,
      Map<String, String> environment,
      String tag,
      Listener out)
      throws IOException {
    return start(starter, argv, directory, environment, tag, lines(out, MAX_TOTAL));
  }

  /**
   * As {@link #start}, for a program that serves many pieces of work: only the length of a line is
   * limited.
   */
  public static ChildProcess startServing(
      Starter starter,
      List<String> argv,
      Path directory,
      Map<String, String> environment,
      String tag,
      Listener out)
      throws IOException {
    return start(starter, argv, directory, environment, tag, lines(out, Long.MAX_VALUE));
  }

  static ChildProcess start(
      Starter starter,
      List<String> argv,
      Path directory,
      Map<String, String> environment,
      String tag,
      Output out)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder().directory(directory.toFile());
    builder.command().addAll(PRIVATELY);
    if (Files.isExecutable(SETSID)) {
      // It does not fork, so the pid is the program's.
      builder.command().add(SETSID.toString());
    }
    builder.command().addAll(argv);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put(ProcessTree.TAG, tag);
    ChildProcess child = new ChildProcess(starter.start(builder), tag, out);
    boolean drained = false;
    try {
      child.exitThread.start();
      child.stdoutThread.start();
      child.stderrThread.start();
      drained = true;
    } finally {
      if (!drained) {
        // A thread could not be started; without this the child would run on unknown.
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

  /** A place in its standard error, for {@link #stderrSince}. */
  public long stderrMark() {
    return stderr.written();
  }

  /** As {@link #stderrTail}, of what it wrote after a place. */
  public String stderrSince(long mark) {
    return stderr.textSince(mark);
  }

  /** Sends SIGINT, which Java cannot send itself. The child decides how to react. */
  public void interrupt() {
    if (exited.isDone()) {
      // Its pid may belong to another process by now.
      return;
    }
    // The shell's built-in: not every system has a program of that name.
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

  /** Whether it has not exited, even if Java does not know yet that it has. */
  public boolean isAlive() {
    return ProcessTree.goesOn(process.toHandle());
  }

  /** Runs a task some time after its exit, on a thread that must not be blocked for long. */
  public void afterExit(Duration delay, Runnable task) {
    CompletableFuture<Void> unused =
        exited.thenRunAsync(
            task, CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** Waits for its exit, and returns whether it exited in time. */
  public boolean awaitExit(Duration atMost) throws InterruptedException {
    try {
      exited.get(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException running) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitExit() {
    try {
      exited.complete(process.waitFor());
    } catch (InterruptedException e) {
      exited.completeExceptionally(e);
    }
  }

  /** Waits for the end of its standard error, which another process may hold open. */
  public void awaitStderr(Duration atMost) throws InterruptedException {
    stderrThread.join(atMost);
  }

  /** Its exit status. Valid only after it has exited. */
  public int exitStatus() {
    return exited.resultNow();
  }

  /**
   * Kills what is left of its tree and waits until both pipes have ended. The writer of its
   * standard input must close that itself: closing it here would wait for a blocked write.
   *
   * @return whether all processes and both pipes have ended
   */
  public boolean end(Duration patience) throws InterruptedException {
    boolean gone = tree.kill(patience);
    if (!gone) {
      // A process out of reach may hold a pipe open for ever.
      close(process.getInputStream());
      close(process.getErrorStream());
    }
    boolean drained = stdoutThread.join(patience);
    drained &= stderrThread.join(patience);
    return gone && drained;
  }

  /**
   * Kills it alone, if it has not exited, and closes its pipes. Processes that it started to run
   * independently live on.
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
      out.read(in, exited::isDone);
    } catch (IOException e) {
      log.debug("a child's standard output broke off", e);
    }
  }

  private static Output lines(Listener listener, long maxTotal) {
    return (in, exited) ->
        new LineSource(in, new Lines(in, MAX_LINE, maxTotal), listener, exited)
            .readAll(SharedReader.ALL);
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
