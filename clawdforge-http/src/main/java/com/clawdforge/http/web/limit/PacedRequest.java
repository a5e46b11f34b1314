package com.clawdforge.http.web.limit;

import com.clawdforge.http.web.limit.DoorObserver.Closed;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * A request whose body fails if it comes too slowly. Only the time in which the server waits for it
 * counts. That nothing comes at all is the business of the idle timeout. Jetty's handler for this
 * has no grace: it would cut off whoever pauses before a body's second packet.
 */
final class PacedRequest extends Request.Wrapper {
  private final DoorLimits limits;
  private final DoorObserver observer;
  private long waitingSince;
  private boolean waiting;
  private long waited;
  private long received;
  private Content.@Nullable Chunk tooSlow;

  PacedRequest(Request request, DoorLimits limits, DoorObserver observer) {
    super(request);
    this.limits = limits;
    this.observer = observer;
  }

  @Override
  public void demand(Runnable demandCallback) {
    if (tooSlow == null && isTooSlow()) {
      tooSlow = Content.Chunk.from(new TimeoutException("the body comes too slowly"));
      observer.closed(Closed.SLOW_BODY);
    }
    if (tooSlow != null) {
      demandCallback.run();
      return;
    }
    waiting = true;
    waitingSince = System.nanoTime();
    super.demand(demandCallback);
  }

  @Override
  public Content.@Nullable Chunk read() {
    if (tooSlow != null) {
      return tooSlow;
    }
    Content.@Nullable Chunk chunk = super.read();
    if (waiting && chunk != null) {
      waiting = false;
      waited += System.nanoTime() - waitingSince;
    }
    if (chunk != null) {
      received += chunk.remaining();
    }
    return chunk;
  }

  private boolean isTooSlow() {
    return waited >= limits.bodyGrace().toNanos()
        && received
            < (double) limits.bodyBytesPerSecond() * waited / Duration.ofSeconds(1).toNanos();
  }
}
