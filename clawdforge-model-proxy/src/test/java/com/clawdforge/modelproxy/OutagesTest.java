package com.clawdforge.modelproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.model.ModelGrant;
import com.clawdforge.core.model.ModelUser;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the operator is told of a provider that is not reached. */
@Timeout(60)
final class OutagesTest {
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private final Outages outages = new Outages(warnings::add);

  @Test
  void each_cause_is_told_once_until_the_provider_answers() {
    for (int i = 0; i < 2; i++) {
      outages.failed(new UnknownHostException("a"));
      outages.failed(new UnresolvedAddressException());
      outages.failed(new IOException(new ConnectException("refused")));
      outages.failed(new SocketTimeoutException("connect"));
      outages.failed(new SSLHandshakeException("PKIX"));
      outages.failed(new RejectedExecutionException("full"));
    }
    assertEquals(4, warnings.size(), warnings::toString);

    outages.answered();
    outages.failed(new ConnectException("refused"));
    assertEquals(5, warnings.size(), warnings::toString);
  }

  @Test
  void an_agent_that_is_gone_and_work_that_is_over_are_no_outage() {
    outages.failed(new EOFException());
    outages.failed(new IOException("the work of run 1 is over"));
    outages.failed(new TimeoutException("idle"));

    assertEquals(List.of(), warnings);
  }

  @Test
  void a_provider_that_is_not_there_is_told_without_a_path_or_a_secret() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    try (ModelProxy proxy =
        new ModelProxy(
            new Upstream(URI.create("http://127.0.0.1:" + free), "key", null),
            ProxyLimits.USUAL,
            outages)) {
      ModelGrant grant = proxy.open(new ModelUser(ModelUser.Kind.RUN, "run-1"));
      for (int i = 0; i < 2; i++) {
        assertThrows(
            IOException.class,
            () ->
                HttpClient.newHttpClient()
                    .send(
                        HttpRequest.newBuilder(URI.create(grant.baseUrl() + "/v1/messages"))
                            .header("x-api-key", grant.secret())
                            .POST(HttpRequest.BodyPublishers.ofString("{}"))
                            .build(),
                        HttpResponse.BodyHandlers.discarding()));
      }
    }
    assertEquals(1, warnings.size(), warnings::toString);
    assertTrue(warnings.getFirst().contains("nobody accepts"), warnings.getFirst());
  }
}
