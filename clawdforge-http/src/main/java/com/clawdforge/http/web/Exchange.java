package com.clawdforge.http.web;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** What is known of one request on its way through the server. Used by one thread at a time. */
public final class Exchange {
  private static final String ATTRIBUTE = Exchange.class.getName();

  private final String requestId;
  private final InFlight.Request counted;
  private @Nullable InetAddress caller;
  private @Nullable String route;
  private boolean probe;
  private @Nullable String app;

  Exchange(String requestId, InFlight.Request counted) {
    this.requestId = requestId;
    this.counted = counted;
  }

  public static Exchange of(HttpServletRequest request) {
    return (Exchange) request.getAttribute(ATTRIBUTE);
  }

  void attachTo(HttpServletRequest request) {
    request.setAttribute(ATTRIBUTE, this);
  }

  public String requestId() {
    return requestId;
  }

  /** Its answer is a stream of events. */
  public void streams() {
    counted.streams();
  }

  /** Where it came from; known once the front door has let it in. */
  InetAddress caller() {
    if (caller == null) {
      throw new IllegalStateException("the address was not checked");
    }
    return caller;
  }

  void admitted(InetAddress from) {
    caller = from;
  }

  /** The path as it is in the route table, for the log; null if there is no such route. */
  @Nullable String route() {
    return route;
  }

  /** Whether its route is asked every few seconds. */
  boolean probe() {
    return probe;
  }

  void matched(String template, boolean isProbe) {
    route = template;
    probe = isProbe;
  }

  /** The app's name, for the log. */
  @Nullable String app() {
    return app;
  }

  void identified(String name) {
    app = name;
  }
}
