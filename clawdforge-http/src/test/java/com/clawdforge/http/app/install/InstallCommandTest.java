package com.clawdforge.http.app.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.Cli;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands refuse, in one line and before anything is changed. */
class InstallCommandTest {
  @TempDir Path home;

  @Test
  void nobody_installs_without_saying_for_whom() throws Exception {
    for (String command : List.of("install", "uninstall")) {
      Cli refused = in(home, command);

      assertEquals(2, refused.exitStatus());
      assertTrue(refused.output().contains("say " + command + " --user"), refused::output);
    }
  }

  @Test
  void a_jar_alone_has_nothing_to_install_from() throws Exception {
    Cli refused = in(home, "install", "--user");

    assertEquals(1, refused.exitStatus());
    assertTrue(refused.output().contains("from a clone"), refused::output);
  }

  @Test
  void a_home_that_is_not_there_or_of_another_user_is_refused() throws Exception {
    Cli missing = in(home.resolve("missing"), "install", "--user");
    assertEquals(2, missing.exitStatus());
    assertTrue(missing.output().contains("HOME is not a folder"), missing::output);

    // Of root, or where the tests run as root of nobody there.
    Path other = Path.of("/");
    if (Files.getAttribute(home, "unix:uid").equals(Files.getAttribute(other, "unix:uid"))) {
      Files.setAttribute(home, "unix:uid", 65534);
      other = home;
    }
    Cli refused = in(other, "uninstall", "--user");
    assertEquals(2, refused.exitStatus());
    assertTrue(refused.output().contains("as the user whose home it is"), refused::output);
  }

  @Test
  void a_purge_wants_to_be_said_twice() throws Exception {
    Path settings = Files.createDirectories(home.resolve(".config/clawdforge")).resolve("env");
    Files.writeString(settings, "");

    Cli refused = in(home, "uninstall", "--user", "--purge");
    assertEquals(2, refused.exitStatus());
    assertTrue(refused.output().contains("--purge --yes"), refused::output);
    assertTrue(Files.exists(settings));

    assertEquals(0, in(home, "uninstall", "--user", "--purge", "--yes").exitStatus());
    assertTrue(Files.notExists(settings));
  }

  private static Cli in(Path home, String... arguments) {
    return Cli.run(Map.of("HOME", home.toString()), arguments);
  }
}
