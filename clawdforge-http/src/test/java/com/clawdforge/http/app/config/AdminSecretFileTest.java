package com.clawdforge.http.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The secret of a server whose operator chose none. */
class AdminSecretFileTest {
  @TempDir Path temp;

  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void a_data_folder_that_is_not_there_yet() {
    environment.put("CLAWDFORGE_DATA_DIR", temp.resolve("new/data").toString());
  }

  @Test
  void it_is_made_once_and_only_its_user_can_read_it() throws Exception {
    assertEquals(Optional.empty(), AdminSecretFile.read(environment));

    Map<String, String> first = AdminSecretFile.ensured(environment);
    Path file = Path.of(String.valueOf(first.get("ADMIN_BOOTSTRAP_TOKEN_FILE")));
    String secret = Files.readString(file);

    assertEquals(temp.resolve("new/data/admin-token"), file);
    assertTrue(secret.matches("[0-9a-f]{64}"), "its form");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(temp.resolve("new/data"))));
    assertEquals(first, AdminSecretFile.ensured(environment));
    assertEquals(secret, Files.readString(file));
    assertEquals(Optional.of(secret), AdminSecretFile.read(environment));
    assertEquals(List.of(file), Installation.entries(temp.resolve("new/data")));
  }

  @Test
  void the_secret_that_the_operator_chose_wins() throws Exception {
    AdminSecretFile.ensured(environment);
    environment.put("ADMIN_BOOTSTRAP_TOKEN", "thirty-two-letters-of-a-secret!!");

    assertSame(environment, AdminSecretFile.ensured(environment));
    assertEquals(
        Optional.of("thirty-two-letters-of-a-secret!!"), AdminSecretFile.read(environment));

    environment.remove("ADMIN_BOOTSTRAP_TOKEN");
    Path chosen = Files.writeString(temp.resolve("chosen"), "thirty-two-letters-of-a-secret??");
    environment.put("ADMIN_BOOTSTRAP_TOKEN_FILE", chosen.toString());

    assertSame(environment, AdminSecretFile.ensured(environment));
    assertEquals(
        Optional.of("thirty-two-letters-of-a-secret??"), AdminSecretFile.read(environment));
  }

  @Test
  void where_it_cannot_be_made_the_start_ends_in_one_line() throws Exception {
    Files.writeString(temp.resolve("new"), "a file in the folder's place");

    String told =
        String.valueOf(
            assertThrows(ConfigException.class, () -> AdminSecretFile.ensured(environment))
                .getMessage());

    assertTrue(told.contains("new/data/admin-token"), told);
    assertTrue(told.contains("CLAWDFORGE_DATA_DIR"), told);
    assertEquals(1, told.lines().count(), told);
  }
}
