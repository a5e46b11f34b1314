package com.clawdforge.client;

import com.clawdforge.client.internal.Environment;
import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.RequestDefaults;
import com.clawdforge.client.internal.http.Call;
import com.clawdforge.client.internal.http.Timing;
import com.clawdforge.client.internal.http.Transport;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpClient;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The administrator's way to the gateway. Immutable and safe for any thread; calls block. Every
 * method that calls the gateway throws {@link ForgeException}.
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

  /** A client of which base URL and admin token must be given. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * A client for the gateway at {@code CLAWDFORGE_URL} with the admin token {@code
   * CLAWDFORGE_ADMIN_TOKEN}.
   *
   * @throws IllegalStateException if one of them is not set
   */
  public static ForgeAdmin fromEnv() {
    return from(System::getenv);
  }

  static ForgeAdmin from(Environment environment) {
    return builder()
        .baseUrl(Environment.required(environment, Environment.URL))
        .adminToken(Environment.required(environment, Environment.ADMIN_TOKEN))
        .build();
  }

  /**
   * Makes a new app token.
   *
   * @param cidrs the addresses that it may be used from; empty for all that the gateway allows
   */
  public MintedToken mint(String name, List<String> cidrs) {
    return mint(name, cidrs, TokenLimits.NONE);
  }

  /**
   * Makes a new app token that may not ask for everything.
   *
   * @param cidrs the addresses that it may be used from; empty for all that the gateway allows
   */
  public MintedToken mint(String name, List<String> cidrs, TokenLimits limits) {
    ObjectNode body = Json.object().put("name", name);
    cidrs.forEach(body.putArray("ip_cidrs")::add);
    limits.writeTo(body);
    return post(TOKENS, body);
  }

  /** All app tokens, live and revoked, newest first. */
  public List<TokenInfo> tokens() {
    return transport.get(TOKENS, answer -> Json.list(answer, "tokens", TokenInfo::of));
  }

  /** Ends the token of this name at once, and the work that runs under it. */
  public void revoke(String name) {
    transport.send(Call.plain("DELETE", path(name), transport.timing().plain()));
  }

  /** Gives the token of this name a new secret; the old one ends at once. */
  public MintedToken rotate(String name) {
    return post(path(name) + "/rotate", Json.object());
  }

  /** What has been used since the ledger began or, where it forgets, as far as it remembers. */
  public List<UsageTotal> usage(UsageTotal.By by) {
    return transport.get(
        "/admin/usage?group_by=" + by.wire(),
        answer -> Json.list(answer, "usage", total -> UsageTotal.of(by, total)));
  }

  /** The sessions of all apps, newest first. */
  public List<SessionInfo> sessions(boolean includeClosed) {
    return transport.pages(
        "/admin/sessions?include_closed=" + includeClosed,
        "sessions",
        SessionInfo::of,
        Integer.MAX_VALUE);
  }

  /** The latest runs of all apps, newest first, without their answers. */
  public List<RunInfo> runs(int atMost) {
    return transport.pages("/admin/runs", "runs", RunInfo::of, atMost);
  }

  // Not sent again once it may have reached the gateway: the secret of a token that was minted or
  // rotated twice would be lost.
  private MintedToken post(String path, ObjectNode body) {
    return transport.send(
        Call.json(path, Json.bytes(body), transport.timing().plain(), Call.Repeat.IF_NOT_DONE),
        answer -> MintedToken.of(answer.body()));
  }

  private static String path(String name) {
    return TOKENS + "/" + Call.segment(name);
  }

  /**
   * Frees the connections: on a JDK from 21 on, and after the calls in flight. Idempotent; calls
   * that come later throw {@link IllegalStateException}.
   */
  @Override
  public void close() {
    transport.close();
  }

  @Override
  public String toString() {
    return "ForgeAdmin[" + transport + "]";
  }

  /** Puts a client together. */
  public static final class Builder {
    private @Nullable String baseUrl;
    private @Nullable String adminToken;
    private @Nullable HttpClient httpClient;
    private Timing timing = Timing.standard(RetryPolicy.STANDARD.backoff());

    private Builder() {}

    /** Where the gateway is, such as {@code http://localhost:8800}. */
    public Builder baseUrl(String url) {
      baseUrl = url;
      return this;
    }

    /** What the gateway was started with as {@code ADMIN_BOOTSTRAP_TOKEN}. */
    public Builder adminToken(String secret) {
      adminToken = secret;
      return this;
    }

    /** The caller's own HTTP client, which {@link ForgeAdmin#close} leaves open. */
    public Builder httpClient(HttpClient client) {
      httpClient = client;
      return this;
    }

    /** How calls are sent again; {@link RetryPolicy#STANDARD} by default. */
    public Builder retries(RetryPolicy policy) {
      timing = timing.with(policy.backoff());
      return this;
    }

    Builder timing(Timing newTiming) {
      timing = newTiming;
      return this;
    }

    /** The client as it is set up now. */
    public ForgeAdmin build() {
      if (baseUrl == null || adminToken == null) {
        throw new IllegalStateException("an admin client needs baseUrl and adminToken");
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
