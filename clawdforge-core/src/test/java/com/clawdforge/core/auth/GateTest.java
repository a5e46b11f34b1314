package com.clawdforge.core.auth;

import static com.clawdforge.core.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.MutableClock;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.error.ErrorCode;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GateTest {
  private static final InetAddress LOOPBACK = Cidr.address("127.0.0.1");
  private static final InetAddress INSIDE = Cidr.address("192.0.2.1");
  private static final InetAddress OUTSIDE = Cidr.address("203.0.113.1");
  private static final String ADMIN = "admin-secret-of-the-test";

  private final TokenService tokens =
      new TokenService(
          new InMemoryTokenAuth(),
          new MutableClock(Instant.EPOCH),
          new SecureRandom(),
          revoked -> {});
  private final Gate gate = gate(BearerToken.presented(ADMIN));

  @Test
  void addresses_outside_the_policy_are_turned_away() {
    assertEquals(INSIDE, gate.admit(INSIDE, null));
    assertEquals(LOOPBACK, gate.admit(LOOPBACK, "203.0.113.1"));
    assertRefused(ErrorCode.ADDRESS_NOT_ALLOWED, () -> gate.admit(OUTSIDE, null));
    assertRefused(
        ErrorCode.ADDRESS_NOT_ALLOWED,
        () -> gate.admit(Cidr.address("10.0.0.1"), "192.0.2.1, 203.0.113.1"));
  }

  @Test
  void an_app_is_known_by_its_bearer() {
    TokenService.Minted minted = tokens.mint("cauldron", List.of());

    assertEquals(
        new Caller(minted.token().id(), "cauldron"),
        gate.app(INSIDE, "Bearer " + minted.secret().reveal()));
    assertEquals("cauldron", gate.app(INSIDE, "bearer " + minted.secret().reveal()).appName());
  }

  @Test
  void an_app_comes_with_the_limits_of_its_token() {
    String bearer =
        "Bearer "
            + tokens
                .mint("cauldron", List.of(), List.of("claude"), Permissions.Mode.APPROVE_READS)
                .secret()
                .reveal();

    assertEquals(
        new TokenLimits(Set.of("claude"), Permissions.Mode.APPROVE_READS),
        gate.app(INSIDE, bearer).limits());
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "Bearer", "Bearer ", "Basic abc", "Bearer cf_unknown", "cf_unknown"})
  void an_unknown_bearer_is_refused(@Nullable String authorization) {
    assertRefused(ErrorCode.UNAUTHENTICATED, () -> gate.app(INSIDE, authorization));
    assertRefused(ErrorCode.UNAUTHENTICATED, () -> gate.admin(INSIDE, authorization));
  }

  @Test
  void a_token_may_be_narrowed_to_addresses_of_its_own() {
    String bearer = "Bearer " + tokens.mint("cauldron", List.of("192.0.2.9")).secret().reveal();

    assertRefused(ErrorCode.ADDRESS_NOT_ALLOWED, () -> gate.app(INSIDE, bearer));
    assertEquals("cauldron", gate.app(Cidr.address("192.0.2.9"), bearer).appName());
    assertEquals("cauldron", gate.app(LOOPBACK, bearer).appName(), "loopback always passes");
  }

  @Test
  void a_revoked_bearer_is_turned_away_at_once() {
    String bearer = "Bearer " + tokens.mint("cauldron", List.of()).secret().reveal();
    tokens.revoke("cauldron");

    assertRefused(ErrorCode.UNAUTHENTICATED, () -> gate.app(INSIDE, bearer));
  }

  @Test
  void only_the_admin_secret_administers() {
    String bearer = "Bearer " + tokens.mint("cauldron", List.of()).secret().reveal();

    assertDoesNotThrow(() -> gate.admin(INSIDE, "Bearer " + ADMIN));
    assertRefused(ErrorCode.ADMIN_REQUIRED, () -> gate.admin(INSIDE, bearer));
    assertRefused(ErrorCode.UNAUTHENTICATED, () -> gate.app(INSIDE, "Bearer " + ADMIN));
  }

  @Test
  void without_an_admin_secret_there_is_no_administration() {
    Gate off = gate(null);

    assertRefused(ErrorCode.NOT_FOUND, () -> off.admin(INSIDE, "Bearer " + ADMIN));
    assertRefused(ErrorCode.NOT_FOUND, () -> off.admin(INSIDE, null));
  }

  @Test
  void who_may_call_or_passes_calls_on_may_connect() {
    assertTrue(gate.mayConnect(INSIDE));
    assertTrue(gate.mayConnect(LOOPBACK));
    assertTrue(gate.mayConnect(Cidr.address("10.0.0.1")), "a proxy");
    assertFalse(gate.mayConnect(OUTSIDE));
  }

  private Gate gate(@Nullable BearerToken adminSecret) {
    return new Gate(
        new AddressPolicy(List.of(Cidr.parse("192.0.2.0/24")), List.of(Cidr.parse("10.0.0.0/8"))),
        tokens,
        adminSecret);
  }
}
