package com.clawdforge.http.web;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** The state of one request inside the server. Used by one thread at a time. */
public final class Exchange {
  private static final String ATTRIBUTE = Exchange.class.getName();

  private final String requestId;
  private final InFlight.Request counted;
  private @Nullable InetAddress caller;
  private @Nullable String route;
  private boolean probe;
  private boolean certain = true;
  private @Nullable String app;
  private @Nullable String refusedAddress;

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

  /** Marks the answer as a stream of events. */
  public void streams() {
    counted.streams();
  }

  /** The client's address; set once the front door has admitted the request. */
  InetAddress caller() {
    if (caller == null) {
      throw new IllegalStateException("the address was not checked");
    }
    return caller;
  }

  void admitted(InetAddress from) {
    caller = from;
  }

  /** Whether the address is the caller's own, as far as is known, and not that of a proxy. */
  boolean certain() {
    return certain;
  }

  void certain(boolean isCertain) {
    certain = isCertain;
  }

  /** Why the caller's address was refused, for the log; null if it was not. */
  @Nullable String refusedAddress() {
    return refusedAddress;
  }

  void addressRefused(String why) {
    String setting =
        caller == null
            ? "see ALLOW_CIDRS and CLAWDFORGE_TRUSTED_PROXIES"
            : "see the address blocks of the token";
    refusedAddress = why + "; " + setting;
  }

  /** The path in the route table, for the log; null if there is no such route. */
  @Nullable String route() {
    return route;
  }

  /** Whether monitoring calls its route every few seconds. */
  boolean probe() {
    return probe;
  }

  void matched(String template, boolean isProbe) {
    route = template;
    probe = isProbe;
  }

  /** The app's name, for the log. */
  public @Nullable String app() {
    return app;
  }

  void identified(String name) {
    app = name;
  }
}
