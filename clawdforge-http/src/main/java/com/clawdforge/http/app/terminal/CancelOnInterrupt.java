package com.clawdforge.http.app.terminal;

import com.clawdforge.client.ForgeException;
import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Cancels work at the server at the first Ctrl-C, and says so. Thread-safe. */
public final class CancelOnInterrupt {
  /** The exit status of a command that Ctrl-C has ended, as shells have it: 128 and SIGINT. */
  public static final int EXIT_STATUS = 130;

  private final String work;
  private final PrintWriter err;
  private final AtomicBoolean interrupted = new AtomicBoolean();
  private final AtomicReference<@Nullable BooleanSupplier> cancelling = new AtomicReference<>();

  /**
   * @param work its name in messages, such as {@code turn}
   */
  public CancelOnInterrupt(String work, PrintWriter err) {
    this.work = work;
    this.err = err;
  }

  /** Whether Ctrl-C came. */
  public boolean interrupted() {
    return interrupted.get();
  }

  /**
   * Sets how to cancel the work, and cancels it at once if Ctrl-C came earlier.
   *
   * @param way blocks; returns whether it ended the work
   */
  public void with(BooleanSupplier way) {
    cancelling.set(way);
    if (interrupted.get()) {
      cancelOnce();
    }
  }

  /** Handles the first Ctrl-C. */
  public void interrupt() {
    interrupted.set(true);
    say("\ncancelling the " + work + "; Ctrl-C again leaves without waiting");
    cancelOnce();
  }

  private void cancelOnce() {
    BooleanSupplier way = cancelling.getAndSet(null);
    if (way == null) {
      return;
    }
    try {
      if (!way.getAsBoolean()) {
        say("the " + work + " was over already, or has not ended yet");
      }
    } catch (ForgeException e) {
      say("it could not be cancelled: " + e.getMessage());
    }
  }

  private void say(String line) {
    err.println(line);
    err.flush();
  }
}
