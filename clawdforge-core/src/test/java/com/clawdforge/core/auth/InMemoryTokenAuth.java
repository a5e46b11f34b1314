package com.clawdforge.core.auth;

import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.page.Sequence;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A {@link TokenAuth} in memory. Safe for any thread. */
public final class InMemoryTokenAuth implements TokenAuth {
  private final Sequence<Row> rows = new Sequence<>();

  private record Row(AppToken token, String secretHash) {
    boolean live() {
      return token.revokedAt() == null;
    }

    boolean named(String name) {
      return token.name().equals(name);
    }
  }

  @Override
  public synchronized boolean add(AppToken token, String secretHash) {
    if (find(row -> row.live() && row.named(token.name())).isPresent()) {
      return false;
    }
    rows.add(new Row(token, secretHash));
    return true;
  }

  @Override
  public synchronized Optional<AppToken> findLive(String secretHash) {
    return find(row -> row.live() && row.secretHash().equals(secretHash)).map(Row::token);
  }

  @Override
  public synchronized void used(String tokenId, Instant when) {
    find(row -> row.token().id().equals(tokenId))
        .filter(row -> lastUse(row.token()).isBefore(when))
        .ifPresent(
            row ->
                rows.replace(
                    row,
                    new Row(with(row.token(), when, row.token().revokedAt()), row.secretHash())));
  }

  @Override
  public synchronized Page<AppToken> list(PageRequest page) {
    Page<Row> found = rows.page(page, row -> true);
    return new Page<>(found.items().stream().map(Row::token).toList(), found.next());
  }

  @Override
  public synchronized Optional<AppToken> revoke(String name, Instant when) {
    Optional<Row> last = find(row -> row.named(name));
    last.filter(Row::live)
        .ifPresent(
            row ->
                rows.replace(
                    row,
                    new Row(with(row.token(), row.token().lastUsedAt(), when), row.secretHash())));
    return find(row -> row.named(name)).map(Row::token);
  }

  @Override
  public synchronized Optional<AppToken> rotate(String name, String newSecretHash) {
    Optional<Row> live = find(row -> row.live() && row.named(name));
    live.ifPresent(row -> rows.replace(row, new Row(row.token(), newSecretHash)));
    return live.map(Row::token);
  }

  @Override
  public synchronized Optional<AppToken> changeShares(
      String name, UnaryOperator<TokenShares> change) {
    Optional<Row> live = find(row -> row.live() && row.named(name));
    live.ifPresent(
        row -> {
          AppToken token = row.token();
          rows.replace(
              row, new Row(token.with(change.apply(token.limits().shares())), row.secretHash()));
        });
    return find(row -> row.live() && row.named(name)).map(Row::token);
  }

  private Optional<Row> find(Predicate<Row> wanted) {
    return rows.newestFirst().filter(wanted).findFirst();
  }

  private static Instant lastUse(AppToken token) {
    Instant last = token.lastUsedAt();
    return last == null ? Instant.MIN : last;
  }

  private static AppToken with(
      AppToken token, @Nullable Instant lastUsedAt, @Nullable Instant revokedAt) {
    return new AppToken(
        token.id(),
        token.name(),
        token.addresses(),
        token.limits(),
        token.createdAt(),
        lastUsedAt,
        revokedAt);
  }
}
