package com.clawdforge.client;

import com.clawdforge.client.internal.stream.BlockingFollower;
import com.clawdforge.client.internal.stream.StreamedRun;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The events of a run while it happens, each once and in order, and at the end its result. If the
 * connection breaks, the run goes on and the stream reconnects; if the run ends before that, the
 * last events may be missing, but not the result. One thread may iterate, once; any thread may call
 * {@link #close} and {@link #cancel}. Iterating throws {@link ForgeException}, and {@link
 * ForgeApiException} if the run failed.
 *
 * <pre>{@code
 * try (RunStream run = forge.stream(RunRequest.of("Tell me a story."))) {
 *   for (RunEvent event : run) {
 *     if (event instanceof RunEvent.Text text) {
 *       System.out.print(text.text());
 *     }
 *   }
 *   System.out.println(run.result().duration());
 * }
 * }</pre>
 */
public final class RunStream implements Iterable<RunEvent>, AutoCloseable {
  private final StreamedRun<RunEvent, RunResult> run;
  private final BlockingFollower<RunEvent, RunResult> follower;

  RunStream(StreamedRun<RunEvent, RunResult> run, BlockingFollower<RunEvent, RunResult> follower) {
    this.run = run;
    this.follower = follower;
  }

  /** The id for {@link ForgeClient#getRun}; null if the gateway keeps no runs. */
  public @Nullable String runId() {
    return run.runId();
  }

  /** Iterates over the events that were not read yet. */
  @Override
  public Iterator<RunEvent> iterator() {
    return follower;
  }

  /** Waits for the end of the run and returns its answer. */
  public RunResult result() {
    return follower.result();
  }

  /**
   * Cancels the run.
   *
   * @return whether that ended it; false if it was over already, or is not over yet
   */
  public boolean cancel() {
    return follower.cancel();
  }

  /**
   * Closes the connection. The run goes on, unless {@link RunRequest.Builder#cancelOnDisconnect}
   * was set. Idempotent.
   */
  @Override
  public void close() {
    follower.close();
  }

  /** Leaves out the events: this may be logged. */
  @Override
  public String toString() {
    return "RunStream[" + run + "]";
  }
}
