package com.clawdforge.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.auth.AppToken;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.ledger.LedgerObserver;
import com.clawdforge.sqlite.Migrations.Script;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MigrationsTest {
  private static final int BUNDLED = Migrations.bundled().scripts().size();

  @TempDir private Path folder;

  @Test
  void a_fresh_file_gets_the_whole_schema() {
    try (SqliteLedger ledger = open(Migrations.bundled())) {
      assertEquals(BUNDLED, version(ledger));
      assertTrue(tables(ledger).containsAll(List.of("tokens", "runs", "files")));
    }
  }

  @Test
  void a_token_that_was_minted_before_there_were_limits_has_none() {
    AppToken minted = Samples.token("id-1");
    String insert =
        """
        INSERT INTO tokens (id, name, secret_hash, addresses, created_at)
        VALUES ('id-1', 'name-of-id-1', 'hash', '', %d);
        """
            .formatted(minted.createdAt().toEpochMilli());

    try (SqliteLedger ledger = open(secondIs(new Script("a-token.sql", insert)))) {
      assertEquals(Optional.of(minted), ledger.tokens().findLive("hash"));
    }
  }

  @Test
  void a_file_that_is_up_to_date_is_left_alone() {
    open(with(new Script("more.sql", "CREATE TABLE more (x)"))).close();

    try (SqliteLedger ledger = open(with(new Script("more.sql", "not run again")))) {
      assertEquals(BUNDLED + 1, version(ledger));
    }
  }

  @Test
  void a_file_of_an_older_version_gets_what_it_lacks() {
    open(Migrations.bundled()).close();

    try (SqliteLedger ledger =
        open(with(new Script("more.sql", "CREATE TABLE one (x); CREATE TABLE two (x);")))) {
      assertEquals(BUNDLED + 1, version(ledger));
      assertTrue(tables(ledger).containsAll(List.of("one", "two")));
    }
  }

  @Test
  void a_file_of_a_newer_version_is_refused_and_says_what_to_do() {
    open(with(new Script("more.sql", "CREATE TABLE more (x)"))).close();

    StoreException refused =
        assertThrows(StoreException.class, () -> open(Migrations.bundled()).close());

    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains("schema version " + (BUNDLED + 1)), message);
    assertTrue(message.contains("start the newer clawdforge"), message);
    try (SqliteLedger ledger = open(with(new Script("more.sql", "")))) {
      assertEquals(BUNDLED + 1, version(ledger), "and it is untouched");
    }
  }

  @Test
  void a_script_that_fails_leaves_nothing_half_applied() {
    Migrations failing =
        with(
            new Script("good.sql", "CREATE TABLE good (x)"),
            new Script("bad.sql", "CREATE TABLE half (x); INSERT INTO missing VALUES (1);"));

    StoreException failed = assertThrows(StoreException.class, () -> open(failing).close());

    assertTrue(String.valueOf(failed.getMessage()).contains("bad.sql"));
    try (SqliteLedger ledger = open(with(new Script("good.sql", "")))) {
      assertEquals(BUNDLED + 1, version(ledger));
      assertTrue(tables(ledger).contains("good"));
      assertTrue(!tables(ledger).contains("half"));
    }
  }

  private SqliteLedger open(Migrations migrations) {
    return SqliteLedger.open(
        folder.resolve("clawdforge.db"), folder.resolve("files"), migrations, LedgerObserver.NONE);
  }

  private static Migrations with(Script... scripts) {
    List<Script> all = new ArrayList<>(Migrations.bundled().scripts());
    all.addAll(List.of(scripts));
    return new Migrations(all);
  }

  /** The bundled scripts, with one more after the first. */
  private static Migrations secondIs(Script script) {
    List<Script> all = new ArrayList<>(Migrations.bundled().scripts());
    all.add(1, script);
    return new Migrations(all);
  }

  private static int version(SqliteLedger ledger) {
    return ledger
        .database()
        .read(handle -> handle.createQuery("PRAGMA user_version").mapTo(Integer.class).one());
  }

  private static List<String> tables(SqliteLedger ledger) {
    return ledger
        .database()
        .read(
            handle ->
                handle
                    .createQuery("SELECT name FROM sqlite_schema WHERE type = 'table'")
                    .mapTo(String.class)
                    .list());
  }
}
