package com.clawdforge.core.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.Concurrently;
import com.clawdforge.core.agent.Network;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.ToolKind;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every {@link TokenAuth} must do. */
public abstract class TokenAuthContract {
  private static final Instant T0 = Instant.parse("2026-03-01T12:00:00.123Z");
  private static final Instant T1 = T0.plusSeconds(60);
  private static final Instant T2 = T1.plusSeconds(60);

  private static final TokenShares SOME =
      new TokenShares(1, null, 60, new BigDecimal("0.000001"), null, 0L);
  private static final TokenShares MOST =
      new TokenShares(
          TokenShares.MOST_CONCURRENT,
          TokenShares.MOST_SESSIONS,
          TokenShares.MOST_REQUESTS,
          BigDecimal.valueOf(TokenShares.MOST_USD),
          BigDecimal.ZERO,
          TokenShares.MOST_BYTES);

  /** The store of this test, empty at first. */
  protected abstract TokenAuth tokens();

  /** Waits until all uses noted so far are stored. */
  protected abstract void awaitUses();

  @Test
  void a_token_is_found_by_its_secret_as_it_was_added() {
    AppToken token =
        new AppToken(
            "id-1",
            "cauldron",
            List.of(Cidr.parse("10.1.2.3/8"), Cidr.parse("fd00::/8")),
            TokenLimits.NONE,
            T0,
            null,
            null);

    assertTrue(tokens().add(token, "hash-1"));

    assertEquals(Optional.of(token), tokens().findLive("hash-1"));
    assertEquals(
        "[10.1.2.3/8, fd00::/8]", tokens().findLive("hash-1").orElseThrow().addresses().toString());
  }

  @ParameterizedTest
  @MethodSource
  void a_token_keeps_its_limits(TokenLimits limits) {
    AppToken token = new AppToken("id-1", "cauldron", List.of(), limits, T0, null, null);
    tokens().add(token, "hash-1");

    assertEquals(Optional.of(token), tokens().findLive("hash-1"));
    assertEquals(Optional.of(token), tokens().rotate("cauldron", "hash-2"));
    tokens().used("id-1", T1);
    awaitUses();
    assertEquals(limits, tokens().revoke("cauldron", T2).orElseThrow().limits());
    assertEquals(limits, tokens().list(PageRequest.all()).items().getFirst().limits());
  }

  static Stream<TokenLimits> a_token_keeps_its_limits() {
    return Stream.of(
            Permissions.Mode.APPROVE_ALL,
            Permissions.Mode.APPROVE_READS,
            Permissions.Mode.DENY_ALL,
            new Permissions.Policy(Set.of(), Set.of(), false),
            new Permissions.Policy(
                Set.of(ToolKind.READ, ToolKind.SEARCH), Set.of(ToolKind.EXECUTE), false),
            new Permissions.Policy(Set.of(ToolKind.values()), Set.of(), true),
            new Permissions.Policy(Set.of(), Set.of(ToolKind.EXECUTE, ToolKind.OTHER), true))
        .flatMap(
            most ->
                Stream.of(
                    new TokenLimits(null, most),
                    new TokenLimits(Set.of("claude"), null),
                    new TokenLimits(null, null, SOME),
                    new TokenLimits(null, most, Network.MODEL, SOME),
                    new TokenLimits(null, null, Network.NONE, TokenShares.NONE),
                    new TokenLimits(Set.of("claude"), most, MOST),
                    new TokenLimits(Set.of("claude", "a_b-9", "Codex"), most)));
  }

  @Test
  void the_shares_of_a_live_token_are_changed_from_what_they_are() {
    tokens().add(token("id-1", "cauldron"), "hash-1");
    tokens().add(token("id-2", "other"), "hash-2");

    AppToken changed =
        tokens()
            .changeShares("cauldron", was -> TokenShares.NONE.equals(was) ? SOME : MOST)
            .orElseThrow();

    assertEquals(SOME, changed.limits().shares());
    assertEquals(Optional.of(changed), tokens().findLive("hash-1"));
    assertEquals(TokenLimits.NONE, tokens().findLive("hash-2").orElseThrow().limits());
    tokens().changeShares("cauldron", was -> TokenShares.NONE);
    assertEquals(TokenLimits.NONE, tokens().findLive("hash-1").orElseThrow().limits());
  }

  @Test
  void changing_the_shares_of_a_revoked_or_unknown_token_changes_none() {
    tokens().add(token("id-1", "cauldron"), "hash-1");
    tokens().revoke("cauldron", T1);

    assertEquals(Optional.empty(), tokens().changeShares("cauldron", was -> SOME));
    assertEquals(Optional.empty(), tokens().changeShares("unknown", was -> SOME));
    assertEquals(
        TokenShares.NONE, tokens().list(PageRequest.all()).items().getFirst().limits().shares());
    tokens().add(token("id-2", "cauldron"), "hash-2");
    assertEquals("id-2", tokens().changeShares("cauldron", was -> SOME).orElseThrow().id());
  }

