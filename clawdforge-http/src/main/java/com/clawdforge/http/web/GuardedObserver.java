package com.clawdforge.http.web;

import com.clawdforge.core.error.Guarded;
import java.util.concurrent.atomic.AtomicReference;

/** Logs what an observer throws, so that it cannot affect the request. */
record GuardedObserver(RequestObserver observer) implements RequestObserver {
  private static final String WHAT = "an observer of requests";

  @Override
  public Watch begun(Begun request) {
    AtomicReference<Watch> watch = new AtomicReference<>(end -> {});
    Guarded.run(WHAT, () -> watch.set(observer.begun(request)));
    return end -> Guarded.run(WHAT, () -> watch.get().ended(end));
  }

  @Override
  public void loginFailed(boolean limited) {
    Guarded.run(WHAT, () -> observer.loginFailed(limited));
  }

  @Override
  public void closed(Closed why) {
    Guarded.run(WHAT, () -> observer.closed(why));
  }
}
