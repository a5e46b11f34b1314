package com.clawdforge.http.web;

import com.clawdforge.core.error.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The state of one request inside the server. Used by one thread at a time. */
public final class Exchange {
  private static final String ATTRIBUTE = Exchange.class.getName();
  private static final Pattern BEARER = Pattern.compile("cf_[A-Za-z0-9_-]{8,}");
  private static final String UNUSUAL = "[^A-Za-z0-9/._~%{}:@,+-]";
  private static final int LONGEST_PATH = 120;

  private final String requestId;
  private final InFlight.Request counted;
  private final String path;
  private @Nullable InetAddress caller;
  private @Nullable String route;
  private boolean probe;
  private boolean certain = true;
  private @Nullable String app;
  private @Nullable String refusedAddress;
  private @Nullable ErrorCode limited;

  /**
   * @param path of the request, as it was sent
   */
  Exchange(String requestId, String path, InFlight.Request counted) {
    this.requestId = requestId;
    this.path = path;
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

  /** The path for messages: without bearers and unusual characters, and not very long. */
  String path() {
    return printable(path);
  }

  private static String printable(String path) {
    String safe = BEARER.matcher(path.replaceAll(UNUSUAL, "?")).replaceAll("***");
    return safe.length() <= LONGEST_PATH ? safe : safe.substring(0, LONGEST_PATH) + "...";
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

  /** The code of the limit of the caller's token that the request was beyond, or null. */
  @Nullable ErrorCode limited() {
    return limited;
  }

  void limitedBy(ErrorCode code) {
    limited = code;
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