  @Test
  void a_change_of_shares_that_is_refused_changes_nothing() {
    tokens().add(token("id-1", "cauldron"), "hash-1");

    assertThrows(
        IllegalArgumentException.class,
        () ->
            tokens()
                .changeShares(
                    "cauldron",
                    was -> {
                      throw new IllegalArgumentException("no");
                    }));

    assertEquals(TokenLimits.NONE, tokens().findLive("hash-1").orElseThrow().limits());
  }

  @Test
  void of_many_changes_at_once_none_is_lost() {
    tokens().add(token("id-1", "cauldron"), "hash-1");
    Concurrently.call(
        8, i -> tokens().changeShares("cauldron", was -> concurrent(was.maxConcurrent())));

    assertEquals(8, tokens().findLive("hash-1").orElseThrow().limits().shares().maxConcurrent());
  }

  private static TokenShares concurrent(@Nullable Integer before) {
    return new TokenShares(before == null ? 1 : before + 1, null, null, null, null, null);
  }

  @Test
  void an_unknown_secret_finds_nothing() {
    tokens().add(token("id-1", "cauldron"), "hash-1");

    assertEquals(Optional.empty(), tokens().findLive("hash-2"));
    assertEquals(Optional.empty(), tokens().findLive(""));
  }

  @Test
  void a_second_live_token_of_a_name_is_not_kept() {
    AppToken first = token("id-1", "cauldron");
    tokens().add(first, "hash-1");

    assertFalse(tokens().add(token("id-2", "cauldron"), "hash-2"));

    assertEquals(Optional.empty(), tokens().findLive("hash-2"));
    assertEquals(Optional.of(first), tokens().findLive("hash-1"));
    assertEquals(List.of(first), tokens().list(PageRequest.all()).items());
  }

  @Test
  void of_many_that_add_one_name_at_once_one_wins() {
    List<Boolean> added =
        Concurrently.call(8, i -> tokens().add(token("id-" + i, "cauldron"), "hash-" + i));

    assertEquals(1, Collections.frequency(added, true));
    int winner = added.indexOf(true);
    assertEquals(
        List.of("id-" + winner),
        tokens().list(PageRequest.all()).items().stream().map(AppToken::id).toList());
  }

  @Test
  void names_differ_by_every_character() {
    assertTrue(tokens().add(token("id-1", "a_b"), "hash-1"));
    assertTrue(tokens().add(token("id-2", "a-b"), "hash-2"));
    assertTrue(tokens().add(token("id-3", "a_"), "hash-3"));
    assertEquals("id-2", tokens().findLive("hash-2").orElseThrow().id());
  }

  @Test
  void a_use_is_noted() {
    tokens().add(token("id-1", "cauldron"), "hash-1");
    tokens().add(token("id-2", "other"), "hash-2");

    tokens().used("id-1", T1);
    awaitUses();

    assertEquals(T1, tokens().findLive("hash-1").orElseThrow().lastUsedAt());
    assertNull(tokens().findLive("hash-2").orElseThrow().lastUsedAt());
  }

  @Test
  void of_several_uses_the_newest_is_kept_in_whatever_order_they_come() {
    tokens().add(token("id-1", "cauldron"), "hash-1");

    tokens().used("id-1", T2);
    tokens().used("id-1", T1);
    awaitUses();
    assertEquals(T2, tokens().findLive("hash-1").orElseThrow().lastUsedAt());

    tokens().used("id-1", T1);
    awaitUses();
    assertEquals(T2, tokens().findLive("hash-1").orElseThrow().lastUsedAt());
  }

  @Test
  void a_use_of_an_unknown_token_is_nothing() {
    tokens().used("nobody", T1);
    awaitUses();

    assertEquals(List.of(), tokens().list(PageRequest.all()).items());
  }

  @Test
  void a_revoked_token_is_not_found_any_more() {
    tokens().add(token("id-1", "cauldron"), "hash-1");

    AppToken revoked = tokens().revoke("cauldron", T1).orElseThrow();

    assertEquals("id-1", revoked.id());
    assertEquals(T1, revoked.revokedAt());
    assertEquals(Optional.empty(), tokens().findLive("hash-1"));
  }

  @Test
  void revoking_again_gives_the_same_token_unchanged() {
    tokens().add(token("id-1", "cauldron"), "hash-1");
    Optional<AppToken> revoked = tokens().revoke("cauldron", T1);

    assertEquals(revoked, tokens().revoke("cauldron", T2));
    assertEquals(List.of(revoked.orElseThrow()), tokens().list(PageRequest.all()).items());
  }

