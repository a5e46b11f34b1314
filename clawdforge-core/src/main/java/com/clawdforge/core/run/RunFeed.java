package com.clawdforge.core.run;

import com.clawdforge.core.agent.AgentEvent;
import java.util.ArrayList;
import java.util.List;

/** Numbers the messages of one run and hands them to its followers. */
final class RunFeed {
  private final boolean replay;
  private final List<AgentEvent> events = new ArrayList<>();
  private final List<RunFollower> followers = new ArrayList<>();
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
    for (RunFollower follower : followers) {
      follower.onEvent(last, event);
    }
  }

  synchronized void follow(RunFollower follower) {
    for (int i = 0; i < events.size(); i++) {
      follower.onEvent(i + 1L, events.get(i));
    }
    followers.add(follower);
  }
}
