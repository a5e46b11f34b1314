package com.clawdforge.http.app.command;

import com.clawdforge.client.ForgeAdmin;
import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.RetryPolicy;
import com.clawdforge.http.app.config.AdminSecretFile;
import com.clawdforge.http.app.config.ProgramName;
import com.clawdforge.http.app.config.ServerConfig;
import com.clawdforge.http.app.config.Variables;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that connect the client commands to a running server. */
public final class Connection {
  private static final String DEFAULT_URL = "http://127.0.0.1:8800";

  // A person who waits is better told at once that no server is there. A server that names a time
  // to come back is waited for as ever.
  private static final RetryPolicy RETRIES =
      new RetryPolicy(
          RetryPolicy.STANDARD.maxRetries(), Duration.ZERO, RetryPolicy.STANDARD.longestPause());

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The server; default: CLAWDFORGE_URL, else " + DEFAULT_URL + ".")
  private @Nullable String givenUrl;

  @Option(
      names = "--token-file",
      paramLabel = "PATH",
      description = "A file that holds the token, in place of the variable.")
  private @Nullable Path tokenFile;

  private final Map<String, String> environment;

  public Connection(Map<String, String> environment) {
    this.environment = environment;
  }

  /** A client for an app; throws {@link CommandFailed} if no token is set. */
  public ForgeClient client() {
    ForgeClient.Builder client =
        ForgeClient.builder()
            .baseUrl(url())
            .retries(RETRIES)
            .token(
                token(
                    "CLAWDFORGE_TOKEN",
                    "an app's token from: " + ProgramName.typed("token mint NAME")));
    return usable(client::build);
  }

  ForgeAdmin admin() {
    ForgeAdmin.Builder admin =
        ForgeAdmin.builder().baseUrl(url()).retries(RETRIES).adminToken(adminToken());
    return usable(admin::build);
  }

  private String adminToken() {
    if (tokenFile != null) {
      return secretIn(tokenFile);
    }
    String own = new Variables(environment).text("CLAWDFORGE_ADMIN_TOKEN");
    if (own != null) {
      return own;
    }
    // Another machine has a secret of its own, and must not be shown this one's.
    Optional<String> ofServer =
        onThisMachine() ? AdminSecretFile.read(environment) : AdminSecretFile.chosen(environment);
    return ofServer.orElseThrow(
        () ->
            CommandFailed.misused(
                "set CLAWDFORGE_ADMIN_TOKEN to the server's ADMIN_BOOTSTRAP_TOKEN, or to what is in"
                    + " the file admin-token of its data folder, or name a file that holds it with"
                    + " --token-file",
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

  /** The server's URL as it was given, which may not be one. */
  public String url() {
    return givenUrl == null
        ? new Variables(environment).text("CLAWDFORGE_URL", DEFAULT_URL)
        : givenUrl.strip();
  }

  boolean hasToken() {
    return tokenFile != null || new Variables(environment).text("CLAWDFORGE_TOKEN") != null;
  }

  private <C> C usable(Supplier<C> built) {
    try {
      return built.get();
    } catch (IllegalArgumentException e) {
      String what =
          givenUrl == null && tokenFile == null
              ? "the CLAWDFORGE_ variables"
              : "--url, --token-file and the CLAWDFORGE_ variables";
      throw CommandFailed.misused("check " + what + ": " + e.getMessage(), e);
    }
  }

  private String token(String name, String what) {
    String value = tokenFile == null ? new Variables(environment).text(name) : secretIn(tokenFile);
    if (value == null) {
      throw CommandFailed.misused(
          "set " + name + " to " + what + ", or name a file that holds it with --token-file", null);
    }
    return value;
  }

  private static String secretIn(Path file) {
    try {
      String secret = Files.readString(CommandInput.readable(file)).strip();
      if (secret.isEmpty()) {
        throw CommandFailed.misused(file + " is empty; it must hold a token", null);
      }
      return secret;
    } catch (IOException e) {
      throw CommandFailed.misused("cannot read a token from " + file, e);
    }
  }
}
