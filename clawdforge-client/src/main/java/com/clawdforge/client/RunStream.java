package com.clawdforge.client;

import com.clawdforge.client.internal.stream.BlockingFollower;
import com.clawdforge.client.internal.stream.StreamedRun;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * A run while it happens: what its agent tells, each thing once and in order, and at the end the
 * result. When the connection breaks, the run goes on and the stream connects again; what is told
 * between that and the run's end, if both fall together, is not told again, but the result is. For
 * one thread, and for one pass; {@link #close} and {@link #cancel} may come from any thread. What
 * goes through the events throws {@link ForgeException}: {@link ForgeApiException} if the run
 * failed.
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

  /** What {@link ForgeClient#getRun} knows the run by; null from a gateway that keeps no runs. */
  public @Nullable String runId() {
    return run.runId();
  }

  /** What was not taken yet. */
  @Override
  public Iterator<RunEvent> iterator() {
    return follower;
  }

  /** Waits for the end of the run and gives its answer. */
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
   * Ends the connection and, unless {@link RunRequest.Builder#cancelOnDisconnect} was set, not the
   * run; idempotent.
   */
  @Override
  public void close() {
    follower.close();
  }

  /** Not what was said: this may be logged. */
  @Override
  public String toString() {
    return "RunStream[" + run + "]";
  }
}
