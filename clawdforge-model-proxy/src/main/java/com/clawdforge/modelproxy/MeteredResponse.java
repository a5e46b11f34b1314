package com.clawdforge.modelproxy;

import java.nio.ByteBuffer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Shows each part of an answer to the meter before the agent gets it. */
final class MeteredResponse extends Response.Wrapper {
  private final Meter meter;

  MeteredResponse(Request request, Response response, Meter meter) {
    super(request, response);
    this.meter = meter;
  }

  @Override
  public void write(boolean last, @Nullable ByteBuffer part, Callback callback) {
    if (part != null) {
      meter.passes(part);
    }
    super.write(last, part, callback);
  }
}
