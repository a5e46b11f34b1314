package com.clawdforge.core.run;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.work.EventFollower;
import java.util.ArrayList;
import java.util.List;

/** Numbers the messages of one run and hands them to its followers. */
final class RunFeed {
  private static final System.Logger log = System.getLogger(RunFeed.class.getName());

  private final boolean replay;
  private final List<AgentEvent> events = new ArrayList<>();
  private final List<EventFollower> followers = new ArrayList<>();
  private long last;

  /**
   * @param replay whether a follower who comes late gets what he missed; costs the memory of it
   */
  RunFeed(boolean replay) {
    this.replay = replay;
  }

  // One lock for replay and live events, so that a follower sees each event once and in order.
  synchronized void publish(AgentEvent event) {
    last++;
    if (replay) {
      events.add(event);
    }
    followers.removeIf(follower -> !told(follower, event));
  }

  synchronized void follow(EventFollower follower) {
    for (int i = 0; i < events.size(); i++) {
      follower.onEvent(i + 1L, events.get(i));
    }
    followers.add(follower);
  }

  // One that fails must not cost the others the message.
  private boolean told(EventFollower follower, AgentEvent event) {
    try {
      follower.onEvent(last, event);
      return true;
    } catch (RuntimeException e) {
      log.log(System.Logger.Level.WARNING, "a follower of a run failed and is told no more", e);
      return false;
    }
  }
}
