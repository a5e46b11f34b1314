package com.clawdforge.http.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets pages of other origins call the server from a browser, if the operator lists these origins.
 * Never with credentials: a bearer is sent by the page itself.
 */
final class Cors {
  private static final String ANY = "*";
  private static final String METHODS = "GET, HEAD, POST, PATCH, DELETE, OPTIONS";
  private static final String REQUEST_HEADERS =
      String.join(
          ", ",
          "Accept",
          "Authorization",
          "Content-Type",
          "Idempotency-Key",
          "If-None-Match",
          "Last-Event-ID",
          FrontDoor.REQUEST_ID,
          "traceparent",
          "tracestate");
  private static final String ANSWER_HEADERS =
      String.join(
          ", ",
          "Allow",
          "Content-Location",
          "RateLimit",
          "RateLimit-Policy",
          "ETag",
          RequestKey.REPLAY,
          "Location",
          "Retry-After",
          "WWW-Authenticate",
          "X-Clawdforge-Cost-Usd",
          "X-Clawdforge-Ignored",
          "X-Clawdforge-Run-Id",
          FrontDoor.REQUEST_ID,
          Problem.SHOULD_RETRY);
  private static final String CACHED_FOR_SECS = "600";

  private final Set<String> origins;

  Cors(List<String> origins) {
    this.origins = Set.copyOf(origins);
  }

  /**
   * Sets the headers of an answer, before the request is checked: a page must be able to read a
   * refusal.
   *
   * @return whether the request comes from a page that may read the answer
   */
  boolean mark(HttpServletRequest request, HttpServletResponse response) {
    if (origins.isEmpty()) {
      return false;
    }
    boolean any = origins.contains(ANY);
    if (!any) {
      response.addHeader("Vary", "Origin");
    }
    @Nullable String origin = request.getHeader("Origin");
    if (origin == null || !(any || origins.contains(origin))) {
      return false;
    }
    response.setHeader("Access-Control-Allow-Origin", any ? ANY : origin);
    response.setHeader("Access-Control-Expose-Headers", ANSWER_HEADERS);
    return true;
  }

  /** Whether a browser asks what a page may send. */
  static boolean isPreflight(HttpServletRequest request) {
    return request.getMethod().equals("OPTIONS")
        && request.getHeader("Access-Control-Request-Method") != null;
  }

  /** Answers a preflight of a page that may call, for any path: browsers send no bearer with it. */
  static void answerPreflight(HttpServletResponse response) {
    response.setHeader("Access-Control-Allow-Methods", METHODS);
    response.setHeader("Access-Control-Allow-Headers", REQUEST_HEADERS);
    response.setHeader("Access-Control-Max-Age", CACHED_FOR_SECS);
    response.setHeader("Allow", METHODS);
    Responses.empty(response, 204);
  }
}
