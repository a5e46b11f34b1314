package com.clawdforge.http.web;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Told of every request, on the thread that answers it, for whoever counts or traces them. Must not
 * block; what it throws is logged and harms nothing.
 */
@FunctionalInterface
public interface RequestObserver {
  /** Who wants to know nothing. */
  RequestObserver NONE = request -> end -> {};

  /**
   * A request that has come.
   *
   * @param method one of HTTP's, or {@code OTHER}
   * @param headers gives the first value of a header, or null
   */
  record Begun(String method, String requestId, Function<String, @Nullable String> headers) {}

  /**
   * A request that was answered.
   *
   * @param route the path as it is in the route table, or null if there is no such route
   * @param app who asked, or null if that is not known
   */
  record Ended(@Nullable String route, int status, @Nullable String app) {}

  Watch begun(Begun request);

  /** Told of one request. */
  @FunctionalInterface
  interface Watch {
    void ended(Ended end);
  }

  /** One that tells several; of the end in the reverse order. */
  static RequestObserver all(List<RequestObserver> observers) {
    List<RequestObserver> told = observers.stream().map(RequestObserver::harmless).toList();
    return request -> {
      List<Watch> watches = told.stream().map(each -> each.begun(request)).toList().reversed();
      return end -> watches.forEach(watch -> watch.ended(end));
    };
  }

  /** The same, whatever it throws. */
  static RequestObserver harmless(RequestObserver observer) {
    return new GuardedObserver(observer);
  }
}
