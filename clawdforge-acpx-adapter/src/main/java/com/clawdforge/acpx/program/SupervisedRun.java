package com.clawdforge.acpx.program;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentTask;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A run or a turn that a thread of its own supervises. It always has an outcome. */
public abstract class SupervisedRun implements AgentTask {
  private static final Logger log = LoggerFactory.getLogger(SupervisedRun.class);

  private final String kind;
  private final String id;
  private final CompletableFuture<AgentOutcome> outcome = new CompletableFuture<>();

  /**
   * @param kind "run" or "turn"
   * @param id of the run, or of the turn's session
   */
  protected SupervisedRun(String kind, String id) {
    this.kind = kind;
    this.id = id;
  }

  /** Runs on the supervising thread, from the start of the work until nothing of it is left. */
  protected abstract AgentOutcome run() throws IOException, InterruptedException;

  protected abstract AgentOutcome failed(AgentFailure failure, String message);

  /**
   * Starts the supervising thread.
   *
   * @param thread the beginning of its name
   * @param atEnd is called before the outcome is known
   */
  public final void start(String thread, Runnable atEnd) {
    Thread.ofPlatform()
        .daemon()
        .name(thread + id)
        .start(
            () -> {
              AgentOutcome ended = supervised();
              atEnd.run();
              outcome.complete(ended);
            });
  }

  @Override
  public final AgentOutcome await() throws InterruptedException {
    try {
      return outcome.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a " + kind + " is never completed with an error", e);
    }
  }

  private AgentOutcome supervised() {
    try {
      return run();
    } catch (AgentLogin.NoWay e) {
      log.error("{} {} has no way to its model", kind, id, e);
      return failed(AgentFailure.UNAVAILABLE, AgentLogin.NO_WAY);
    } catch (IOException e) {
      log.error("{} {} could not be prepared", kind, id, e);
      return failed(
          AgentFailure.FAILED,
          "the " + kind + " could not be prepared on the server; its log says why");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(AgentFailure.FAILED, "the " + kind + " was given up");
    } catch (RuntimeException | Error e) {
      // An Error too: without an outcome the work would hold its place for ever.
      log.error("{} {} failed inside the gateway", kind, id, e);
      return failed(AgentFailure.FAILED, "the gateway failed; its log says why");
    }
  }
}
