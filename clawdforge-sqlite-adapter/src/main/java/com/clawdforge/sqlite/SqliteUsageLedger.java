package com.clawdforge.sqlite;

import com.clawdforge.core.usage.UsageLedger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Sums over the tables {@code runs} and {@code session_events}, from their indexes alone. */
final class SqliteUsageLedger implements UsageLedger {
  // total() accepts any number of tokens; sum() fails beyond 64 bits.
  private static final String SUMS =
      """
      count(*) AS number,
        CAST(total(input_tokens) AS INTEGER) AS input_tokens,
        CAST(total(output_tokens) AS INTEGER) AS output_tokens,
        CAST(total(cache_read_tokens) AS INTEGER) AS cache_read_tokens,
        CAST(total(cache_write_tokens) AS INTEGER) AS cache_write_tokens,
        CAST(total(cost_nano_usd) AS INTEGER) AS cost_nano_usd
      """;
  private static final String SQL =
      "SELECT 1 AS is_run, <run_group> AS group_name, "
          + SUMS
          + "FROM runs INDEXED BY runs_usage WHERE state NOT IN ('queued', 'running')"
          + " GROUP BY group_name UNION ALL SELECT 0 AS is_run, <turn_group> AS group_name, "
          + SUMS
          + "FROM session_events INDEXED BY session_events_usage"
          + " WHERE kind IN ('turn', 'interrupt', 'background') GROUP BY group_name";

  private final Database database;

  SqliteUsageLedger(Database database) {
    this.database = database;
  }

  @Override
  public List<Sum> sums(GroupBy groupBy) {
    List<Sum> found =
        database.read(
            handle ->
                handle.createQuery(sql(groupBy)).map((row, context) -> sum(row, groupBy)).list());
    Collection<Sum> sums =
        found.stream().collect(Collectors.toMap(Sum::group, sum -> sum, Sum::plus)).values();
    return sums.stream().sorted(groupBy.order()).toList();
  }

  private static String sql(GroupBy groupBy) {
    return switch (groupBy) {
      case TOKEN -> sql("app_name", "app_name");
      case MODEL ->
          sql("coalesce(answering_model, model)", "coalesce(answering_model, asked_model, '')");
      case DAY -> sql("ended_at / 86400000", "at / 86400000");
    };
  }

  private static String sql(String runGroup, String turnGroup) {
    return SQL.replace("<run_group>", runGroup).replace("<turn_group>", turnGroup);
  }

  private static Sum sum(ResultSet row, GroupBy groupBy) throws SQLException {
    String group =
        switch (groupBy) {
          case TOKEN, MODEL -> Rows.text(row, "group_name");
          case DAY -> LocalDate.ofEpochDay(row.getLong("group_name")).toString();
        };
    boolean run = row.getBoolean("is_run");
    long number = row.getLong("number");
    return new Sum(
        group,
        run ? number : 0,
        run ? 0 : number,
        Objects.requireNonNull(WorkRow.usage(row)),
        Objects.requireNonNull(WorkRow.cost(row)));
  }
}
