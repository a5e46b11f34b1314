package com.clawdforge.core.work;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Tells observers of one piece of work, each of them whatever another one throws, and of the first
 * of its events alone. Safe for any thread.
 */
public final class WorkWatch {
  private static final System.Logger log = System.getLogger(WorkWatch.class.getName());

  private final WorkObserver.Watch watch;
  private final AtomicBoolean spoke = new AtomicBoolean();

  private WorkWatch(WorkObserver.Watch watch) {
    this.watch = watch;
  }

  /** Tells the observer that work was accepted, and goes on telling it. */
  public static WorkWatch of(WorkObserver observer, WorkObserver.Accepted work) {
    try {
      return new WorkWatch(observer.accepted(work));
    } catch (RuntimeException | Error e) {
      complain(e);
      return new WorkWatch(WorkObserver.Watch.NONE);
    }
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
    try {
      news.accept(watch);
    } catch (RuntimeException | Error e) {
      complain(e);
    }
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

  // Errors too: a class that a build lacks must cost the numbers, not the work.
  private static void complain(Throwable e) {
    log.log(System.Logger.Level.ERROR, "an observer of work failed", e);
  }
}
