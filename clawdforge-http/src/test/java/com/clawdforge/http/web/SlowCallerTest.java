package com.clawdforge.http.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.TestServer;
import com.clawdforge.http.web.limit.DoorLimits;
import com.clawdforge.http.web.limit.DoorObserver;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Callers that hold connections, send slowly, or may not call at all. */
final class SlowCallerTest {
  private static final int DRIP_MILLIS = 20;

  private final Queue<DoorObserver.Closed> closed = new ConcurrentLinkedQueue<>();
  private final TestServer.Setup setup = TestServer.setup();

  SlowCallerTest() {
    setup.requests =
        new RequestObserver() {
          @Override
          public Watch begun(Begun request) {
            return end -> {};
          }

          @Override
          public void closed(Closed why) {
            closed.add(why);
          }
        };
  }

  @Test
  void a_head_that_drips_in_is_cut_off_at_its_deadline() throws Exception {
    setup.limits = limits(64, Duration.ofMillis(400), 0);
    try (TestServer forge = setup.start();
        Socket slow = forge.connect()) {
      drip(slow, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: ");

      assertTrue(closed.contains(DoorObserver.Closed.SLOW_HEAD), closed::toString);
    }
  }

  @Test
  void a_connection_on_which_nothing_comes_is_closed_at_the_deadline_but_not_after_an_answer()
      throws Exception {
    setup.limits = limits(64, Duration.ofMillis(400), 0);
    try (TestServer forge = setup.start();
        Socket used = forge.connect()) {
      askHealth(used);
      try (Socket silent = forge.connect()) {
        assertEquals(-1, silent.getInputStream().read());
      }
      askHealth(used);
      // The next head has a deadline of its own.
      drip(used, "GET /healthz HTTP/1.1\r\nX-Long: ");

      assertEquals(2, closed.size(), closed::toString);
    }
  }

  @Test
  void a_body_that_drips_in_is_given_up() throws Exception {
    setup.limits = limits(64, Duration.ofSeconds(15), 10_000);
    try (TestServer forge = setup.start();
        Socket slow = forge.connect()) {
      String head = forge.rawPost("/run", "x".repeat(5000));
      String answer = drip(slow, head.substring(0, head.indexOf("\r\n\r\n") + 4));

      assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
      assertTrue(answer.contains("did not come in time"), answer);
      assertTrue(closed.contains(DoorObserver.Closed.SLOW_BODY), closed::toString);
    }
  }

  @Test
  void idle_connections_give_their_places_to_new_ones() throws Exception {
    setup.limits = limits(16, Duration.ofSeconds(15), 0);
    try (TestServer forge = setup.start()) {
      Socket[] idle = new Socket[40];
      try {
        for (int i = 0; i < idle.length; i++) {
          idle[i] = forge.connect();
        }

        assertEquals(200, forge.get("/healthz").statusCode());
        assertEquals(-1, idle[0].getInputStream().read());
      } finally {
        for (Socket each : idle) {
          each.close();
        }
      }
    }
  }

  @Test
  void an_address_that_may_not_call_is_disconnected_unless_a_setting_lets_it_in() throws Exception {
    Optional<InetAddress> own = otherAddress();
    Assumptions.assumeTrue(own.isPresent(), "this machine has no address but loopback");
    String address = own.get().getHostAddress();
    setup.host = "0.0.0.0";
    assertEquals("", answerAt(own.get()));
    assertTrue(closed.contains(DoorObserver.Closed.ADDRESS), closed::toString);

    setup.allowed = List.of(address);
    assertTrue(answerAt(own.get()).startsWith("HTTP/1.1 200 "));

    setup.allowed = List.of();
    setup.proxies = List.of(address);
    assertTrue(answerAt(own.get()).startsWith("HTTP/1.1 403 "));

    setup.proxies = List.of();
    setup.scrapers = List.of(address);
    assertTrue(answerAt(own.get()).startsWith("HTTP/1.1 403 "));
  }

  private String answerAt(InetAddress address) throws Exception {
    try (TestServer forge = setup.start();
        Socket caller = new Socket(address, forge.port())) {
      caller.setSoTimeout((int) TestServer.PATIENCE.toMillis());
      caller
          .getOutputStream()
          .write(
              "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(caller.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException reset) {
      return "";
    }
  }

  private static Optional<InetAddress> otherAddress() throws Exception {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address.getAddress().length == 4 && !address.isLoopbackAddress())
        .findFirst();
  }

  private static DoorLimits limits(int connections, Duration head, int bodyRate) {
    return new DoorLimits(10, connections, 8, head, bodyRate, Duration.ofMillis(200));
  }

  private static void askHealth(Socket socket) throws IOException {
    socket
        .getOutputStream()
        .write(
            "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      assertTrue(next >= 0, head::toString);
      head.append((char) next);
    }
    assertTrue(head.toString().startsWith("HTTP/1.1 200 "), head::toString);
    int at = head.indexOf("Content-Length: ") + "Content-Length: ".length();
    in.readNBytes(Integer.parseInt(head.substring(at, head.indexOf("\r", at))));
  }

  /** Sends the text, and then byte after byte until the server closes; returns its answer. */
  private static String drip(Socket socket, String text) throws IOException {
    long deadline = System.nanoTime() + TestServer.PATIENCE.toNanos();
    StringBuilder answer = new StringBuilder();
    socket.setSoTimeout(DRIP_MILLIS);
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      while (System.nanoTime() < deadline) {
        try {
          int next = socket.getInputStream().read();
          if (next < 0) {
            return answer.toString();
          }
          answer.append((char) next);
        } catch (SocketTimeoutException nothingYet) {
          socket.getOutputStream().write('x');
        }
      }
    } catch (IOException cut) {
      return answer.toString();
    }
    throw new AssertionError("the server took all of it: " + answer);
  }
}
