package com.clawdforge.http.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many connections that do nothing, or next to nothing, beside a caller that works. */
@Timeout(120)
final class CrowdTest {
  private static final int IDLE = 4000;
  private static final int DRIPPING = 100;
  private static final int REQUESTS = 120;
  private static final Duration SLOWEST = Duration.ofSeconds(1);

  private final List<SocketChannel> crowd = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch over = new CountDownLatch(1);

  @AfterEach
  void close() throws IOException {
    over.countDown();
    for (SocketChannel each : List.copyOf(crowd)) {
      each.close();
    }
  }

  @Test
  void four_thousand_idle_connections_and_a_hundred_dripping_ones_delay_nobody() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      ask(forge);
      Duration alone = p99(forge);
      for (int i = 0; i < IDLE; i++) {
        connect(forge);
      }
      Thread dripping = Thread.ofPlatform().start(() -> drip(forge));
      Duration crowded = p99(forge);
      over.countDown();
      dripping.join();

      String told = "p99 is " + crowded + " in the crowd, and " + alone + " without";
      // A machine that is slow without a crowd proves nothing.
      assertTrue(
          crowded.compareTo(SLOWEST) < 0 || crowded.compareTo(alone.multipliedBy(3)) < 0, told);
    }
  }

  private static Duration p99(TestServer forge) throws Exception {
    List<Long> took = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      long start = System.nanoTime();
      ask(forge);
      took.add(System.nanoTime() - start);
    }
    Collections.sort(took);
    return Duration.ofNanos(took.get(took.size() * 99 / 100));
  }

  private static void ask(TestServer forge) throws Exception {
    assertEquals(200, forge.run("{\"prompt\":\"p\"}").statusCode());
    // On a connection of its own.
    String answer = forge.raw(forge.rawGet("/runs", "Connection: close"));
    assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
  }

  /** Keeps a hundred connections on each of which a byte of a head comes now and then. */
  private void drip(TestServer forge) {
    List<SocketChannel> slow = new ArrayList<>();
    while (!isOver()) {
      for (int i = 0; i < DRIPPING; i++) {
        try {
          if (slow.size() <= i) {
            slow.add(connect(forge));
            slow.get(i).write(bytes("POST /run HTTP/1.1\r\nHost: localhost\r\nX-Long: "));
          } else {
            slow.get(i).write(bytes("x"));
          }
        } catch (IOException closedByTheServer) {
          slow.remove(i);
        }
      }
    }
  }

  private boolean isOver() {
    try {
      return over.await(100, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  private SocketChannel connect(TestServer forge) throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), forge.port()));
    crowd.add(channel);
    return channel;
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
