package com.clawdforge.http.app.doctor;

import static com.clawdforge.http.app.probe.Check.fault;
import static com.clawdforge.http.app.probe.Check.ok;

import com.clawdforge.http.app.config.ServerConfig;
import com.clawdforge.http.app.probe.Check;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Whether a server could listen where it is configured to, or does already. */
final class ServedAddress {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private ServedAddress() {}

  static Check.Finding look(ServerConfig server) {
    String where = server.host() + ":" + server.port();
    if (server.port() == 0) {
      return ok("would serve on a free port of " + server.host());
    }
    try (ServerSocket socket = new ServerSocket()) {
      // As the server does: connections of an earlier one may still be in TIME_WAIT.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(server.host()), server.port()));
      return ok("would serve on " + where);
    } catch (IOException taken) {
      return runs(server)
          ? ok("a server runs on " + where + " already")
          : fault(
              where + " cannot be listened on: " + taken.getMessage(),
              "end what listens there, or set CLAWDFORGE_PORT");
    }
  }

  private static boolean runs(ServerConfig server) {
    boolean any = server.host().equals("0.0.0.0") || server.host().equals("::");
    String host = any ? "127.0.0.1" : server.host();
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      URI health = new URI("http", null, host, server.port(), "/healthz", null, null);
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(health).timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.ofString());
      JsonNode body = new JsonMapper().readTree(answer.body());
      return body.has("claude_present") && body.has("open_sessions");
    } catch (IOException | URISyntaxException another) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
