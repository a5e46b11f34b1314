package com.clawdforge.core.work;

import com.clawdforge.core.error.Guarded;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Tells observers of one piece of work, each of them whatever another one throws, and of the first
 * of its events alone. Safe for any thread.
 */
public final class WorkWatch {
  private static final String OBSERVER = "an observer of work";

  private final WorkObserver.Watch watch;
  private final AtomicBoolean spoke = new AtomicBoolean();

  private WorkWatch(WorkObserver.Watch watch) {
    this.watch = watch;
  }

  /** Tells the observer that work was accepted, and goes on telling it. */
  public static WorkWatch of(WorkObserver observer, WorkObserver.Accepted work) {
    AtomicReference<WorkObserver.Watch> watch = new AtomicReference<>(WorkObserver.Watch.NONE);
    Guarded.run(OBSERVER, () -> watch.set(observer.accepted(work)));
    return new WorkWatch(watch.get());
  }

  public void started() {
    tell(WorkObserver.Watch::started);
  }

  /** Of each event of the agent. */
  public void event() {
    if (!spoke.get() && spoke.compareAndSet(false, true)) {
      tell(WorkObserver.Watch::firstEvent);
    }
  }

  public void ended(WorkObserver.Ended end) {
    tell(told -> told.ended(end));
  }

  private void tell(Consumer<WorkObserver.Watch> news) {
    Guarded.run(OBSERVER, () -> news.accept(watch));
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
