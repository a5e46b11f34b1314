package com.clawdforge.http.web.limit;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Marks the connection of each request as being in use, and watches the pace of its body. */
public final class RequestLimits extends Handler.Wrapper {
  private final DoorLimits limits;
  private final DoorObserver observer;

  public RequestLimits(DoorLimits limits, DoorObserver observer) {
    this.limits = limits;
    this.observer = observer;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    @Nullable OpenConnection connection = LimitedConnector.connection(request);
    if (connection != null) {
      connection.requestBegun();
      request.addHttpStreamWrapper(stream -> new Ending(stream, connection));
    }
    boolean paced = limits.bodyBytesPerSecond() > 0 && hasBody(request);
    return super.handle(
        paced ? new PacedRequest(request, limits, observer) : request, response, callback);
  }

  private static boolean hasBody(Request request) {
    return request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)
        || request.getHeaders().contains(HttpHeader.CONTENT_LENGTH);
  }

  /** Notices the end of an answer before the connection's next request begins. */
  private static final class Ending extends HttpStream.Wrapper {
    private final OpenConnection connection;

    private Ending(HttpStream stream, OpenConnection connection) {
      super(stream);
      this.connection = connection;
    }

    @Override
    public void succeeded() {
      connection.requestEnded();
      super.succeeded();
    }
  }
}
