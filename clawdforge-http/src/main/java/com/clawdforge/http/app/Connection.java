package com.clawdforge.http.app;

import com.clawdforge.client.ForgeAdmin;
import com.clawdforge.client.ForgeClient;
import java.util.Map;

/** How the client commands reach a running server. */
final class Connection {
  private static final String DEFAULT_URL = "http://127.0.0.1:8800";

  private final Map<String, String> environment;

  Connection(Map<String, String> environment) {
    this.environment = environment;
  }

  ForgeClient client() {
    return ForgeClient.builder()
        .baseUrl(url())
        .token(required("CLAWDFORGE_TOKEN", "an app's token from: ./clawdforge token mint NAME"))
        .build();
  }

  ForgeAdmin admin() {
    return ForgeAdmin.builder()
        .baseUrl(url())
        .adminToken(required("CLAWDFORGE_ADMIN_TOKEN", "the server's ADMIN_BOOTSTRAP_TOKEN"))
        .build();
  }

  private String url() {
    return new Variables(environment).text("CLAWDFORGE_URL", DEFAULT_URL);
  }

  private String required(String name, String what) {
    String value = new Variables(environment).text(name);
    if (value == null) {
      throw new CommandFailed("set " + name + " to " + what, null);
    }
    return value;
  }
}
