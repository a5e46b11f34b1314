package com.clawdforge.modelproxy;

import com.clawdforge.core.model.ModelUser;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what is not forwarded, in the provider's form, and logs the first of each kind. The log
 * has no secret and no path, which anybody of this machine could have chosen.
 */
final class Refusals {
  private static final Logger log = LoggerFactory.getLogger(Refusals.class);

  private final Set<Kind> told = EnumSet.noneOf(Kind.class);

  /** Why a request is not forwarded. */
  enum Kind {
    HOST(400, "invalid_request_error", "this is no address of the model"),
    PATH(404, "not_found_error", "this path is not served"),
    METHOD(405, "invalid_request_error", "this method is not served"),
    EXPECT(417, "invalid_request_error", "no expectation is met"),
    FORM(400, "invalid_request_error", "this request cannot be forwarded"),
    BUSY(429, "rate_limit_error", "too many requests of this work are under way"),
    PARALLEL(429, "rate_limit_error", "those under way may take all the money that is left"),
    MONEY(402, "billing_error", "the money for this work is used up"),
    SECRET(401, "authentication_error", "no secret of work that is going on"),
    OVER(401, "authentication_error", "the work of this secret is over");

    private final int status;
    private final String type;
    private final String words;

    Kind(int status, String type, String words) {
      this.status = status;
      this.type = type;
      this.words = words;
    }
  }

  /** Refuses what there is no money for; logged once for each piece of work. */
  void refuseMoney(Grant grant, Response response, Callback callback) {
    ModelUser whose = grant.user();
    if (grant.isNewlyPoor(whose)) {
      log.info("the way to the model refused a request of {}: {}", whose, Kind.MONEY.words);
    }
    answer(Kind.MONEY, response, callback);
  }

  void refuse(Kind kind, Request request, Response response, Callback callback) {
    boolean first;
    synchronized (told) {
      first = told.add(kind);
    }
    if (first) {
      log.warn(
          "the way to the model refused a {} request: {}; further ones of this kind are not logged",
          request.getMethod(),
          kind.words);
    }
    answer(kind, response, callback);
  }

  /** Refuses what came after the end of its work. */
  void refuseLate(ModelUser whose, Response response, Callback callback) {
    log.warn("the way to the model refused a request of {}, which is over", whose);
    answer(Kind.OVER, response, callback);
  }

  private static void answer(Kind kind, Response response, Callback callback) {
    byte[] body =
        ("{\"type\":\"error\",\"error\":{\"type\":\""
                + kind.type
                + "\",\"message\":\"clawdforge: "
                + kind.words
                + "\"}}")
            .getBytes(StandardCharsets.UTF_8);
    response.setStatus(kind.status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    if (kind == Kind.BUSY) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
    }
    if (kind == Kind.PARALLEL) {
      // Agents ask ten times, and an answer takes a while.
      response.getHeaders().put(HttpHeader.RETRY_AFTER, "5");
    }
    if (kind == Kind.MONEY) {
      response.getHeaders().put("x-should-retry", "false");
    }
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    response.write(true, ByteBuffer.wrap(body), callback);
  }
}
