package com.clawdforge.core.work;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records what an observer receives, as text: {@code run-1 accepted}. */
public final class ObservedWork implements WorkObserver {
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final List<Accepted> accepted = new CopyOnWriteArrayList<>();

  @Override
  public Watch accepted(Accepted work) {
    accepted.add(work);
    String name = work.turnIndex() == 0 ? work.id() : work.id() + "." + work.turnIndex();
    calls.add(name + " accepted");
    return new Watch() {
      @Override
      public void started() {
        calls.add(name + " started");
      }

      @Override
      public void firstEvent() {
        calls.add(name + " spoke");
      }

      @Override
      public void ended(Ended end) {
        calls.add(
            name
                + " "
                + end.state().wire()
                + (end.error() == null ? "" : " " + end.error().wire())
                + (end.contextLost() ? " context lost" : ""));
      }
    };
  }

  /** All calls, in order. */
  public List<String> calls() {
    return List.copyOf(calls);
  }

  /** The accepted work. */
  public List<Accepted> accepted() {
    return List.copyOf(accepted);
  }
}
