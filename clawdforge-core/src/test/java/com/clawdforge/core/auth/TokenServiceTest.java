package com.clawdforge.core.auth;

import static com.clawdforge.core.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.MutableClock;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.page.PageRequest;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenServiceTest {
  private static final Instant T0 = Instant.parse("2026-03-01T12:00:00.123456789Z");
  private static final Instant T0_MILLIS = Instant.parse("2026-03-01T12:00:00.123Z");

  private final MutableClock clock = new MutableClock(T0);
  private final InMemoryTokenAuth store = new InMemoryTokenAuth();
  private final List<String> revoked = new ArrayList<>();
  private final TokenService tokens =
      new TokenService(store, clock, new SecureRandom(), revoked::add);

  @Test
  void a_minted_token_authenticates() {
    TokenService.Minted minted = tokens.mint("cauldron", List.of("10.0.0.0/8"));

    AppToken token = tokens.authenticate(minted.secret()).orElseThrow();
    assertEquals(minted.token(), token);
    assertEquals("cauldron", token.name());
    assertEquals(List.of(Cidr.parse("10.0.0.0/8")), token.addresses());
    assertEquals(T0_MILLIS, token.createdAt());
  }

  @Test
  void a_bearer_that_was_never_minted_does_not_authenticate() {
    tokens.mint("cauldron", List.of());

    assertEquals(Optional.empty(), tokens.authenticate(BearerToken.mint(new SecureRandom())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "a b", "a/b", "a.b", "\u00e4", "a\n"})
  void other_names_are_refused(String name) {
    assertEquals(
        "name",
        assertRefused(ErrorCode.INVALID_REQUEST, () -> tokens.mint(name, List.of())).field());
  }

  @Test
  void the_longest_name_has_64_characters() {
    assertEquals("a".repeat(64), tokens.mint("a".repeat(64), List.of()).token().name());
    assertRefused(ErrorCode.INVALID_REQUEST, () -> tokens.mint("a".repeat(65), List.of()));
  }

  @Test
  void a_malformed_block_is_refused() {
    assertEquals(
        "ip_cidrs",
        assertRefused(ErrorCode.INVALID_REQUEST, () -> tokens.mint("a", List.of("10.0.0.0/99")))
            .field());
    assertEquals(List.of(), tokens.list(PageRequest.all()).items());
  }

  @Test
  void a_token_without_limits_may_anything() {
    assertEquals(TokenLimits.NONE, tokens.mint("cauldron", List.of()).token().limits());
  }

  @Test
  void limits_are_set_when_a_token_is_minted_and_stay_when_it_is_rotated() {
    TokenLimits limits = new TokenLimits(Set.of("claude", "codex"), Permissions.Mode.DENY_ALL);

    TokenService.Minted minted =
        tokens.mint("cauldron", List.of(), List.of("codex", "claude"), Permissions.Mode.DENY_ALL);

    assertEquals(limits, minted.token().limits());
    TokenService.Minted rotated = tokens.rotate("cauldron");
    assertEquals(limits, rotated.token().limits());
    assertEquals(limits, tokens.authenticate(rotated.secret()).orElseThrow().limits());
  }

  @ParameterizedTest
  @MethodSource
  void agents_that_cannot_be_are_refused(List<String> agents) {
    assertEquals(
        "agents",
        assertRefused(ErrorCode.INVALID_REQUEST, () -> tokens.mint("a", List.of(), agents, null))
            .field());
    assertEquals(List.of(), tokens.list(PageRequest.all()).items());
  }

  static Stream<List<String>> agents_that_cannot_be_are_refused() {
    return Stream.of(
        List.of(),
        List.of(""),
        List.of("claude code"),
        List.of("claude", "a/b"),
        List.of("a,b"),
        List.of("a".repeat(65)),
        List.of("claude", "codex", "claude"),
        IntStream.range(0, 33).mapToObj(i -> "agent-" + i).toList());
  }

  @Test
  void up_to_32_agents_of_64_characters_are_kept() {
    List<String> agents =
        IntStream.range(0, 32).mapToObj(i -> "A_" + "-".repeat(60) + (10 + i)).toList();

    assertEquals(
        Set.copyOf(agents), tokens.mint("a", List.of(), agents, null).token().limits().agents());
  }

  @Test
  void shares_are_changed_at_once_and_listeners_hear_of_those_in_force() {
    List<TokenShares> heard = new ArrayList<>();
    TokenShares defaults = new TokenShares(4, 8, null, null, null, null);
    TokenService service =
        new TokenService(
            store,
            clock,
            new SecureRandom(),
            revoked::add,
            null,
            defaults,
            (id, now) -> heard.add(now));
    BearerToken secret = service.mint("cauldron", List.of()).secret();
    AppToken before = service.authenticate(secret).orElseThrow();
    assertEquals(defaults, service.inForce(before.limits()).shares());

    TokenShares one = new TokenShares(1, null, null, null, null, null);
    service.changeShares("cauldron", was -> one);

    AppToken after = service.authenticate(secret).orElseThrow();
    assertEquals(one, after.limits().shares());
    assertEquals(1, service.inForce(after.limits()).shares().maxConcurrent());
    assertEquals(List.of(new TokenShares(1, 8, null, null, null, null)), heard);
  }

  @ParameterizedTest
  @CsvSource({
    "max_concurrent,0,,,,,",
    "max_concurrent,-1,,,,,",
    "max_concurrent,1025,,,,,",
    "max_sessions,,-1,,,,",
    "max_sessions,,100001,,,,",
    "requests_per_minute,,,0,,,",
    "requests_per_minute,,,1000001,,,",
    "daily_budget_usd,,,,-0.01,,",
    "daily_budget_usd,,,,1000000001,,",
    "daily_budget_usd,,,,0.0000001,,",
    "monthly_budget_usd,,,,,-1,",
    "max_storage_bytes,,,,,,-1",
    "max_storage_bytes,,,,,,9223372036854775807",
  })
  void shares_out_of_range_are_refused_by_their_name(
      String field,
      @Nullable Integer concurrent,
      @Nullable Integer sessions,
      @Nullable Integer requests,
      @Nullable BigDecimal daily,
      @Nullable BigDecimal monthly,
      @Nullable Long storage) {
    TokenShares shares = new TokenShares(concurrent, sessions, requests, daily, monthly, storage);
    tokens.mint("known", List.of());

    for (Executable work :
        List.<Executable>of(
            () -> tokens.mint("a", List.of(), null, null, shares),
            () -> tokens.changeShares("known", was -> shares))) {
      assertEquals(field, assertRefused(ErrorCode.INVALID_REQUEST, work).field());
    }
    assertRefused(ErrorCode.NOT_FOUND, () -> tokens.changeShares("b", was -> TokenShares.NONE));
  }

  @Test
  void a_live_name_is_taken() {
    tokens.mint("cauldron", List.of());

    assertRefused(ErrorCode.NAME_TAKEN, () -> tokens.mint("cauldron", List.of()));
  }

  @Test
  void a_revoked_token_does_not_authenticate_and_its_work_can_be_ended() {
    TokenService.Minted minted = tokens.mint("cauldron", List.of());
    assertEquals(minted.token(), tokens.authenticate(minted.secret()).orElseThrow());

    tokens.revoke("cauldron");

    assertEquals(Optional.empty(), tokens.authenticate(minted.secret()));
    assertEquals(List.of(minted.token().id()), revoked);
    assertEquals(T0_MILLIS, tokens.list(PageRequest.all()).items().getFirst().revokedAt());
  }

  @Test
  void revoking_again_is_no_fault_but_an_unknown_name_is() {
    tokens.mint("cauldron", List.of());
    tokens.revoke("cauldron");
    clock.advance(Duration.ofHours(1));
    tokens.revoke("cauldron");

    assertEquals(T0_MILLIS, tokens.list(PageRequest.all()).items().getFirst().revokedAt());
    assertRefused(ErrorCode.NOT_FOUND, () -> tokens.revoke("other"));
  }

  @Test
  void a_name_that_is_minted_again_is_another_token() {
    TokenService.Minted first = tokens.mint("cauldron", List.of());
    tokens.revoke("cauldron");
    TokenService.Minted second = tokens.mint("cauldron", List.of());

    assertNotEquals(first.token().id(), second.token().id());
    assertEquals(Optional.empty(), tokens.authenticate(first.secret()));
  }

  @Test
  void rotating_gives_a_new_secret_for_the_same_token() {
    TokenService.Minted first = tokens.mint("cauldron", List.of());
    assertEquals(first.token().id(), tokens.authenticate(first.secret()).orElseThrow().id());
    TokenService.Minted second = tokens.rotate("cauldron");

    assertEquals(first.token().id(), second.token().id());
    assertEquals(Optional.empty(), tokens.authenticate(first.secret()));
    assertEquals(first.token().id(), tokens.authenticate(second.secret()).orElseThrow().id());
    assertRefused(ErrorCode.NOT_FOUND, () -> tokens.rotate("other"));
  }

  @Test
  void a_use_is_noted_at_most_once_a_minute() {
    BearerToken secret = tokens.mint("cauldron", List.of()).secret();

    tokens.authenticate(secret);
    assertEquals(T0, lastUse());
    clock.advance(Duration.ofSeconds(59));
    tokens.authenticate(secret);
    assertEquals(T0, lastUse());
    clock.advance(Duration.ofSeconds(1));
    tokens.authenticate(secret);
    assertEquals(T0.plusSeconds(60), lastUse());
  }

  private Instant lastUse() {
    return Optional.ofNullable(tokens.list(PageRequest.all()).items().getFirst().lastUsedAt())
        .orElseThrow();
  }

  @Test
  void a_token_is_limited_to_agents_that_the_server_has() {
    TokenService service =
        new TokenService(store, clock, new SecureRandom(), revoked::add, Set.of("claude", "codex"));

    Refusal refusal =
        assertThrows(
            Refusal.class, () -> service.mint("app", List.of(), List.of("claude", "gemini"), null));

    assertTrue(
        String.valueOf(refusal.getMessage())
            .startsWith("this server has no agent gemini; it has claude, codex"),
        refusal::getMessage);
    assertEquals(
        Set.of("codex"),
        service.mint("app", List.of(), List.of("codex"), null).token().limits().agents());
  }
}
