package com.clawdforge.http.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.auth.AppToken;
import com.clawdforge.core.auth.TokenService;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.http.app.Cli;
import com.clawdforge.sqlite.SqliteLedger;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BackupCommandTest {
  @TempDir private Path folder;

  private Map<String, String> environment() {
    return Map.of("CLAWDFORGE_DATA_DIR", folder.resolve("data").toString());
  }

  private SqliteLedger ledger() {
    return SqliteLedger.open(folder.resolve("data/clawdforge.db"), folder.resolve("data/files"));
  }

  private static void mint(SqliteLedger ledger, String name) {
    TokenService tokens =
        new TokenService(ledger.tokens(), Clock.systemUTC(), new SecureRandom(), revoked -> {});
    tokens.mint(name, List.of());
  }

  @Test
  void a_backup_of_a_running_server_is_restored_when_it_is_stopped() {
    String copy = folder.resolve("copy.db").toString();
    try (SqliteLedger running = ledger()) {
      mint(running, "one");
      Cli backup = Cli.run(environment(), "backup", copy);
      assertEquals(0, backup.exitStatus(), backup.output());
      assertTrue(backup.output().matches("(?s)copying .*copy\\.db: \\d+ bytes\n"), backup.output());
      mint(running, "two");

      Cli refused = Cli.run(environment(), "restore", copy);
      assertEquals(1, refused.exitStatus());
      assertTrue(refused.output().contains("stop that one"), refused.output());
    }

    Cli restored = Cli.run(environment(), "restore", copy);

    assertEquals(0, restored.exitStatus(), restored.output());
    assertTrue(restored.output().contains("what was there is now"), restored.output());
    assertTrue(restored.output().contains("agents of open sessions remember"), restored.output());
    try (SqliteLedger ledger = ledger()) {
      assertEquals(
          List.of("one"),
          ledger.tokens().list(PageRequest.all()).items().stream().map(AppToken::name).toList());
    }
  }

  @Test
  void programs_read_json() throws Exception {
    ledger().close();
    Path copy = folder.resolve("copy.db");

    JsonNode backup =
        new JsonMapper()
            .readTree(Cli.run(environment(), "backup", copy.toString(), "--json").last());
    assertEquals(copy.toString(), backup.path("file").asText());
    assertEquals(Files.size(copy), backup.path("size").asLong());

    JsonNode restored =
        new JsonMapper()
            .readTree(Cli.run(environment(), "restore", copy.toString(), "--json").last());
    assertEquals(copy.toString(), restored.path("restored_from").asText());
    assertTrue(Files.exists(Path.of(restored.path("kept").asText())), restored::toString);
  }

  @Test
  void what_is_wrong_is_one_line_and_nothing_changes() throws Exception {
    ledger().close();
    Path there = Files.writeString(folder.resolve("there"), "precious");

    Cli backup = Cli.run(environment(), "backup", there.toString());
    Cli restore = Cli.run(environment(), "restore", there.toString());

    assertEquals("clawdforge: " + there + " is there already; name a new file", backup.last());
    assertTrue(restore.last().contains("not a database"), restore.last());
    assertEquals(1, backup.exitStatus() * restore.exitStatus());
    assertEquals("precious", Files.readString(there));
  }

  @Test
  void a_data_folder_without_a_ledger_is_reported() {
    Cli backup = Cli.run(environment(), "backup", folder.resolve("copy.db").toString());

    assertEquals(1, backup.exitStatus());
    assertTrue(backup.last().contains("check CLAWDFORGE_DATA_DIR"), backup.last());
  }
}
