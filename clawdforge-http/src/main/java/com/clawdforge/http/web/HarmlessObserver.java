package com.clawdforge.http.web;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what an observer throws from the request, which is answered and ends all the same. */
final class HarmlessObserver implements RequestObserver {
  private static final Logger log = LoggerFactory.getLogger(HarmlessObserver.class);
  private static final Watch NO_WATCH = end -> {};

  private final RequestObserver observer;

  HarmlessObserver(RequestObserver observer) {
    this.observer = observer;
  }

  @Override
  public Watch begun(Begun request) {
    try {
      Watch watch = observer.begun(request);
      return end -> {
        try {
          watch.ended(end);
        } catch (RuntimeException | Error e) {
          complain(e);
        }
      };
    } catch (RuntimeException | Error e) {
      complain(e);
      return NO_WATCH;
    }
  }

  private static void complain(Throwable e) {
    log.error("an observer of requests failed", e);
  }
}
