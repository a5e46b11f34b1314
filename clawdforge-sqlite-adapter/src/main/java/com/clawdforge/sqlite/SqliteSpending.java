package com.clawdforge.sqlite;

import com.clawdforge.core.usage.Spending;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;

/** Sums over the table {@code spending}, which triggers keep. */
final class SqliteSpending implements Spending {
  private static final int NANO = 9;

  private final Database database;

  SqliteSpending(Database database) {
    this.database = database;
  }

  // Added up here: a sum beyond 64 bits fails in SQLite.
  @Override
  public BigDecimal since(String tokenId, LocalDate day) {
    List<Long> days =
        database.read(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT cost_nano_usd FROM spending
                        WHERE token_id = :token_id AND day BETWEEN :day AND :last
                        """)
                    .bind("token_id", tokenId)
                    .bind("day", day.toEpochDay())
                    .bind("last", day.plusDays(DAYS_AHEAD).toEpochDay())
                    .mapTo(Long.class)
                    .list());
    return days.stream()
        .map(nanos -> BigDecimal.valueOf(nanos, NANO))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  @Override
  public void add(String tokenId, LocalDate day, BigDecimal usd) {
    database.write(
        handle ->
            handle
                .createUpdate(
                    """
                    INSERT INTO spending (token_id, day, cost_nano_usd)
                    VALUES (:token_id, :day, min(:nanos, 4000000000000000000))
                    ON CONFLICT (token_id, day) DO UPDATE
                    SET cost_nano_usd =
                      min(cost_nano_usd, 4000000000000000000) + excluded.cost_nano_usd
                    """)
                .bind("token_id", tokenId)
                .bind("day", day.toEpochDay())
                .bind("nanos", WorkRow.nanos(usd))
                .execute());
  }
}
