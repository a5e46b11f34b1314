package com.clawdforge.core.work;

import com.clawdforge.core.error.Guarded;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Calls the observers of one piece of work, each one even if another throws, and only for the first
 * of its events. Safe for any thread.
 */
public final class WorkWatch {
  private static final String OBSERVER = "an observer of work";

  private final WorkObserver.Watch watch;
  private final AtomicBoolean hasEvent = new AtomicBoolean();

  private WorkWatch(WorkObserver.Watch watch) {
    this.watch = watch;
  }

  /** Notifies the observer of accepted work and of what follows. */
  public static WorkWatch of(WorkObserver observer, WorkObserver.Accepted work) {
    AtomicReference<WorkObserver.Watch> watch = new AtomicReference<>(WorkObserver.Watch.NONE);
    Guarded.run(OBSERVER, () -> watch.set(observer.accepted(work)));
    return new WorkWatch(watch.get());
  }

  public void started() {
    notify(WorkObserver.Watch::started);
  }

  /** Call this for each event of the agent. */
  public void event() {
    if (!hasEvent.get() && hasEvent.compareAndSet(false, true)) {
      notify(WorkObserver.Watch::firstEvent);
    }
  }

  public void ended(WorkObserver.Ended end) {
    notify(observer -> observer.ended(end));
  }

  private void notify(Consumer<WorkObserver.Watch> call) {
    Guarded.run(OBSERVER, () -> call.accept(watch));
  }

  static WorkObserver all(List<WorkObserver> observers) {
    return work -> {
      List<WorkWatch> watches = observers.stream().map(each -> of(each, work)).toList();
      return new WorkObserver.Watch() {
        @Override
        public void started() {
          watches.forEach(WorkWatch::started);
        }

        @Override
        public void firstEvent() {
          watches.forEach(WorkWatch::event);
        }

        @Override
        public void ended(WorkObserver.Ended end) {
          watches.forEach(watch -> watch.ended(end));
        }
      };
    };
  }
}
