package com.clawdforge.core.auth;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Authenticates callers: first the address, then the bearer. Safe for any thread. */
public final class Gate {
  private final AddressPolicy addresses;
  private final TokenService tokens;
  private final @Nullable BearerToken adminSecret;

  /**
   * @param adminSecret null when administration is off
   */
  public Gate(AddressPolicy addresses, TokenService tokens, @Nullable BearerToken adminSecret) {
    this.addresses = addresses;
    this.tokens = tokens;
    this.adminSecret = adminSecret;
  }

  /**
   * Returns the caller's address if it may call.
   *
   * @throws Refusal {@link ErrorCode#ADDRESS_NOT_ALLOWED}
   */
  public InetAddress admit(InetAddress peer, @Nullable String forwardedFor) {
    return admit(peer, forwardedFor, List.of());
  }

  /**
   * As {@link #admit(InetAddress, String)}, but admits further addresses.
   *
   * @throws Refusal {@link ErrorCode#ADDRESS_NOT_ALLOWED}
   */
  public InetAddress admit(InetAddress peer, @Nullable String forwardedFor, List<Cidr> alsoFrom) {
    InetAddress caller =
        addresses
            .callerAddress(peer, forwardedFor)
            .orElseThrow(
                () ->
                    Refusal.of(
                        ErrorCode.ADDRESS_NOT_ALLOWED,
                        "the proxy passed on no address in X-Forwarded-For; have it send one"));
    if (!addresses.allows(caller) && !AddressPolicy.within(alsoFrom, caller)) {
      throw notAllowed(caller);
    }
    return caller;
  }

  /** Whether this peer may connect: it may call itself, or for those behind it. */
  public boolean mayConnect(InetAddress peer) {
    return addresses.allows(peer) || addresses.trusts(peer);
  }

  /** Whether this peer may name the address of its caller. */
  public boolean trusts(InetAddress peer) {
    return addresses.trusts(peer);
  }

  /** Refuses a request whose address matters and was hidden by a proxy. */
  public static Refusal untrustedProxy() {
    return Refusal.of(
        ErrorCode.ADDRESS_NOT_ALLOWED,
        "a proxy on the server's machine passed this request on, and hides where it came from:"
            + " name the proxy in CLAWDFORGE_TRUSTED_PROXIES, and have it send X-Forwarded-For");
  }

  /**
   * Returns the app that an {@code Authorization} header authenticates.
   *
   * @throws Refusal {@link ErrorCode#UNAUTHENTICATED} or {@link ErrorCode#ADDRESS_NOT_ALLOWED}
   */
  public Caller app(InetAddress caller, @Nullable String authorization) {
    return app(caller, true, authorization);
  }

  /**
   * As {@link #app(InetAddress, String)}.
   *
   * @param certain false if a proxy that is not trusted hides the caller's address: then a token
   *     that is bound to addresses is refused
   */
  public Caller app(InetAddress caller, boolean certain, @Nullable String authorization) {
    AppToken token =
        tokens
            .authenticate(bearer(authorization))
            .orElseThrow(() -> unknown(bearer(authorization)));
    if (!certain && !token.addresses().isEmpty()) {
      throw untrustedProxy();
    }
    if (!token.allows(caller)) {
      throw notAllowed(caller);
    }
    return new Caller(token.id(), token.name(), tokens.inForce(token.limits()));
  }

  /**
   * Refuses every caller but the administrator.
   *
   * @throws Refusal {@link ErrorCode#UNAUTHENTICATED}, {@link ErrorCode#ADMIN_REQUIRED} for an
   *     app's token, {@link ErrorCode#NOT_FOUND} while administration is off
   */
  public void admin(InetAddress caller, @Nullable String authorization) {
    if (adminSecret == null) {
      throw Refusal.of(
          ErrorCode.NOT_FOUND,
          "administration is off: start the server with ADMIN_BOOTSTRAP_TOKEN set");
    }
    BearerToken presented = bearer(authorization);
    if (adminSecret.matches(presented)) {
      return;
    }
    Caller app = app(caller, authorization);
    throw Refusal.of(
        ErrorCode.ADMIN_REQUIRED,
        "the token of "
            + app.appName()
            + " is an app's, not the admin token: send the administrator's secret, which is in"
            + " ADMIN_BOOTSTRAP_TOKEN, its _FILE or the data folder");
  }

  private static BearerToken bearer(@Nullable String authorization) {
    if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
      throw Refusal.of(ErrorCode.UNAUTHENTICATED, Mispasted.header(authorization));
    }
    return BearerToken.presented(authorization.substring(7).trim());
  }

  // Who is told that it is the administrator's secret has it already.
  private Refusal unknown(BearerToken presented) {
    return Refusal.of(
        ErrorCode.UNAUTHENTICATED,
        adminSecret != null && adminSecret.matches(presented)
            ? "this is the administrator's secret, which does no work: mint an app's token with"
                + " POST /admin/tokens or 'clawdforge token mint NAME', and send that"
            : Mispasted.token(presented.reveal()).orElse("the bearer is unknown or revoked"));
  }

  private static Refusal notAllowed(InetAddress caller) {
    return Refusal.of(
        ErrorCode.ADDRESS_NOT_ALLOWED,
        "calls from " + caller.getHostAddress() + " are not allowed");
  }
}
