package com.clawdforge.http.web;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.http.NotFoundResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.eclipse.jetty.http.HttpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Converts failures to a {@link Problem} and sends it. */
public final class Problems {
  private static final Logger log = LoggerFactory.getLogger(Problems.class);
  private static final long LINGER_BYTES = 64L << 20;
  private static final Duration LINGER_TIME = Duration.ofSeconds(30);

  private Problems() {}

  /** Answers exceptions that Javalin throws itself: no such route, no such method. */
  static void answer(Exception failure, Context ctx) {
    if (failure instanceof MethodNotAllowedResponse wrong) {
      wrong.getDetails().values().stream()
          .findFirst()
          .ifPresent(allowed -> ctx.res().setHeader("Allow", allowed));
    }
    answer(failure, ctx.req(), ctx.res());
  }

  /** Answers with the problem, unless the answer has begun; then the connection is cut. */
  static void answer(Throwable failure, HttpServletRequest request, HttpServletResponse response) {
    Exchange exchange = Exchange.of(request);
    String requestId = exchange.requestId();
    if (failure instanceof Refusal refusal && refusal.code() == ErrorCode.ADDRESS_NOT_ALLOWED) {
      exchange.addressRefused(refusal.detail());
    }
    if (failure instanceof Refusal refusal && refusal.allowance() != null) {
      exchange.limitedBy(refusal.code());
    }
    Problem problem = problem(failure, exchange.path(), requestId);
    if (response.isCommitted()) {
      log.atDebug().addKeyValue("request_id", requestId).log("the answer was cut off");
      return;
    }
    try {
      // Discards what was written but not sent yet.
      response.resetBuffer();
      send(problem, requestId, response);
      linger(request);
    } catch (IOException | HttpException.RuntimeException gone) {
      log.atDebug().addKeyValue("request_id", requestId).log("the caller was gone");
    }
  }

  public static void send(Problem problem, String requestId, HttpServletResponse response)
      throws IOException {
    problem.headers().forEach(response::setHeader);
    Responses.send(
        response, problem.status(), Problem.CONTENT_TYPE, Json.bytes(problem.body(requestId)));
  }

  private static Problem problem(Throwable failure, String path, String requestId) {
    if (failure instanceof Refusal refusal) {
      return Problem.of(refusal);
    }
    if (failure instanceof NotFoundResponse) {
      return Problem.of(
          ErrorCode.NOT_FOUND, "there is no path " + path + "; /docs lists all that there are");
    }
    if (failure instanceof MethodNotAllowedResponse wrong) {
      return Problem.of(
          ErrorCode.METHOD_NOT_ALLOWED,
          "this path has other methods: " + String.join(", ", wrong.getDetails().values()));
    }
    if ((failure instanceof HttpResponseException other && other.getStatus() < 500)
        || (failure instanceof HttpException broken && broken.getCode() < 500)) {
      return Problem.of(ErrorCode.MALFORMED_REQUEST, "the request is malformed");
    }
    log.atError().addKeyValue("request_id", requestId).setCause(failure).log("a request failed");
    return Problem.ofFailure(failure);
  }

  // Closing a socket with unread bytes resets the connection, and the peer may lose the answer. So
  // the rest of the body is read first, up to a limit.
  private static void linger(HttpServletRequest request) throws IOException {
    if (request.getHeader("Expect") != null) {
      return;
    }
    InputStream body = request.getInputStream();
    byte[] scratch = new byte[16 << 10];
    long left = LINGER_BYTES;
    long deadline = System.nanoTime() + LINGER_TIME.toNanos();
    int n = body.read(scratch);
    while (n >= 0 && left > 0 && System.nanoTime() - deadline < 0) {
      left -= n;
      n = body.read(scratch);
    }
  }
}
