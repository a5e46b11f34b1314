package com.clawdforge.http.web;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what an observer throws, so that it cannot affect the request. */
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
          logFailure(e);
        }
      };
    } catch (RuntimeException | Error e) {
      logFailure(e);
      return NO_WATCH;
    }
  }

  private static void logFailure(Throwable e) {
    log.error("an observer of requests failed", e);
  }
}
