package com.clawdforge.core.work;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes down what an observer is told, as text: {@code run-1 accepted}. */
public final class ObservedWork implements WorkObserver {
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final List<Accepted> accepted = new CopyOnWriteArrayList<>();

  @Override
  public Watch accepted(Accepted work) {
    accepted.add(work);
    String name = work.turnIndex() == 0 ? work.id() : work.id() + "." + work.turnIndex();
    told.add(name + " accepted");
    return new Watch() {
      @Override
      public void started() {
        told.add(name + " started");
      }

      @Override
      public void firstEvent() {
        told.add(name + " spoke");
      }

      @Override
      public void ended(Ended end) {
        told.add(
            name
                + " "
                + end.state().wire()
                + (end.error() == null ? "" : " " + end.error().wire())
                + (end.contextLost() ? " context lost" : ""));
      }
    };
  }

  /** All that it was told, in order. */
  public List<String> told() {
    return List.copyOf(told);
  }

  /** What it was told to be accepted. */
  public List<Accepted> accepted() {
    return List.copyOf(accepted);
  }
}