  @Test
  void revoking_a_name_that_was_never_minted_gives_nothing() {
    tokens().add(token("id-1", "cauldron"), "hash-1");

    assertEquals(Optional.empty(), tokens().revoke("other", T1));
    assertTrue(tokens().findLive("hash-1").isPresent());
  }

  @Test
  void a_name_is_free_again_after_revocation_and_names_another_token() {
    tokens().add(token("id-1", "cauldron"), "hash-1");
    tokens().revoke("cauldron", T1);

    assertTrue(tokens().add(token("id-2", "cauldron"), "hash-2"));

    assertEquals("id-2", tokens().findLive("hash-2").orElseThrow().id());
    assertEquals(Optional.empty(), tokens().findLive("hash-1"));
    assertEquals("id-2", tokens().revoke("cauldron", T2).orElseThrow().id());
    assertEquals(
        List.of(T2, T1),
        tokens().list(PageRequest.all()).items().stream().map(AppToken::revokedAt).toList());
  }

  @Test
  void rotating_keeps_the_token_and_ends_its_old_secret() {
    AppToken token = token("id-1", "cauldron");
    tokens().add(token, "hash-1");

    assertEquals(Optional.of(token), tokens().rotate("cauldron", "hash-2"));

    assertEquals(Optional.empty(), tokens().findLive("hash-1"));
    assertEquals(Optional.of(token), tokens().findLive("hash-2"));
    assertEquals(List.of(token), tokens().list(PageRequest.all()).items());
  }

  @Test
  void only_a_live_token_can_be_rotated() {
    tokens().add(token("id-1", "cauldron"), "hash-1");
    tokens().revoke("cauldron", T1);

    assertEquals(Optional.empty(), tokens().rotate("cauldron", "hash-2"));
    assertEquals(Optional.empty(), tokens().rotate("other", "hash-3"));
    assertEquals(Optional.empty(), tokens().findLive("hash-2"));
    assertEquals(Optional.empty(), tokens().findLive("hash-3"));
  }

  @Test
  void rotating_touches_the_live_token_of_a_name_only() {
    tokens().add(token("id-1", "cauldron"), "hash-1");
    tokens().revoke("cauldron", T1);
    tokens().add(token("id-2", "cauldron"), "hash-2");

    assertEquals("id-2", tokens().rotate("cauldron", "hash-3").orElseThrow().id());
    assertEquals(T1, tokens().list(PageRequest.all()).items().getLast().revokedAt());
  }

  @Test
  void the_list_is_newest_first_and_has_revoked_tokens_too() {
    // Their times are in reverse: the order of creation counts.
    AppToken first = new AppToken("id-1", "a", List.of(), TokenLimits.NONE, T2, null, null);
    AppToken second = new AppToken("id-2", "b", List.of(), TokenLimits.NONE, T1, null, null);
    tokens().add(first, "hash-1");
    tokens().add(second, "hash-2");
    AppToken revoked = tokens().revoke("a", T2).orElseThrow();

    assertEquals(new Page<>(List.of(second, revoked), null), tokens().list(PageRequest.all()));
  }

  @Test
  void an_empty_list_is_one_empty_page() {
    assertEquals(new Page<AppToken>(List.of(), null), tokens().list(PageRequest.first(1)));
  }

  @Test
  void pages_do_not_shift_when_tokens_are_added_between_them() {
    for (int i = 1; i <= 5; i++) {
      tokens().add(token("id-" + i, "name-" + i), "hash-" + i);
    }

    Page<AppToken> first = tokens().list(PageRequest.first(2));
    tokens().add(token("id-6", "name-6"), "hash-6");
    Page<AppToken> second = tokens().list(new PageRequest(2, first.next()));
    Page<AppToken> third = tokens().list(new PageRequest(2, second.next()));

    assertEquals(List.of("id-5", "id-4"), ids(first));
    assertEquals(List.of("id-3", "id-2"), ids(second));
    assertEquals(List.of("id-1"), ids(third));
    assertNull(third.next());
  }

  @Test
  void a_page_that_ends_with_the_last_token_has_no_next() {
    tokens().add(token("id-1", "a"), "hash-1");
    tokens().add(token("id-2", "b"), "hash-2");

    @Nullable Long next = tokens().list(PageRequest.first(2)).next();

    assertNull(next);
  }

  private static AppToken token(String id, String name) {
    return new AppToken(id, name, List.of(), TokenLimits.NONE, T0, null, null);
  }

  private static List<String> ids(Page<AppToken> page) {
    return page.items().stream().map(AppToken::id).toList();
  }
}
