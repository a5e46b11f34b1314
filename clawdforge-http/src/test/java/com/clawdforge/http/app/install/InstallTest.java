package com.clawdforge.http.app.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.command.CommandFailed;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Installing a clone in a home whose name has blanks and quotes. */
@Timeout(60)
class InstallTest {
  @TempDir Path temp;

  private InstallFixture user = InstallFixture.NONE;

  @BeforeEach
  void a_clone_and_a_home() throws Exception {
    user = InstallFixture.in(temp);
  }

  @Test
  void what_was_installed_runs_after_the_clone_is_deleted() throws Exception {
    String said = user.install();
    Trees.delete(user.clone);

    String ran = user.run("serve", "two words");

    Path version = user.version().toRealPath();
    assertTrue(ran.contains("[-jar]\n[" + version + "/clawdforge.jar]\n[serve]\n[two words]"), ran);
    assertTrue(ran.contains("[-Dclawdforge.installed=" + version + "]"), ran);
    assertTrue(ran.contains("[-Dclawdforge.agents=" + version + "/agents]"), ran);
    assertFalse(ran.contains("clawdforge.clone"), ran);
    assertTrue(ran.contains("[-XX:+ExitOnOutOfMemoryError]"), ran);
    assertTrue(ran.contains("[-XX:+DisableAttachMechanism]"), ran);
    assertEquals("pinned", Files.readString(version.resolve("agents/node_modules/claude")));
    for (Path placed : List.of(user.places.bash(), user.places.zsh(), user.places.unit())) {
      assertTrue(Files.exists(placed), placed::toString);
      assertTrue(said.contains(user.places.shown(placed)), said);
    }
  }

  @Test
  void a_service_without_java_on_its_path_uses_the_jdk_that_installed() throws Exception {
    user.install();
    Path remembered = user.version().resolve("jdk");
    assertEquals(System.getProperty("java.home"), Files.readString(remembered));

    Files.writeString(remembered, user.otherJdk().toString());

    assertEquals("another jdk\n", user.runWithoutJava("version"));
  }

