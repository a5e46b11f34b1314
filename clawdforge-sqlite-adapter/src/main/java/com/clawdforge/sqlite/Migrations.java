package com.clawdforge.sqlite;

import com.clawdforge.core.error.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Updates a database to the schema of this version. Its {@code user_version} counts the applied
 * scripts and changes in the transaction of each script, which is applied completely or not at all.
 *
 * @param scripts in order; the first creates version 1
 */
record Migrations(List<Script> scripts) {
  /**
   * One step.
   *
   * @param sql any number of statements
   */
  record Script(String name, String sql) {}

  // By name: a jar cannot be listed like a folder.
  private static final List<String> RESOURCES =
      List.of(
          "001-tokens-files-runs.sql",
          "002-sessions.sql",
          "003-token-limits.sql",
          "004-background.sql",
          "005-details.sql",
          "006-request-ids.sql",
          "007-shares.sql",
          "008-network.sql");

  Migrations {
    scripts = List.copyOf(scripts);
  }

  static Migrations bundled() {
    return new Migrations(
        RESOURCES.stream().map(name -> new Script(name, read("migrations/" + name))).toList());
  }

  void apply(Database database) {
    int found = database.write(handle -> version(handle.getConnection().createStatement()));
    if (found > scripts.size()) {
      throw new StoreException(
          "%s has schema version %d, this clawdforge knows %d: start the newer clawdforge that wrote it, or restore a backup from before the upgrade"
              .formatted(database.file(), found, scripts.size()),
          null);
    }
    for (int version = found + 1; version <= scripts.size(); version++) {
      apply(database, version, scripts.get(version - 1));
    }
  }

  private static void apply(Database database, int version, Script script) {
    try {
      database.write(
          handle -> {
            try (Statement statement = handle.getConnection().createStatement()) {
              // Not through Jdbi, which would look for parameters and cut triggers into pieces.
              statement.executeUpdate(script.sql());
              statement.executeUpdate("PRAGMA user_version = " + version);
            }
            return version;
          });
    } catch (StoreException e) {
      throw new StoreException(
          "migration " + script.name() + " failed and was undone: " + e.getMessage(), e);
    }
  }

  private static int version(Statement statement) throws SQLException {
    try (statement;
        ResultSet row = statement.executeQuery("PRAGMA user_version")) {
      return row.next() ? row.getInt(1) : 0;
    }
  }

  private static String read(String resource) {
    try (InputStream in = Migrations.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
