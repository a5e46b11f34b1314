package com.clawdforge.client;

import com.clawdforge.client.internal.Environment;
import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.RequestDefaults;
import com.clawdforge.client.internal.SecretFile;
import com.clawdforge.client.internal.http.Call;
import com.clawdforge.client.internal.http.Timing;
import com.clawdforge.client.internal.http.Transport;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The client of a gateway, for its administrator. Immutable and thread-safe. Calls block; failures
 * are {@link ForgeException}s.
 *
 * <pre>{@code
 * try (ForgeAdmin admin = ForgeAdmin.fromEnv()) {
 *   System.out.println(admin.mint("cauldron", List.of("192.168.1.0/24")).token());
 * }
 * }</pre>
 */
public final class ForgeAdmin implements AutoCloseable {
  private static final String TOKENS = "/admin/tokens";

  private final Transport transport;

  private ForgeAdmin(Transport transport) {
    this.transport = transport;
  }

  /** Builds a client; the admin token is required. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Creates a client from the variables that the commands read too: for the gateway at {@code
   * CLAWDFORGE_URL}, by default {@code http://127.0.0.1:8800}, with the secret in {@code
   * CLAWDFORGE_ADMIN_TOKEN}, or else in {@code ADMIN_BOOTSTRAP_TOKEN}.
   *
   * @throws IllegalStateException if there is no secret
   */
  public static ForgeAdmin fromEnv() {
    return from(System::getenv);
  }

  static ForgeAdmin from(Environment environment) {
    return builder()
        .baseUrl(Environment.url(environment))
        .adminToken(
            Environment.required(environment, Environment.ADMIN_TOKEN, Environment.SERVERS_SECRET))
        .build();
  }

  /**
   * Creates an app token.
   *
   * @param cidrs the addresses that may use it; empty for all that the gateway allows
   */
  public MintedToken mint(String name, List<String> cidrs) {
    return mint(name, cidrs, TokenLimits.NONE);
  }

  /**
   * Creates an app token with limits.
   *
   * @param cidrs the addresses that may use it; empty for all that the gateway allows
   */
  public MintedToken mint(String name, List<String> cidrs, TokenLimits limits) {
    ObjectNode body = Json.object().put("name", name);
    cidrs.forEach(body.putArray("ip_cidrs")::add);
    limits.writeTo(body);
    return post(TOKENS, body);
  }

  /** Lists all app tokens, live and revoked, newest first. */
  public List<TokenInfo> tokens() {
    return transport.get(TOKENS, answer -> Json.list(answer, "tokens", TokenInfo::of));
  }

  /** Revokes the token of this name at once, and ends its runs and turns. */
  public void revoke(String name) {
    transport.send(Call.plain("DELETE", path(name), transport.timing().plain()));
  }

  /** Gives the token of this name a new secret; the old one becomes invalid at once. */
  public MintedToken rotate(String name) {
    return post(path(name) + "/rotate", Json.object());
  }

  /** Changes how much of the gateway the live token of this name may take, at once. */
  public TokenInfo change(String name, ShareChange change) {
    return transport.send(
        Call.patch(path(name), change.body(), transport.timing().plain()),
        answer -> TokenInfo.of(answer.body()));
  }

  /** Returns the usage since the ledger began, or as far back as it keeps records. */
  public List<UsageTotal> usage(UsageTotal.By by) {
    return transport.get(
        "/admin/usage?group_by=" + by.wire(),
        answer -> Json.list(answer, "usage", total -> UsageTotal.of(by, total)));
  }

  /** Lists the sessions of all apps, newest first. */
  public List<SessionInfo> sessions(boolean includeClosed) {
    return transport.pages(
        "/admin/sessions?include_closed=" + includeClosed,
        "sessions",
        SessionInfo::of,
        Integer.MAX_VALUE);
  }

  /** Lists the latest runs of all apps, newest first, without their answers. */
  public List<RunInfo> runs(int atMost) {
    return transport.pages("/admin/runs", "runs", RunInfo::of, atMost);
  }

  // Never resent once it may have reached the gateway: minting or rotating twice loses a secret.
  private MintedToken post(String path, ObjectNode body) {
    return transport.send(
        Call.json(path, body, transport.timing().plain(), Call.Repeat.IF_NOT_DONE),
        answer -> MintedToken.of(answer.body()));
  }

  private static String path(String name) {
    return TOKENS + "/" + Call.segment(name);
  }

  /**
   * Releases the connections: on JDK 21 and newer, after all calls in flight. Idempotent; later
   * calls throw {@link IllegalStateException}.
   */
  @Override
  public void close() {
    transport.close();
  }

  @Override
  public String toString() {
    return "ForgeAdmin[" + transport + "]";
  }

  /** Builds a client. */
  public static final class Builder {
    private String baseUrl = Environment.DEFAULT_URL;
    private @Nullable String adminToken;
    private @Nullable HttpClient httpClient;
    private Timing timing = Timing.standard(RetryPolicy.STANDARD.backoff());

    private Builder() {}

    /** The gateway's URL; {@code http://127.0.0.1:8800} by default. */
    public Builder baseUrl(String url) {
      baseUrl = url;
      return this;
    }

    /** The gateway's {@code ADMIN_BOOTSTRAP_TOKEN}. */
    public Builder adminToken(String secret) {
      adminToken = secret;
      return this;
    }

    /**
     * A file that holds that secret, such as {@code admin-token} in the data folder of the gateway.
     * It is read now; white space around the secret is left out.
     *
     * @throws UncheckedIOException if it cannot be read
     * @throws IllegalArgumentException if it is empty
     */
    public Builder adminTokenFile(Path file) {
      return adminToken(SecretFile.read(file));
    }

    /** The app's own HTTP client, which {@link ForgeAdmin#close} leaves open. */
    public Builder httpClient(HttpClient client) {
      httpClient = client;
      return this;
    }

    /** How calls are retried; {@link RetryPolicy#STANDARD} by default. */
    public Builder retries(RetryPolicy policy) {
      timing = timing.with(policy.backoff());
      return this;
    }

    Builder timing(Timing newTiming) {
      timing = newTiming;
      return this;
    }

    /** Creates the client. */
    public ForgeAdmin build() {
      if (adminToken == null) {
        throw new IllegalStateException("an admin client needs adminToken");
      }
      return new ForgeAdmin(
          new Transport(
              baseUrl, adminToken, timing, RequestDefaults.NONE, ForgeException::of, httpClient));
    }

    @Override
    public String toString() {
      return "ForgeAdmin.Builder";
    }
  }
}
