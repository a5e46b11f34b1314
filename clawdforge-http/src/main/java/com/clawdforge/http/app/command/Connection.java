package com.clawdforge.http.app.command;

import com.clawdforge.client.ForgeAdmin;
import com.clawdforge.client.ForgeClient;
import com.clawdforge.http.app.config.AdminSecretFile;
import com.clawdforge.http.app.config.ServerConfig;
import com.clawdforge.http.app.config.Variables;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Connects the client commands to a running server. */
public final class Connection {
  private static final String DEFAULT_URL = "http://127.0.0.1:8800";

  private final Map<String, String> environment;

  public Connection(Map<String, String> environment) {
    this.environment = environment;
  }

  ForgeClient client() {
    ForgeClient.Builder client =
        ForgeClient.builder()
            .baseUrl(url())
            .token(
                required("CLAWDFORGE_TOKEN", "an app's token from: ./clawdforge token mint NAME"));
    return usable(client::build);
  }

  ForgeAdmin admin() {
    ForgeAdmin.Builder admin = ForgeAdmin.builder().baseUrl(url()).adminToken(adminToken());
    return usable(admin::build);
  }

  private String adminToken() {
    String own = new Variables(environment).text("CLAWDFORGE_ADMIN_TOKEN");
    if (own != null) {
      return own;
    }
    // Another machine has a secret of its own, and must not be shown this one's.
    Optional<String> ofServer =
        onThisMachine() ? AdminSecretFile.read(environment) : AdminSecretFile.chosen(environment);
    return ofServer.orElseThrow(
        () ->
            new CommandFailed(
                "set CLAWDFORGE_ADMIN_TOKEN to the server's ADMIN_BOOTSTRAP_TOKEN, or to what is in"
                    + " the file admin-token of its data folder",
                null));
  }

  private boolean onThisMachine() {
    try {
      @Nullable String host = URI.create(url()).getHost();
      return host != null && ServerConfig.isLoopback(host);
    } catch (IllegalArgumentException notAUrl) {
      return false;
    }
  }

  private static <C> C usable(Supplier<C> built) {
    try {
      return built.get();
    } catch (IllegalArgumentException e) {
      throw new CommandFailed("check the CLAWDFORGE_ variables: " + e.getMessage(), e);
    }
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
