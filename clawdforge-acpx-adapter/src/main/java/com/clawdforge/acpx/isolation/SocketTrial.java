package com.clawdforge.acpx.isolation;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Whether sockets are given. A system may take the filter and yet not let this process answer the
 * calls; then agents would have no model. A thread restricts itself, makes a socket and ends.
 */
final class SocketTrial {
  private static final long SECONDS = 10;
  private static final long AF_INET = 2;
  private static final long SOCK_STREAM_CLOEXEC = 1 | 0x80000;

  private final ForeignFunctions foreign;
  private final Landlock.Giving giving;

  SocketTrial(ForeignFunctions foreign, Landlock.Giving giving) {
    this.foreign = foreign;
    this.giving = giving;
  }

  /**
   * Waits for the connection that comes with a socket.
   *
   * @param ruleset what the thread is restricted to
   * @param server listens on 127.0.0.1
   * @throws IOException if none comes
   */
  void run(long ruleset, ServerSocket server) throws IOException {
    int port = server.getLocalPort();
    SocketFilter filter = new SocketFilter(new Connections(Set.of(port), false), foreign);
    SystemCalls kernel = new SystemCalls(foreign);
    CompletableFuture<Long> listener = new CompletableFuture<>();
    CompletableFuture<SystemCalls.Returned> socket = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("trying-a-socket")
        .inheritInheritableThreadLocals(false)
        .start(
            () -> {
              try {
                listener.complete(kernel.restrictThisThread(ruleset, filter));
                socket.complete(kernel.socket(AF_INET, SOCK_STREAM_CLOEXEC));
              } catch (IOException | RuntimeException | Error e) {
                listener.completeExceptionally(e);
                socket.completeExceptionally(e);
              }
            });
    long calls = of(listener);
    boolean served = false;
    try {
      giving.give(new SystemCalls(foreign), calls, filter.socketCall(), port);
      served = true;
    } finally {
      if (!served) {
        kernel.close(calls);
      }
    }
    SystemCalls.Returned made = of(socket);
    if (made.value() < 0) {
      throw new IOException("sockets cannot be given, socket fails with error " + made.errno());
    }
    try {
      server.setSoTimeout((int) TimeUnit.SECONDS.toMillis(SECONDS));
      server.accept().close();
    } finally {
      new SystemCalls(foreign).close(made.value());
    }
  }

  private static <T> T of(CompletableFuture<T> future) throws IOException {
    try {
      return future.get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new IOException("sockets cannot be given, socket does not return", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
