package com.clawdforge.acpx.process;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the outputs of children on one thread while many of them write at once. If each was read by
 * its own thread then, almost every line would wake a thread that competes with all others for a
 * core; this one finds many lines each time that it looks. While few children write, their own
 * threads read: those are told at once, and of the end too. Safe for any thread.
 */
final class SharedReader {
  static final SharedReader ALL =
      new SharedReader(
          16 * Runtime.getRuntime().availableProcessors(),
          1000 * Runtime.getRuntime().availableProcessors());

  /** How often it looks; as much later may a line be. */
  private static final Duration PERIOD = Duration.ofMillis(10);

  /** A source without lines for so long is given back: only its own thread can find its end. */
  private static final Duration QUIET = Duration.ofMillis(500);

  private static final long WINDOW_NANOS = Duration.ofMillis(100).toNanos();

  private final int manySources;
  private final long manyLines;
  private final Set<Handed> handed = ConcurrentHashMap.newKeySet();
  private @Nullable Thread thread;
  private long windowStart = System.nanoTime();
  private int sources;
  private long lines;
  private boolean crowded;

  /**
   * @param manySources as many have to write at once, within 100 ms
   * @param linesPerSecond as much they have to write together
   */
  SharedReader(int manySources, int linesPerSecond) {
    this.manySources = manySources;
    this.manyLines = linesPerSecond * WINDOW_NANOS / Duration.ofSeconds(1).toNanos();
  }

  /** An output that can be read without waiting. Read by one thread at a time. */
  abstract static class Source {
    private long window;

    /**
     * Reads what is there, or some of it, and returns the number of lines.
     *
     * @return -1 if there is nothing and will hardly be more
     */
    abstract int readAvailable() throws IOException;
  }

  private static final class Handed {
    private final Source source;
    private final CompletableFuture<@Nullable Void> back = new CompletableFuture<>();
    private long lastLine = System.nanoTime();

    private Handed(Source source) {
      this.source = source;
    }
  }

  /**
   * For a source's own thread, after it has read some lines and before it waits for more. Returns
   * at once unless many sources write; then, once this one has become quiet or the others have.
   *
   * @throws IOException what reading the source threw
   */
  void mayTakeOver(Source source, int read) throws IOException {
    if (!note(source, read)) {
      return;
    }
    Handed it = new Handed(source);
    take(it);
    try {
      it.back.get();
    } catch (InterruptedException e) {
      // Nobody else may read it while its own thread does.
      it.back.join();
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private synchronized void take(Handed it) {
    handed.add(it);
    if (thread == null) {
      thread = Thread.ofPlatform().daemon().name("stdout-of-many").start(this::readAll);
    }
    notifyAll();
  }

  // Returns whether many sources write.
  private synchronized boolean note(Source source, int read) {
    long now = System.nanoTime();
    if (now - windowStart >= WINDOW_NANOS) {
      crowded = sources >= manySources && lines >= manyLines;
      windowStart = now;
      sources = 0;
      lines = 0;
    }
    if (read > 0) {
      lines += read;
      if (source.window != windowStart) {
        source.window = windowStart;
        sources++;
      }
    }
    return crowded;
  }

  private void readAll() {
    try {
      while (true) {
        awaitSources();
        long began = System.nanoTime();
        for (Handed it : handed) {
          read(it);
        }
        long left = PERIOD.toNanos() - (System.nanoTime() - began);
        if (left > 0) {
          Thread.sleep(Duration.ofNanos(left));
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  private synchronized void awaitSources() throws InterruptedException {
    while (handed.isEmpty()) {
      wait();
    }
  }

  private void read(Handed it) {
    int read;
    try {
      read = it.source.readAvailable();
    } catch (IOException | RuntimeException | Error e) {
      handed.remove(it);
      it.back.completeExceptionally(e);
      return;
    }
    boolean many = note(it.source, read);
    long now = System.nanoTime();
    if (read > 0) {
      it.lastLine = now;
    }
    if (read < 0 || !many || now - it.lastLine >= QUIET.toNanos()) {
      handed.remove(it);
      it.back.complete(null);
    }
  }
}
