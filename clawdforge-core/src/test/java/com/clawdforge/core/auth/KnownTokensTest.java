package com.clawdforge.core.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class KnownTokensTest {
  private static final AppToken TOKEN =
      new AppToken("1", "cauldron", List.of(), TokenLimits.NONE, Instant.EPOCH, null, null);

  private final KnownTokens known = new KnownTokens();
  private final List<String> asked = new ArrayList<>();

  @Test
  void the_store_is_asked_once_for_a_token_that_it_has() {
    assertEquals(Optional.of(TOKEN), find("a", Optional.of(TOKEN)));
    assertEquals(Optional.of(TOKEN), find("a", Optional.empty()));
    assertEquals(List.of("a"), asked);
  }

  @Test
  void it_is_asked_each_time_for_one_that_it_lacks() {
    assertEquals(Optional.empty(), find("a", Optional.empty()));
    assertEquals(Optional.of(TOKEN), find("a", Optional.of(TOKEN)));
  }

  @Test
  void a_token_that_changes_while_it_is_looked_up_is_not_kept() {
    known.find(
        "a",
        () -> {
          known.forget();
          return Optional.of(TOKEN);
        });

    assertEquals(Optional.empty(), find("a", Optional.empty()));
  }

  @Test
  void a_forgotten_token_does_not_come_back_by_its_use() {
    find("a", Optional.of(TOKEN));
    known.forget();
    known.used("a", "1", Instant.MAX);

    assertEquals(Optional.empty(), find("a", Optional.empty()));
  }

  @Test
  void a_use_changes_nothing_else_of_a_token_that_was_changed_meanwhile() {
    find("a", Optional.of(TOKEN));
    known.forget();
    AppToken changed =
        new AppToken("1", "new", List.of(), TokenLimits.NONE, Instant.EPOCH, null, null);
    find("a", Optional.of(changed));
    Instant now = Instant.EPOCH.plusSeconds(60);
    known.used("a", "1", now);
    known.used("a", "another", Instant.MAX);

    assertEquals(Optional.of(changed.usedAt(now)), find("a", Optional.empty()));
  }

  private Optional<AppToken> find(String hash, Optional<AppToken> stored) {
    return known.find(
        hash,
        () -> {
          asked.add(hash);
          return stored;
        });
  }
}
