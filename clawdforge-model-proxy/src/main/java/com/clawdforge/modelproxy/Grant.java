package com.clawdforge.modelproxy;

import com.clawdforge.core.model.ModelGrant;
import com.clawdforge.core.model.ModelUser;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.eclipse.jetty.client.Request;
import org.jspecify.annotations.Nullable;

/** A live grant, with its requests to the provider that are under way. */
final class Grant implements ModelGrant {
  /** Several times what an agent and its own agents ask at once; none takes the way for itself. */
  static final int MOST_UNDER_WAY = 32;

  private final URI baseUrl;
  private final String secret;
  private final Consumer<Grant> onClose;
  private final Map<Request, Meter> underWay = new LinkedHashMap<>();
  private volatile ModelUser user;
  private @Nullable ModelUser poor;
  private boolean closed;

  /** What becomes of a request. */
  enum Begin {
    BEGUN,
    /** The grant was closed meanwhile. */
    OVER,
    /** As many are under way as may be. */
    FULL
  }

  /**
   * @param onClose called once, at the first {@link #close}
   */
  Grant(URI baseUrl, String secret, ModelUser user, Consumer<Grant> onClose) {
    this.baseUrl = baseUrl;
    this.secret = secret;
    this.user = user;
    this.onClose = onClose;
  }

  @Override
  public URI baseUrl() {
    return baseUrl;
  }

  @Override
  public String secret() {
    return secret;
  }

  @Override
  public void assign(ModelUser next) {
    user = next;
  }

  ModelUser user() {
    return user;
  }

  /** Whether this is the first time that somebody has no money. */
  synchronized boolean isNewlyPoor(ModelUser whose) {
    boolean known = whose.equals(poor);
    poor = whose;
    return !known;
  }

  /**
   * Notes a request that is about to be sent, until {@link #end}. It must not be sent unless it has
   * {@link Begin#BEGUN}.
   */
  synchronized Begin begin(Request request, Meter meter) {
    if (closed) {
      return Begin.OVER;
    }
    if (underWay.size() >= MOST_UNDER_WAY) {
      return Begin.FULL;
    }
    underWay.put(request, meter);
    meter.begin(user);
    return Begin.BEGUN;
  }

  synchronized void end(Request request) {
    underWay.remove(request);
  }

  @Override
  public void close() {
    Map<Request, Meter> left;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      left = Map.copyOf(underWay);
      underWay.clear();
    }
    onClose.accept(this);
    IOException over = new IOException("the work of " + user + " is over");
    // Before this returns: what the work has cost is looked at next.
    left.values().forEach(Meter::cutOff);
    for (Request request : left.keySet()) {
      // Nobody has to wait: its listener hears of it.
      CompletableFuture<Boolean> unused = request.abort(over);
    }
  }

  /** Omits the secret. */
  @Override
  public String toString() {
    return "Grant[" + user + "]";
  }
}
