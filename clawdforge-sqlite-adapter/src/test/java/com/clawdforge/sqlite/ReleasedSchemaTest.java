package com.clawdforge.sqlite;

import static java.time.ZoneOffset.UTC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.Network;
import com.clawdforge.core.auth.AppToken;
import com.clawdforge.core.auth.TokenShares;
import com.clawdforge.core.file.StoredFile;
import com.clawdforge.core.run.Run;
import com.clawdforge.core.session.Session;
import com.clawdforge.core.session.Turn;
import com.clawdforge.core.work.WorkState;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * This version reads the ledger of each released schema and updates it to the schema of a fresh
 * file. A new migration comes with a dump of its result.
 */
final class ReleasedSchemaTest {
  private static final Instant T = Instant.ofEpochMilli(1_795_238_000_000L);

  @TempDir private Path folder;

  static IntStream versions() {
    return IntStream.rangeClosed(1, Migrations.bundled().scripts().size());
  }

  @ParameterizedTest
  @MethodSource("versions")
  void the_dump_is_read_completely(int version) throws Exception {
    Path file = leftBehind(version);
    Files.createDirectory(folder.resolve("files"));
    Files.writeString(folder.resolve("files/content-1"), "milk");

    try (SqliteLedger ledger = SqliteLedger.open(file, folder.resolve("files"))) {
      AppToken token = ledger.tokens().findLive("hash-1").orElseThrow();
      assertEquals("cauldron", token.name());
      assertEquals(1, token.addresses().size());
      assertEquals(version >= 3 ? Set.of("claude") : null, token.limits().agents());
      assertEquals(
          version >= 7
              ? new TokenShares(2, 3, 60, new BigDecimal("1.5"), new BigDecimal("20"), 1_048_576L)
              : TokenShares.NONE,
          token.limits().shares());
      assertEquals(version >= 8 ? Network.MODEL : Network.ALL, token.limits().maxNetwork());
      // Also of work that is older than the table of it.
      assertEquals(
          new BigDecimal("0.000141000"),
          ledger.spending().since("token-1", LocalDate.ofInstant(T, UTC)));
      assertTrue(ledger.tokens().findLive("hash-2").isEmpty(), "it was revoked");
      Run run = ledger.runs().find("token-1", "run-1").orElseThrow();
      assertEquals(WorkState.COMPLETED, run.state());
      assertEquals("end_turn", run.report().stopReason());
      assertEquals(version >= 8 ? Network.NONE : Network.ALL, run.network());
      assertEquals(
          version >= 5 ? List.of("a file was cut") : List.of(), run.report().details().warnings());
      StoredFile note = ledger.files().find("token-1", "ff_1", T).orElseThrow();
      try (InputStream content = ledger.files().open(note).orElseThrow()) {
        assertEquals("milk", new String(content.readAllBytes(), StandardCharsets.UTF_8));
      }
      if (version >= 2) {
        Session session = ledger.sessions().find("token-1", "session-1").orElseThrow();
        assertEquals("{\"a\":1}", session.terms().meta());
        assertEquals(version >= 4, session.terms().background());
        assertEquals(version >= 8 ? Network.MODEL : Network.ALL, session.terms().network());
        Turn turn = ledger.turns().turn("session-1", 1).orElseThrow();
        assertEquals(version >= 5 ? "completed" : null, turn.report().details().terminalReason());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void the_schema_becomes_that_of_a_fresh_file(int version) throws Exception {
    Path file = leftBehind(version);

    assertEquals(schema(folder.resolve("fresh.db")), schema(file));
  }

  private List<String> schema(Path file) {
    try (SqliteLedger ledger = SqliteLedger.open(file, folder.resolve("files"))) {
      return ledger
          .database()
          .read(
              handle ->
                  handle
                      .createQuery(
                          "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"
                              + " AND name NOT LIKE 'sqlite_%' ORDER BY type, name")
                      .mapTo(String.class)
                      .list());
    }
  }

  private Path leftBehind(int version) throws Exception {
    Path file = folder.resolve("clawdforge.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(dump("released/schema-" + version + ".sql"));
    }
    return file;
  }

  private static String dump(String resource) throws IOException {
    try (InputStream in = ReleasedSchemaTest.class.getResourceAsStream("/" + resource)) {
      return new String(
          Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
