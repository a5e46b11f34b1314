package com.clawdforge.modelproxy;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Tells the operator that the provider cannot be reached: once for each cause, until it answers
 * again. The agents only see a connection that breaks off. Safe for any thread.
 */
final class Outages {
  private static final int DEEPEST = 10;

  private final Consumer<String> warn;
  private final Set<Cause> told = EnumSet.noneOf(Cause.class);
  private volatile boolean any;

  /** Why the provider is not reached. */
  enum Cause {
    NAME("its name is not found"),
    CONNECTION("nobody accepts a connection there"),
    TLS("no TLS is agreed on, or this machine does not trust its certificate"),
    FULL("too many requests wait for it");

    private final String words;

    Cause(String words) {
      this.words = words;
    }

    /** Empty for all else, such as an agent that is gone, or work that is over. */
    static Optional<Cause> of(@Nullable Throwable failure) {
      @Nullable Throwable at = failure;
      for (int i = 0; at != null && i < DEEPEST; i++) {
        @Nullable Cause known =
            switch (at) {
              case UnknownHostException e -> NAME;
              case UnresolvedAddressException e -> NAME;
              case ConnectException e -> CONNECTION;
              case NoRouteToHostException e -> CONNECTION;
              case SocketTimeoutException e -> CONNECTION;
              case SSLHandshakeException e -> TLS;
              case RejectedExecutionException e -> FULL;
              default -> null;
            };
        if (known != null) {
          return Optional.of(known);
        }
        at = at.getCause();
      }
      return Optional.empty();
    }
  }

  /**
   * @param warn gets each warning, which has neither a path nor a secret
   */
  Outages(Consumer<String> warn) {
    this.warn = warn;
  }

  void failed(Throwable failure) {
    Optional<Cause> cause = Cause.of(failure);
    boolean first = false;
    if (cause.isPresent()) {
      synchronized (told) {
        any = true;
        first = told.add(cause.get());
      }
    }
    if (first) {
      warn.accept(
          "the provider of the model is not reached: "
              + cause.get().words
              + "; this is logged again when it has answered meanwhile");
    }
  }

  /** The provider has answered. */
  void answered() {
    if (any) {
      synchronized (told) {
        any = false;
        told.clear();
      }
    }
  }
}