  @Test
  void the_example_of_settings_is_for_its_owner_and_never_replaced() throws Exception {
    user.install();
    Path settings = user.places.settings();
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(settings)));
    assertTrue(Files.readString(settings).contains("\n#CLAWDFORGE_PORT=8800\n"));
    assertFalse(Files.readString(settings).contains("Copy to .env"));

    Files.writeString(settings, "CLAWDFORGE_PORT=1\n");
    user.changeProgram();

    assertTrue(user.install().contains("your settings"));
    assertEquals("CLAWDFORGE_PORT=1\n", Files.readString(settings));
  }

  @Test
  void an_install_again_changes_nothing() throws Exception {
    user.install();
    List<String> before = user.contents();

    String said = user.install();

    assertEquals(before, user.contents());
    assertTrue(said.contains("keep"), said);
    for (String verb : List.of("  put", "  replace", "  make", "  switch", "  delete")) {
      assertFalse(said.contains(verb), said);
    }
  }

  @Test
  void the_next_steps_are_those_of_this_machine() throws Exception {
    user.install();
    Path tools = user.programs("bash", "zsh");

    String bare = user.next(Map.of("PATH", tools.toString()));
    assertTrue(bare.contains("is not on your PATH"), bare);
    assertTrue(bare.contains("There is no systemd here"), bare);
    assertTrue(bare.contains("fpath=(~/.local/share/zsh/site-functions $fpath)"), bare);

    Files.writeString(
        user.places.home().resolve(".zshrc"), "fpath=('" + user.places.zsh().getParent() + "')");
    String known = user.next(Map.of("PATH", tools + ":" + user.places.bin()));
    assertFalse(known.contains("is not on your PATH"), known);
    assertFalse(known.contains("fpath=("), known);

    Path systemd = user.programs("systemctl");
    String quoted = user.next(Map.of("PATH", systemd.toString()));
    assertTrue(quoted.contains("a home with a quote"), quoted);
    NextSteps plain =
        new NextSteps(
            Places.of(Map.of("HOME", "/home/ann")), Map.of("PATH", systemd + ""), user.clone);
    String said = String.join("\n", plain.lines());
    assertTrue(said.contains("enable --now clawdforge"), said);
    assertTrue(said.contains("enable-linger"), said);
    assertTrue(said.contains("cannot reach your systemd"), said);
  }

  @Test
  void a_dry_run_changes_nothing_and_names_what_an_install_does() throws Exception {
    List<String> before = user.contents();

    String said = user.dryRun();

    assertEquals(before, user.contents());
    assertTrue(said.contains("would put"), said);
    assertTrue(said.contains(".local/bin/clawdforge"), said);
  }

  @Test
  void an_upgrade_keeps_the_version_that_a_server_runs_from_and_deletes_it_later()
      throws Exception {
    user.install();
    Path old = user.version().toRealPath();
    Process server = user.runningFrom(old);
    try {
      user.changeProgram();
      user.install();

      assertFalse(old.equals(user.version().toRealPath()));
      assertTrue(Files.exists(old.resolve("agents/node_modules/claude")), "its agents too");
      CommandFailed running = assertThrows(CommandFailed.class, () -> user.uninstall(false));
      assertTrue(running.toString().contains("process " + server.pid()), running::toString);
    } finally {
      server.destroyForcibly().waitFor();
    }

    user.install();

    assertFalse(Files.exists(old));
    assertEquals("pinned", Files.readString(user.version().resolve("agents/node_modules/claude")));
  }

  @Test
  void what_the_user_has_changed_is_neither_replaced_nor_deleted_but_named() throws Exception {
    user.install();
    Files.writeString(user.places.unit(), "mine");
    Files.writeString(user.clone.resolve("ops/systemd/user/clawdforge.service"), "[Unit]\n# new\n");

    assertTrue(user.install().contains("it is yours: the unit for systemd was not installed"));
    assertTrue(user.uninstall(false).contains("clawdforge.service  (you have changed it)"));

    assertEquals("mine", Files.readString(user.places.unit()));
    assertFalse(Trees.exists(user.places.launcher()));
  }

  @Test
  void a_command_of_the_user_with_the_same_name_stops_it_before_anything_is_changed()
      throws Exception {
    Files.createDirectories(user.places.bin());
    Files.writeString(user.places.launcher(), "mine");
    List<String> before = user.contents();

    CommandFailed refused = assertThrows(CommandFailed.class, user::install);

    assertTrue(refused.toString().contains("move it away"), refused::toString);
    assertEquals(before, user.contents());
  }

  @Test
  void a_file_in_the_place_of_a_folder_stops_it_before_anything_is_changed() throws Exception {
    Files.createDirectories(user.places.config());
    Files.writeString(user.places.config().resolve("systemd"), "in the way");
    List<String> before = user.contents();

    CommandFailed refused = assertThrows(CommandFailed.class, user::install);

    assertTrue(refused.toString().contains("systemd is not a folder"), refused::toString);
    assertEquals(before, user.contents());
  }

  @Test
  void an_install_that_was_killed_is_gone_on_with_and_taken_back() throws Exception {
    Path app = user.places.app();
    Files.createDirectories(app.resolve(".new-agents/node_modules"));
    Files.createDirectories(app.resolve(".new-of-another-version"));
    Manifest begun = Manifest.read(user.places.manifest());
    begun.add(user.places.bash(), "of-the-version-before");
    begun.add(user.places.zsh(), "never-put");
    begun.write();

    user.install();

    assertFalse(Files.exists(app.resolve(".new-of-another-version")));
    assertTrue(user.run("version").contains("[version]"));
    assertFalse(user.uninstall(false).contains("the data of the server"), "it has not served");
    assertFalse(Files.exists(app));
  }

  @Test
  void agents_that_cannot_be_installed_leave_the_version_before_in_use() throws Exception {
    user.install();
    Path before = user.version().toRealPath();
    user.changeProgram();
    user.breakAgents();

    assertTrue(
        assertThrows(CommandFailed.class, user::install).toString().contains("install again"));

    assertEquals(before, user.version().toRealPath());
    assertTrue(user.run("version").contains("[version]"));
  }

  @Test
  void two_installs_at_once_are_refused() throws Exception {
    user.install();
    try (FileChannel held = new AppFolder(user.places.app()).lock()) {
      assertThrows(Exception.class, user::install, held::toString);
    }
  }

  @Test
  void an_uninstall_leaves_data_and_settings_and_nothing_else() throws Exception {
    user.install();
    Files.createDirectories(user.places.enabled().getParent());
    Files.createSymbolicLink(user.places.enabled(), user.places.unit());
    Files.writeString(user.places.dataFolder().resolve("clawdforge.db"), "tokens");

    String said = user.uninstall(false);

    assertTrue(said.contains("your settings"), said);
    assertTrue(said.contains("the data of the server"), said);
    assertFalse(Trees.exists(user.places.enabled()), "a link that leads nowhere");
    assertEquals(
        List.of(".config/clawdforge/env", ".local/share/clawdforge/clawdforge.db"), user.files());
    assertTrue(user.uninstall(false).contains("Nothing is installed"));
  }

  @Test
  void a_purge_leaves_the_home_as_it_was() throws Exception {
    Files.writeString(user.places.home().resolve(".bashrc"), "mine");
    List<String> before = user.contents();
    user.install();
    Files.writeString(user.places.dataFolder().resolve("clawdforge.db"), "tokens");

    user.uninstall(true);

    assertEquals(before, user.contents());
  }

  @Test
  void an_upgrade_keeps_codex_that_was_logged_in_to_after_the_install() throws Exception {
    user.install();
    Path codex = user.version().resolve("agents/codex/node_modules");
    Files.writeString(Files.createDirectories(codex).resolve(".installed-from"), "these");
    user.changeAgents();
    Path asked = user.recordAgents();

    user.install();

    assertEquals("[codex]\n", Files.readString(asked));
  }
}
