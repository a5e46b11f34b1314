package com.clawdforge.core.run;

import com.clawdforge.core.agent.Attachment;
import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.share.Budgets;
import com.clawdforge.core.share.HeldPrompt;
import com.clawdforge.core.work.CancelReason;
import com.clawdforge.core.work.EventLog;
import com.clawdforge.core.work.EventReader;
import com.clawdforge.core.work.LiveWork;
import com.clawdforge.core.work.Places;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A run that is queued or running in this process, and the resources it holds. */
final class LiveRun extends LiveWork<FinishedRun> {
  final Run accepted;
  final RunRequest request;
  final Held held;

  /**
   * What a run holds.
   *
   * @param caller whose it is
   * @param reserved what it may cost; given back once its cost is recorded
   * @param system null for the agent's own system prompt
   */
  record Held(
      Caller caller,
      List<Attachment> attachments,
      Places.Place place,
      Budgets.Reservation reserved,
      HeldPrompt prompt,
      @Nullable HeldPrompt system) {}

  /**
   * @param request without its texts, which are in {@code held}
   */
  LiveRun(Run accepted, RunRequest request, Held held, Clock clock) {
    super(
        accepted.tokenId(),
        held.attachments(),
        held.place(),
        new EventLog(request.keepEvents()),
        request.timeout(),
        clock);
    this.accepted = accepted;
    this.request = request;
    this.held = held;
  }

  @Override
  protected void forgetPrompt() {
    held.prompt().close();
    if (held.system() != null) {
      held.system().close();
    }
  }

  String id() {
    return accepted.id();
  }

  RunTicket ticket(boolean replayed) {
    return new Live(this, replayed);
  }

  /** The ticket of a run that is over. */
  static RunTicket ticketOf(FinishedRun run) {
    return new Ended(run);
  }

  @Override
  public String toString() {
    return "run " + id();
  }

  private record Live(LiveRun run, boolean replayed) implements RunTicket {
    @Override
    public String runId() {
      return run.id();
    }

    @Override
    public FinishedRun await() throws InterruptedException {
      return run.await();
    }

    @Override
    public EventReader events(long after) {
      return run.events().from(after);
    }

    @Override
    public void cancel() {
      run.cancel(CancelReason.ASKED_FOR);
    }
  }

  private record Ended(FinishedRun finished) implements RunTicket {
    @Override
    public String runId() {
      return finished.run().id();
    }

    @Override
    public boolean replayed() {
      return true;
    }

    @Override
    public FinishedRun await() {
      return finished;
    }

    @Override
    public EventReader events(long after) {
      return EventReader.NONE;
    }

    @Override
    public void cancel() {}
  }
}
