package com.clawdforge.modelproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.model.ModelGrant;
import com.clawdforge.core.model.ModelUser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whose connections stay open. */
@Timeout(60)
final class GuardedTest {
  private static final ModelUser RUN = new ModelUser(ModelUser.Kind.RUN, "run-1");
  private static final String OK = "HTTP/1.1 200";

  private final CountDownLatch asked = new CountDownLatch(1);
  private final Semaphore answers = new Semaphore(0);

  @Test
  void a_connection_without_a_live_secret_ends_soon_and_one_with_it_does_not() throws Exception {
    try (TestProvider provider = provider();
        ModelProxy proxy = proxy(provider, new ProxyLimits(Duration.ofSeconds(2), 100))) {
      ModelGrant grant = proxy.open(RUN);
      try (Socket agent = connect(grant)) {
        answers.release(2);
        ask(agent, grant, grant.secret());
        assertEquals(OK, status(agent));
        // To the end of the body, which alone has this letter.
        while (agent.getInputStream().read() != '~') {
          Thread.onSpinWait();
        }

        for (int i = 0; i < 2; i++) {
          try (Socket silent = connect(grant);
              Socket stranger = connect(grant)) {
            ask(stranger, grant, "cf_model_of-nobody");
            assertEquals("HTTP/1.1 401", status(stranger));
            toTheEnd(stranger);
            toTheEnd(silent);
          }
        }

        ask(agent, grant, grant.secret());
        assertEquals(OK, status(agent));
      }
    }
  }

  @Test
  void connections_without_a_live_secret_make_room() throws Exception {
    try (TestProvider provider = provider();
        ModelProxy proxy = proxy(provider, new ProxyLimits(Duration.ofMinutes(5), 2))) {
      ModelGrant grant = proxy.open(RUN);
      try (Socket agent = connect(grant)) {
        ask(agent, grant, grant.secret());
        assertTrue(asked.await(20, TimeUnit.SECONDS));
        try (Socket first = connect(grant)) {
          // The server notes new connections on several threads: this one is noted once it answers.
          ask(first, grant, "cf_model_of-nobody");
          assertEquals("HTTP/1.1 401", status(first));
          try (Socket second = connect(grant)) {
            toTheEnd(first);

            answers.release(2);
            ask(second, grant, grant.secret());
            assertEquals(OK, status(second));
            assertEquals(OK, status(agent));
          }
        }
      }
    }
  }

  private TestProvider provider() throws IOException {
    return TestProvider.start(
        exchange -> {
          asked.countDown();
          answers.acquire();
          TestProvider.say(exchange, 200, "~");
        });
  }

  private static ModelProxy proxy(TestProvider provider, ProxyLimits limits) {
    return new ModelProxy(new Upstream(provider.url(), "key", null), limits);
  }

  private static Socket connect(ModelGrant grant) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), grant.baseUrl().getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void ask(Socket socket, ModelGrant grant, String secret) throws IOException {
    String request =
        "POST /v1/messages HTTP/1.1\r\nContent-Length: 0\r\nHost: "
            + grant.baseUrl().getAuthority()
            + "\r\nx-api-key: "
            + secret
            + "\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String status(Socket socket) throws IOException {
    return new String(socket.getInputStream().readNBytes(OK.length()), StandardCharsets.ISO_8859_1);
  }

  private static void toTheEnd(Socket socket) throws IOException {
    socket.getInputStream().readAllBytes();
  }
}
