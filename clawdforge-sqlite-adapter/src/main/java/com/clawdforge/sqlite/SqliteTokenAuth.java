package com.clawdforge.sqlite;

import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.auth.AppToken;
import com.clawdforge.core.auth.Cidr;
import com.clawdforge.core.auth.TokenAuth;
import com.clawdforge.core.auth.TokenLimits;
import com.clawdforge.core.auth.TokenShares;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Tokens in the table {@code tokens}. */
final class SqliteTokenAuth implements TokenAuth, AutoCloseable {
  private static final String COLUMNS =
      "seq, id, name, addresses, agents, max_permissions, max_network, created_at, "
          + "last_used_at, revoked_at, "
          + SharesColumns.NAMES;

  private final Database database;
  private final TokenUses uses;

  SqliteTokenAuth(Database database) {
    this.database = database;
    this.uses = new TokenUses(database);
  }

  @Override
  public boolean add(AppToken token, String secretHash) {
    return database.write(
        handle ->
            handle
                    .createUpdate(
                        """
                        INSERT INTO tokens (
                          id, name, secret_hash, addresses, agents, max_permissions, max_network,
                          created_at, last_used_at, revoked_at, max_concurrent, max_sessions,
                          requests_per_minute, daily_budget_nano_usd, monthly_budget_nano_usd,
                          max_storage_bytes)
                        VALUES (
                          :id, :name, :secret_hash, :addresses, :agents, :max_permissions,
                          :max_network,
                          :created_at, :last_used_at, :revoked_at, :max_concurrent, :max_sessions,
                          :requests_per_minute, :daily_budget_nano_usd, :monthly_budget_nano_usd,
                          :max_storage_bytes)
                        ON CONFLICT (name) WHERE revoked_at IS NULL DO NOTHING
                        """)
                    .bind("id", token.id())
                    .bind("name", token.name())
                    .bind("secret_hash", secretHash)
                    .bind("addresses", joined(token.addresses()))
                    .bind("agents", joined(token.limits().agents()))
                    .bind("max_permissions", text(token.limits().maxPermissions()))
                    .bind("max_network", NetworkColumn.value(token.limits().maxNetwork()))
                    .bindMap(SharesColumns.values(token.limits().shares()))
                    .bind("created_at", token.createdAt().toEpochMilli())
                    .bind("last_used_at", Rows.millis(token.lastUsedAt()))
                    .bind("revoked_at", Rows.millis(token.revokedAt()))
                    .execute()
                == 1);
  }

  @Override
  public Optional<AppToken> findLive(String secretHash) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "SELECT "
                        + COLUMNS
                        + " FROM tokens WHERE secret_hash = :secret_hash AND revoked_at IS NULL")
                .bind("secret_hash", secretHash)
                .map(SqliteTokenAuth::token)
                .findOne());
  }

  @Override
  public void used(String tokenId, Instant when) {
    uses.note(tokenId, when);
  }

  @Override
  public Page<AppToken> list(PageRequest page) {
    return database.read(
        handle ->
            Rows.page(
                handle.createQuery(
                    "SELECT "
                        + COLUMNS
                        + " FROM tokens WHERE seq < :after ORDER BY seq DESC LIMIT :limit"),
                page,
                SqliteTokenAuth::token));
  }

  @Override
  public Optional<AppToken> revoke(String name, Instant when) {
    return database.write(
        handle -> {
          handle
              .createUpdate(
                  "UPDATE tokens SET revoked_at = :when WHERE name = :name AND revoked_at IS NULL")
              .bind("when", when.toEpochMilli())
              .bind("name", name)
              .execute();
          return newest(handle, name);
        });
  }

  @Override
  public Optional<AppToken> rotate(String name, String newSecretHash) {
    return database.write(
        handle -> {
          int rotated =
              handle
                  .createUpdate(
                      """
                      UPDATE tokens SET secret_hash = :secret_hash
                      WHERE name = :name AND revoked_at IS NULL
                      """)
                  .bind("secret_hash", newSecretHash)
                  .bind("name", name)
                  .execute();
          return rotated == 0 ? Optional.empty() : newest(handle, name);
        });
  }

  @Override
  public Optional<AppToken> changeShares(String name, UnaryOperator<TokenShares> change) {
    return database.write(
        handle -> {
          Optional<AppToken> live = newest(handle, name).filter(token -> token.revokedAt() == null);
          if (live.isEmpty()) {
            return live;
          }
          AppToken changed = live.get().with(change.apply(live.get().limits().shares()));
          handle
              .createUpdate(
                  """
                  UPDATE tokens SET max_concurrent = :max_concurrent,
                    max_sessions = :max_sessions, requests_per_minute = :requests_per_minute,
                    daily_budget_nano_usd = :daily_budget_nano_usd,
                    monthly_budget_nano_usd = :monthly_budget_nano_usd,
                    max_storage_bytes = :max_storage_bytes
                  WHERE id = :id
                  """)
              .bind("id", changed.id())
              .bindMap(SharesColumns.values(changed.limits().shares()))
              .execute();
          return Optional.of(changed);
        });
  }

  /** Waits until all uses noted so far are written. */
  void awaitUses() {
    uses.await();
  }

  /** Writes the pending uses. */
  @Override
  public void close() {
    uses.close();
  }

  // A live token is the newest one: no other can be added while it lives.
  private static Optional<AppToken> newest(Handle handle, String name) {
    return handle
        .createQuery(
            "SELECT " + COLUMNS + " FROM tokens WHERE name = :name ORDER BY seq DESC LIMIT 1")
        .bind("name", name)
        .map(SqliteTokenAuth::token)
        .findOne();
  }

  private static AppToken token(ResultSet row, StatementContext context) throws SQLException {
    return new AppToken(
        Rows.text(row, "id"),
        Rows.text(row, "name"),
        blocks(Rows.text(row, "addresses")),
        limits(row),
        Rows.instant(row, "created_at"),
        Rows.optionalInstant(row, "last_used_at"),
        Rows.optionalInstant(row, "revoked_at"));
  }

  private static TokenLimits limits(ResultSet row) throws SQLException {
    @Nullable String agents = row.getString("agents");
    @Nullable String permissions = row.getString("max_permissions");
    return new TokenLimits(
        agents == null ? null : Set.of(agents.split(",", -1)),
        permissions == null ? null : PermissionsText.read(permissions),
        NetworkColumn.read(row, "max_network"),
        SharesColumns.read(row));
  }

  private static @Nullable String joined(@Nullable Set<String> agents) {
    return agents == null ? null : agents.stream().sorted().collect(Collectors.joining(","));
  }

  private static @Nullable String text(@Nullable Permissions permissions) {
    return permissions == null ? null : PermissionsText.of(permissions);
  }

  private static String joined(List<Cidr> blocks) {
    return blocks.stream().map(Cidr::toString).collect(Collectors.joining(","));
  }

  private static List<Cidr> blocks(String joined) {
    return joined.isEmpty()
        ? List.of()
        : Arrays.stream(joined.split(",", -1)).map(Cidr::parse).toList();
  }
}
