package com.clawdforge.sqlite;

import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.work.IdempotencyKey;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Values, keys and pages in rows. */
final class Rows {
  private Rows() {}

  private record Numbered<T>(long seq, T row) {}

  /** Runs a list query that takes {@code :after} and {@code :limit} and selects {@code seq}. */
  static <T> Page<T> page(Query query, PageRequest page, RowMapper<T> mapper) {
    @Nullable Long after = page.after();
    List<Numbered<T>> found =
        query
            .bind("after", after == null ? Long.MAX_VALUE : after)
            // One more than the limit shows whether there is another page.
            .bind("limit", page.limit() + 1L)
            .map((row, context) -> new Numbered<>(row.getLong("seq"), mapper.map(row, context)))
            .list();
    boolean more = found.size() > page.limit();
    List<Numbered<T>> shown = more ? found.subList(0, page.limit()) : found;
    return new Page<>(
        shown.stream().map(Numbered::row).toList(), more ? shown.getLast().seq() : null);
  }

  /** Binds {@code :token_id} unless the query is for all tokens. */
  static Query ofToken(Query query, @Nullable String tokenId) {
    return tokenId == null ? query : query.bind("token_id", tokenId);
  }

  /** Reads the row that a result stands at. */
  interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /**
   * Finds a row by its id. The statement checks the owner: a check after the read would take longer
   * for another token's row than for none, and so reveal that it exists. Almost every request does
   * this, so it uses JDBC alone, where Jdbi takes several times longer than SQLite.
   *
   * @param select everything before WHERE
   * @param tokenId its owner, or null for any
   */
  static <T> Optional<T> find(
      Handle handle, String select, @Nullable String tokenId, String id, Reader<T> reader)
      throws SQLException {
    String ofToken = tokenId == null ? "" : " AND token_id = ?";
    try (PreparedStatement query =
        handle.getConnection().prepareStatement(select + " WHERE id = ?" + ofToken)) {
      query.setString(1, id);
      if (tokenId != null) {
        query.setString(2, tokenId);
      }
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? Optional.of(reader.read(row)) : Optional.empty();
      }
    }
  }

  /** The columns of an idempotency key. */
  static Map<String, @Nullable Object> key(@Nullable IdempotencyKey key) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("idempotency_key", key == null ? null : key.value());
    values.put("body_hash", key == null ? null : key.bodyHash());
    return values;
  }

  static void forgetKey(Handle handle, String table, String tokenId, String key) {
    handle
        .createUpdate(
            "UPDATE "
                + table
                + " SET idempotency_key = NULL, body_hash = NULL"
                + " WHERE token_id = :token_id AND idempotency_key = :key")
        .bind("token_id", tokenId)
        .bind("key", key)
        .execute();
  }

  static Instant instant(ResultSet row, String column) throws SQLException {
    return Instant.ofEpochMilli(row.getLong(column));
  }

  static @Nullable Instant optionalInstant(ResultSet row, String column) throws SQLException {
    Long millis = optionalLong(row, column);
    return millis == null ? null : Instant.ofEpochMilli(millis);
  }

  static @Nullable Long optionalLong(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : value;
  }

  static @Nullable Integer optionalInt(ResultSet row, String column) throws SQLException {
    int value = row.getInt(column);
    return row.wasNull() ? null : value;
  }

  static @Nullable Long millis(@Nullable Instant instant) {
    return instant == null ? null : instant.toEpochMilli();
  }

  /** Reads a column that is never null. */
  static String text(ResultSet row, String column) throws SQLException {
    String value = row.getString(column);
    if (value == null) {
      throw new SQLException(column + " is null");
    }
    return value;
  }
}
