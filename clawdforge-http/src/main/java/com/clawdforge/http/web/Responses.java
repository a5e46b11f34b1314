package com.clawdforge.http.web;

import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes whole answers. Javalin's {@code result} is sent only after the handler has returned, but
 * the delivery of a run has to know whether writing the answer failed.
 */
public final class Responses {
  private Responses() {}

  public static void json(Context ctx, Object body) throws IOException {
    json(ctx, 200, body);
  }

  public static void json(Context ctx, int status, Object body) throws IOException {
    send(ctx.res(), status, "application/json", Json.bytes(body));
  }

  /** Answers without content, and without the content type that Javalin sets by default. */
  public static void empty(HttpServletResponse response, int status) {
    response.setStatus(status);
    response.setContentType(null);
  }

  public static void send(HttpServletResponse response, int status, String type, byte[] body)
      throws IOException {
    response.setStatus(status);
    response.setContentType(type);
    response.setHeader("Cache-Control", "no-store");
    response.setContentLength(body.length);
    OutputStream out = response.getOutputStream();
    out.write(body);
    out.flush();
  }
}
