package com.clawdforge.http.app.terminal;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The line on a terminal that shows how long some work goes on, and what is done. It is there from
 * the first second on, and only while nothing else is on its line. Without a terminal there is
 * none. Thread-safe.
 */
public final class Progress implements AutoCloseable {
  // Longer lines would wrap, and could not be erased.
  private static final int WIDEST = 60;

  private final @Nullable TerminalWriter terminal;
  private final long start = System.nanoTime();
  private String state = "";
  private @Nullable Supplier<String> asked;
  private boolean hidden;
  private boolean drawn;
  private boolean closed;

  private Progress(@Nullable TerminalWriter terminal) {
    this.terminal = terminal;
  }

  /**
   * Begins to show progress.
   *
   * @param err standard error
   * @param every how often the line is written
   */
  public static Progress on(PrintWriter err, Duration every) {
    Progress progress =
        new Progress(err instanceof TerminalWriter screen && screen.erases() ? screen : null);
    if (progress.terminal != null) {
      Thread.ofPlatform().daemon().name("progress").start(() -> progress.run(every));
    }
    return progress;
  }

  /** Begins to show progress, each second. */
  public static Progress on(PrintWriter err) {
    return on(err, Duration.ofSeconds(1));
  }

  /** No progress line. */
  public static Progress none() {
    return new Progress(null);
  }

  /** Says what is done, in a few words. */
  public synchronized void state(String words) {
    state = words;
    asked = null;
  }

  /**
   * Says what is done until the next {@link #state}.
   *
   * @param question asked on another thread for each line; blocks; may throw
   */
  public synchronized void state(Supplier<String> question) {
    asked = question;
  }

  /** Makes room for other output; until {@link #show}. */
  public synchronized void hide() {
    hidden = true;
    erase();
  }

  synchronized void show() {
    hidden = false;
  }

  private void run(Duration every) {
    try {
      while (pause(every)) {
        ask();
        draw();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean pause(Duration every) throws InterruptedException {
    long end = System.nanoTime() + every.toNanos();
    while (!closed && System.nanoTime() < end) {
      wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
    }
    return !closed;
  }

  private void ask() {
    Supplier<String> question;
    synchronized (this) {
      question = asked;
    }
    if (question == null) {
      return;
    }
    String answer;
    try {
      answer = question.get();
    } catch (RuntimeException unknown) {
      return;
    }
    synchronized (this) {
      // Work may have begun meanwhile.
      state = question.equals(asked) ? answer : state;
    }
  }

  private synchronized void draw() {
    if (hidden || closed || terminal == null) {
      return;
    }
    String line = (System.nanoTime() - start) / 1_000_000_000 + " s  " + state;
    terminal.eraseLine();
    terminal.style(TerminalWriter.Style.DIM);
    terminal.print(line.length() <= WIDEST ? line : line.substring(0, WIDEST) + "…");
    terminal.end(TerminalWriter.Style.DIM);
    terminal.flush();
    drawn = true;
  }

  private void erase() {
    if (drawn && terminal != null) {
      terminal.eraseLine();
      terminal.flush();
      drawn = false;
    }
  }

  /** Erases the line for good. */
  @Override
  public synchronized void close() {
    closed = true;
    erase();
    notifyAll();
  }
}
