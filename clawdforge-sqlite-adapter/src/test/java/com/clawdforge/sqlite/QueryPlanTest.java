package com.clawdforge.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.run.Answer;
import com.clawdforge.core.run.KeptAnswer;
import com.clawdforge.core.session.SessionStore;
import com.clawdforge.core.session.TurnStore;
import com.clawdforge.core.usage.UsageLedger;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.WorkState;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QueryPlanTest {
  @TempDir private Path folder;

  @Test
  void no_statement_of_the_stores_walks_a_table_or_sorts() {
    Set<String> statements = new ConcurrentSkipListSet<>();
    try (SqliteLedger ledger =
        SqliteLedger.open(folder.resolve("clawdforge.db"), folder.resolve("files"))) {
      ledger
          .database()
          .logTo(
              new SqlLogger() {
                @Override
                public void logAfterExecution(StatementContext context) {
                  statements.add(context.getRenderedSql());
                }
              });
      useEverything(ledger);
      // Fails if no statements are collected.
      assertTrue(statements.size() >= 60, statements.toString());

      List<String> costly = new ArrayList<>();
      for (String statement : statements) {
        for (String step : plan(ledger, statement)) {
          if (costly(step, statement)) {
            costly.add(step + " in " + statement);
          }
        }
      }
      assertEquals(List.of(), costly);
    }
  }

  private static boolean costly(String step, String statement) {
    if (statement.contains("total(")) {
      // Sums must read every row, but only the columns that they add up.
      boolean table = step.startsWith("SCAN ") || step.startsWith("SEARCH ");
      return table && !step.contains("USING COVERING INDEX");
    }
    // One app's list by number alone would scan all other apps' rows.
    boolean othersRows = step.contains("(rowid<?)") && statement.contains("token_id =");
    // One app's open sessions by app alone would scan all its closed ones.
    boolean closedRows =
        step.contains("sessions_token ") && statement.contains("closed_at IS NULL");
    return step.startsWith("SCAN ") || step.contains("TEMP B-TREE") || othersRows || closedRows;
  }

  private static void useEverything(SqliteLedger ledger) {
    useTokensRunsAndFiles(ledger);
    useSessions(ledger);
    for (UsageLedger.GroupBy groupBy : UsageLedger.GroupBy.values()) {
      ledger.usage().sums(groupBy);
    }
  }

  private static void useSessions(SqliteLedger ledger) {
    SessionStore sessions = ledger.sessions();
    TurnStore turns = ledger.turns();
    IdempotencyKey key = new IdempotencyKey("key", "body");
    sessions.add(Samples.session("s-1"), key, Samples.T0, 9);
    sessions.findSession("app-1", "key", Samples.T0);
    sessions.find("app-1", "s-1");
    for (boolean includeClosed : new boolean[] {true, false}) {
      sessions.list(null, includeClosed, PageRequest.first(1));
      sessions.list("app-1", includeClosed, PageRequest.first(1));
    }
    sessions.countOpen();
    sessions.countOpen("app-1");
    ledger.spending().since("app-1", LocalDate.EPOCH);
    ledger.spending().add("app-1", LocalDate.EPOCH, BigDecimal.ONE);
    turns.addTurn(Samples.turn("s-1"), "a prompt", key, Samples.T0);
    turns.findTurn("app-1", "key", Samples.T0);
    turns.record(Samples.wholeTurn("s-1", 1));
    turns.turn("s-1", 1);
    turns.turns("s-1", PageRequest.first(1));
    turns.events("s-1", 1, 0, 9);
    turns.addTurn(Samples.turn("s-1"), null, null, Samples.T0);
    turns.interruptUnfinished(Samples.T0);
    ledger.trail().trail("s-1");
    sessions.idle(Samples.T0, 9);
    sessions.unreleased();
    sessions.closedUnreleased(9);
    Instant later = Samples.T0.plusSeconds(99);
    sessions.closeIfIdle("s-1", Samples.T0, later);
    sessions.close("s-1", Samples.T0);
    sessions.released("s-1");
    sessions.deleteClosedBefore(later, later);
    for (int i = 0; i < 600; i++) {
      ledger.trail().note(Samples.event("s-1"));
    }
    ledger.trail().deleteBefore(later);
  }

  private static void useTokensRunsAndFiles(SqliteLedger ledger) {
    var tokens = ledger.tokens();
    tokens.add(Samples.token("id-1"), "hash-1");
    tokens.findLive("hash-1");
    tokens.used("id-1", Samples.T0);
    ((SqliteTokenAuth) tokens).awaitUses();
    tokens.list(PageRequest.first(1));
    tokens.rotate("name-of-id-1", "hash-2");
    tokens.changeShares("name-of-id-1", shares -> shares);
    tokens.revoke("name-of-id-1", Samples.T0);

    var runs = ledger.runs();
    var run = Samples.run("run-1", WorkState.COMPLETED);
    runs.add(run, null, new IdempotencyKey("key", "body"), Samples.T0);
    runs.update(run);
    runs.updateAndForgetKey(run);
    runs.keep("run-1", new KeptAnswer(new Answer("text", false), Samples.T0));
    runs.find(null, "run-1");
    runs.find("app-1", "run-1");
    runs.list(null, PageRequest.first(1));
    runs.list("app-1", PageRequest.first(1));
    runs.interruptUnfinished(Samples.T0);
    runs.deleteAnswers(Samples.T0);
    runs.deleteCreatedBefore(Samples.T0);

    var files = ledger.files();
    var file = Samples.keep(files, "ff_1", "");
    files.find("app-1", "ff_1", Samples.T0);
    assertTrue(files.open(file).isPresent());
    files.list("app-1", Samples.T0, PageRequest.first(1));
    files.bytes("app-1", Samples.T0);
    files.delete("app-1", "ff_1", Samples.T0);
    files.deleteExpired(Samples.T0);
  }

  private static List<String> plan(SqliteLedger ledger, String sql) {
    return ledger
        .database()
        .write(
            handle -> {
              List<String> steps = new ArrayList<>();
              // Parameters stay unbound: SQLite plans without them.
              try (Statement statement = handle.getConnection().createStatement();
                  ResultSet rows = statement.executeQuery("EXPLAIN QUERY PLAN " + sql)) {
                while (rows.next()) {
                  steps.add(String.valueOf(rows.getString("detail")));
                }
              }
              return steps;
            });
  }
}
