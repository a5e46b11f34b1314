package com.clawdforge.modelproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.clawdforge.core.model.ModelGrant;
import com.clawdforge.core.model.ModelRequest;
import com.clawdforge.core.model.ModelTokens;
import com.clawdforge.core.model.ModelUser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The way to OpenAI's Responses API. */
@Timeout(60)
final class ResponsesProxyTest {
  private static final ModelUser SESSION = new ModelUser(ModelUser.Kind.SESSION, "session-1");
  private static final String KEY = "sk-the-real-key";
  private static final String ANSWER =
      "data: {\"type\":\"response.completed\",\"response\":{\"model\":\"gpt-5\",\"usage\":"
          + "{\"input_tokens\":50,\"input_tokens_details\":{\"cached_tokens\":20},"
          + "\"output_tokens\":8}}}\n\n";

  private final RecordingWatch watch = new RecordingWatch();
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void the_key_takes_the_place_of_the_secret_and_the_answer_is_counted() throws Exception {
    try (TestProvider provider =
            TestProvider.start(
                exchange -> {
                  exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
                  exchange.getResponseHeaders().add("x-ratelimit-limit-requests", "100");
                  exchange.getResponseHeaders().add("x-ratelimit-remaining-requests", "75");
                  TestProvider.say(exchange, 200, ANSWER);
                });
        ModelProxy proxy = proxy(provider)) {
      ModelGrant grant = proxy.open(SESSION);

      assertEquals(200, ask(grant, "POST", "/v1/responses"));

      assertEquals(List.of("Bearer " + KEY), provider.only().headers().get("Authorization"));
      assertNull(provider.only().headers().get("x-api-key"));
      ModelRequest told = watch.next();
      assertEquals(SESSION, told.user());
      assertEquals("gpt-5", told.model());
      assertEquals(new ModelTokens(30, 8, 20, 0, 0, 0, false), told.tokens());
      assertEquals("openai_token", watch.accounts.getFirst().account());
      assertEquals(0.25, watch.accounts.getFirst().limit().utilization());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/models, 200",
    "GET, /v1/models?client_version=1.2, 200",
    "POST, /v1/messages, 404",
    "GET, /v1/responses/resp_1, 404",
    "DELETE, /v1/responses/resp_1, 405",
    "GET, /v1/responses, 405",
    "POST, /v1/responses/, 404",
    "POST, /v1/chat/completions, 404",
    "GET, /v1/files, 404",
    "POST, /v1/batches, 404"
  })
  void nothing_else_is_served(String method, String path, int status) throws Exception {
    try (TestProvider provider = TestProvider.saying("{}");
        ModelProxy proxy = proxy(provider)) {
      assertEquals(status, ask(proxy.open(SESSION), method, path));
    }
  }

  private int ask(ModelGrant grant, String method, String path)
      throws IOException, InterruptedException {
    return client
        .send(
            HttpRequest.newBuilder(URI.create(grant.baseUrl() + path))
                .header("Authorization", "Bearer " + grant.secret())
                .method(method, HttpRequest.BodyPublishers.ofString("{}"))
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private ModelProxy proxy(TestProvider provider) {
    return new ModelProxy(new Upstream(provider.url(), null, KEY), Api.RESPONSES, watch);
  }
}
