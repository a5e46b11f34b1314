package com.clawdforge.sqlite;

import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** How values and pages are written in rows. */
final class Rows {
  private Rows() {}

  private record Numbered<T>(long seq, T row) {}

  /** Runs a list query that takes {@code :after} and {@code :limit} and selects {@code seq}. */
  static <T> Page<T> page(Query query, PageRequest page, RowMapper<T> mapper) {
    @Nullable Long after = page.after();
    List<Numbered<T>> found =
        query
            .bind("after", after == null ? Long.MAX_VALUE : after)
            // One more than wanted tells whether there is another page.
            .bind("limit", page.limit() + 1L)
            .map((row, context) -> new Numbered<>(row.getLong("seq"), mapper.map(row, context)))
            .list();
    boolean more = found.size() > page.limit();
    List<Numbered<T>> shown = more ? found.subList(0, page.limit()) : found;
    return new Page<>(
        shown.stream().map(Numbered::row).toList(), more ? shown.getLast().seq() : null);
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

  /** A column that is never null. */
  static String text(ResultSet row, String column) throws SQLException {
    String value = row.getString(column);
    if (value == null) {
      throw new SQLException(column + " is null");
    }
    return value;
  }
}
