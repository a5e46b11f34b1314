package com.clawdforge.http.web;

import com.clawdforge.core.error.ErrorCode;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers in the contract's format what Jetty refuses before a request reaches the front door: bad
 * request lines and headers, bad encodings of paths.
 */
final class JettyErrors implements Request.Handler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    if (request.getAttribute(ErrorHandler.ERROR_EXCEPTION) instanceof HttpException failure) {
      status = failure.getCode();
    }
    response.setStatus(status);
    @Nullable String seen = response.getHeaders().get(FrontDoor.REQUEST_ID);
    String requestId =
        seen == null ? FrontDoor.requestId(request.getHeaders().get(FrontDoor.REQUEST_ID)) : seen;
    byte[] body = Json.bytes(problem(status).body(requestId));
    response.getHeaders().put(FrontDoor.REQUEST_ID, requestId);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    response.write(true, ByteBuffer.wrap(body), callback);
    return true;
  }

  private static Problem problem(int status) {
    // 505 is the only status from 500 on that the client causes.
    if (status >= 500 && status != HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505) {
      return Problem.internalError().withStatus(status);
    }
    return switch (status) {
      case 404 -> Problem.of(ErrorCode.NOT_FOUND, "no such path");
      case 413 -> Problem.of(ErrorCode.PAYLOAD_TOO_LARGE, "the request is too large");
      default ->
          Problem.of(
                  ErrorCode.MALFORMED_REQUEST,
                  "the request is malformed: " + HttpStatus.getMessage(status))
              .withStatus(status);
    };
  }
}
