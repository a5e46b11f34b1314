package com.clawdforge.http.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.StubServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands say if something else than the server answers, or nothing does. */
@Timeout(60)
final class WrongServerTest extends SessionCommandFixture {
  private static final String PAGE = "<html>\n<body>Bad gateway</body>\n</html>";

  private String told(String... arguments) {
    err.getBuffer().setLength(0);
    assertEquals(1, clawdforge(arguments), err::toString);
    assertEquals(1, err.toString().lines().count(), err::toString);
    return err.toString();
  }

  private String toldAll(String url) {
    String run = told("runs", "list", "--url", url);
    assertEquals(run, told("status", "--url", url));
    return run;
  }

  @Test
  void a_web_page_is_named_and_not_printed() {
    for (String line : List.of("GET /runs?limit=20", "GET /healthz")) {
      server.on(line, exchange -> StubServer.send(exchange, 502, "text/html", PAGE));
    }

    String told = toldAll(server.url());

    assertTrue(told.contains("answered 502 with a web page, but not as clawdforge does"), told);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 404})
  void json_of_another_program_is_named(int status) {
    server.on("GET /runs?limit=20", status, "{\"message\":\"welcome\"}");
    server.on("GET /healthz", status, "{\"message\":\"welcome\"}");

    assertTrue(told("runs", "list").contains("not as clawdforge does"), err::toString);
    assertTrue(told("status").contains("not as clawdforge does"), err::toString);
  }

  @Test
  void a_host_that_does_not_exist_is_named() {
    assertTrue(toldAll("http://nowhere.invalid").contains("there is no host nowhere.invalid"));
  }

  @Test
  void a_port_where_nothing_listens_is_named() {
    assertTrue(
        toldAll("http://127.0.0.1:1")
            .contains("nothing listens on http://127.0.0.1:1; is the server running?"));
  }

  @Test
  void a_server_that_is_not_there_is_not_waited_for() {
    Duration fastest = Duration.ofDays(1);
    for (int i = 0; i < 5; i++) {
      long start = System.nanoTime();
      told("runs", "list", "--url", "http://127.0.0.1:1");
      told("session", "get", "s1", "--url", "http://127.0.0.1:1");
      Duration taken = Duration.ofNanos(System.nanoTime() - start);
      fastest = taken.compareTo(fastest) < 0 ? taken : fastest;
    }

    // The client's own retries take 875 ms at least, for each command.
    assertTrue(fastest.toMillis() < 800, fastest::toString);
  }

  @Test
  void https_where_http_is_spoken_is_named() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
      Thread server = Thread.ofPlatform().daemon().start(() -> refuseEach(plain));
      String url = "https://127.0.0.1:" + plain.getLocalPort();

      assertTrue(toldAll(url).contains(url + " speaks http, not https"), err::toString);
      assertTrue(server.isAlive());
    }
  }

  // As Jetty answers what is not HTTP.
  private static void refuseEach(ServerSocket plain) {
    while (!plain.isClosed()) {
      try (Socket peer = plain.accept()) {
        int unused = peer.getInputStream().read(new byte[8192]);
        peer.getOutputStream()
            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      } catch (IOException closed) {
        return;
      }
    }
  }

  @Test
  void http_where_https_is_spoken_is_named() {
    for (String line : List.of("GET /runs?limit=20", "GET /healthz")) {
      server.on(
          line,
          exchange ->
              StubServer.send(
                  exchange,
                  400,
                  "text/plain",
                  "Client sent an HTTP request to an HTTPS server.\n"));
    }

    assertTrue(toldAll(server.url()).contains("wants https: write https:// in its address"));
  }

  @Test
  void a_path_in_the_address_is_named() {
    String told = told("runs", "list", "--url", server.url() + "/v1");

    assertTrue(told.contains("the server's address has the path /v1"), told);
  }
}
