package com.clawdforge.http.web;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.http.web.limit.DoorObserver;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Is notified of every request, on the thread that answers it, to count or trace it. Must not
 * block. What it throws is logged and does not affect the request.
 */
@FunctionalInterface
public interface RequestObserver extends DoorObserver {
  /** Ignores all requests. */
  RequestObserver NONE = request -> end -> {};

  /**
   * A request that has arrived.
   *
   * @param method one of HTTP's, or {@code OTHER}
   * @param headers returns the first value of a header, or null
   */
  record Begun(String method, String requestId, Function<String, @Nullable String> headers) {}

  /**
   * A request that was answered.
   *
   * @param route the path in the route table, or null if there is no such route
   * @param app the caller's name, or null if it is not known
   * @param limited the code of the answer if the request was beyond a limit of the caller's token
   */
  record Ended(
      @Nullable String route, int status, @Nullable String app, @Nullable ErrorCode limited) {}

  Watch begun(Begun request);

  /** Is notified of the end of one request. */
  @FunctionalInterface
  interface Watch {
    void ended(Ended end);
  }

  /** Notifies several observers; of the end in reverse order. */
  static RequestObserver all(List<RequestObserver> observers) {
    List<RequestObserver> all = observers.stream().map(RequestObserver::harmless).toList();
    return new RequestObserver() {
      @Override
      public Watch begun(Begun request) {
        List<Watch> watches = all.stream().map(each -> each.begun(request)).toList().reversed();
        return end -> watches.forEach(watch -> watch.ended(end));
      }

      @Override
      public void loginFailed(boolean limited) {
        all.forEach(each -> each.loginFailed(limited));
      }

      @Override
      public void closed(Closed why) {
        all.forEach(each -> each.closed(why));
      }
    };
  }

  /** The same, but with exceptions logged instead of thrown. */
  static RequestObserver harmless(RequestObserver observer) {
    return new GuardedObserver(observer);
  }
}
