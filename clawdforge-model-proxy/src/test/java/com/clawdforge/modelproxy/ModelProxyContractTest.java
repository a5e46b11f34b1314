package com.clawdforge.modelproxy;

import com.clawdforge.core.model.ModelAccess;
import com.clawdforge.core.model.ModelAccessContract;
import com.clawdforge.core.model.ModelGrant;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;

final class ModelProxyContractTest extends ModelAccessContract {
  private final HttpClient client = HttpClient.newHttpClient();
  private final TestProvider provider = provider();

  private static TestProvider provider() {
    try {
      return TestProvider.saying("{}");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  protected ModelAccess access() {
    return new ModelProxy(new Upstream(provider.url(), "key", null));
  }

  @Override
  protected boolean passes(ModelGrant grant, String secret) throws Exception {
    try {
      return client
              .send(
                  HttpRequest.newBuilder(URI.create(grant.baseUrl() + "/v1/models"))
                      .header("x-api-key", secret)
                      .build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (ConnectException closed) {
      return false;
    }
  }

  @AfterEach
  void stop() {
    provider.close();
  }
}
