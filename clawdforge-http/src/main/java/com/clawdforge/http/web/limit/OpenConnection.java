package com.clawdforge.http.web.limit;

import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.IO;
import org.jspecify.annotations.Nullable;

/**
 * What one connection does: it waits for a request, receives the head of one, or has one answered.
 * One thread at a time serves it, and any thread may look at it.
 */
final class OpenConnection {
  private final SocketChannel channel;
  private final @Nullable InetAddress origin;
  private volatile @Nullable EndPoint endPoint;
  private volatile boolean answering;
  private volatile boolean headExpected = true;
  private volatile boolean answered;
  private volatile long since = System.nanoTime();

  /**
   * @param origin the address that it counts for, or null for one without a limit
   */
  OpenConnection(SocketChannel channel, @Nullable InetAddress origin) {
    this.channel = channel;
    this.origin = origin;
  }

  SocketChannel channel() {
    return channel;
  }

  @Nullable InetAddress origin() {
    return origin;
  }

  void servedBy(EndPoint opened) {
    endPoint = opened;
  }

  /** Bytes have arrived. The first of them after an answer begin the head of the next request. */
  void received() {
    if (!answering && !headExpected) {
      since = System.nanoTime();
      headExpected = true;
    }
  }

  /** The head of a request is complete. */
  void requestBegun() {
    answering = true;
  }

  /** The answer is written. */
  void requestEnded() {
    answered = true;
    headExpected = false;
    since = System.nanoTime();
    answering = false;
  }

  /** Whether no request is being answered. */
  boolean idle() {
    return !answering;
  }

  /** Whether it has had a request answered. */
  boolean answered() {
    return answered;
  }

  /** When it became idle, by {@link System#nanoTime()}. */
  long since() {
    return since;
  }

  boolean headOverdue(long now, Duration limit) {
    return headExpected && !answering && now - since > limit.toNanos();
  }

  void close() {
    EndPoint opened = endPoint;
    if (opened == null) {
      IO.close(channel);
    } else {
      opened.close();
    }
  }
}
