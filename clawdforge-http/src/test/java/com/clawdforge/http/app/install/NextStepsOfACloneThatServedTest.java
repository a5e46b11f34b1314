package com.clawdforge.http.app.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** After an install from a clone that has served, its data and settings are not lost with it. */
@Timeout(60)
class NextStepsOfACloneThatServedTest {
  private static final Pattern MOVES = Pattern.compile("(?m)^    ((?:mv|cp) .*)$");

  @TempDir Path temp;

  private InstallFixture user = InstallFixture.NONE;

  @BeforeEach
  void a_clone_and_a_home() throws Exception {
    user = InstallFixture.in(temp);
  }

  @Test
  void the_commands_move_its_data_and_settings_to_the_installed_server() throws Exception {
    ledger(user.clone.resolve("data"));
    Files.writeString(user.clone.resolve(".env"), "CLAWDFORGE_PORT=1\n");
    user.install();

    String next = next();

    assertTrue(next.contains("This clone has served"), next);
    assertTrue(next.contains("Stop its server"), next);
    assertTrue(next.contains("clawdforge, not ./clawdforge"), next);
    Matcher moves = MOVES.matcher(next);
    while (moves.find()) {
      shell(moves.group(1));
    }
    assertEquals("tokens", Files.readString(user.places.dataFolder().resolve("clawdforge.db")));
    assertEquals("CLAWDFORGE_PORT=1\n", Files.readString(user.places.settings()));
    assertFalse(next().contains("This clone has served"), "now it has nothing to move");
  }

  @Test
  void settings_alone_are_named_alone() throws Exception {
    Files.writeString(user.clone.resolve(".env"), "CLAWDFORGE_PORT=1\n");
    user.install();

    String next = next();

    assertTrue(next.contains("cp "), next);
    assertFalse(next.contains("mv "), next);
  }

  @Test
  void what_the_installed_server_has_already_is_not_overwritten() throws Exception {
    ledger(user.clone.resolve("data"));
    Files.writeString(user.clone.resolve(".env"), "CLAWDFORGE_PORT=1\n");
    user.install();
    Path chosen = user.places.home().resolve("chosen");
    ledger(chosen);
    Files.writeString(user.places.settings(), "CLAWDFORGE_DATA_DIR=" + chosen + "\n");

    assertFalse(next().contains("This clone has served"), next());
  }

  @Test
  void a_clone_that_has_not_served_is_not_mentioned() throws Exception {
    Files.copy(user.clone.resolve(".env.example"), user.clone.resolve(".env"));
    user.install();

    assertFalse(next().contains("This clone has served"), next());
  }

  private String next() {
    return user.next(Map.of("PATH", ""));
  }

  private void shell(String command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", command);
    builder.environment().put("HOME", user.places.home().toString());
    assertEquals(0, builder.inheritIO().start().waitFor(), command);
  }

  private static void ledger(Path folder) throws IOException {
    Files.writeString(Files.createDirectories(folder).resolve("clawdforge.db"), "tokens");
  }
}
