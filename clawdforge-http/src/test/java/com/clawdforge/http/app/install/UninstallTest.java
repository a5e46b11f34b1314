package com.clawdforge.http.app.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.command.CommandFailed;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an uninstall deletes, and what it says of that. */
@Timeout(60)
class UninstallTest {
  @TempDir Path temp;

  private InstallFixture user = InstallFixture.NONE;
  private Path data = Path.of("");

  @BeforeEach
  void an_installed_program() throws Exception {
    user = InstallFixture.in(temp);
    user.install();
    data = user.places.dataFolder();
  }

  @Test
  void a_link_or_a_file_in_the_place_of_a_folder_that_an_install_made_stays() throws Exception {
    Path folder = Files.createDirectories(user.places.home().resolve("was a folder"));
    Path linked = Files.createDirectories(temp.resolve("linked"));
    Path link = Files.createSymbolicLink(user.places.home().resolve("a link"), linked);
    Path file = Files.writeString(user.places.home().resolve("a file"), "mine");
    Manifest manifest = Manifest.read(user.places.manifest());
    List.of(folder, link, file).forEach(manifest::addFolder);
    manifest.write();

    user.uninstall(false);

    assertFalse(Files.exists(folder), "an empty folder goes");
    assertTrue(Files.isSymbolicLink(link), "a link stays");
    assertTrue(Files.exists(file), "a file stays");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"folder - relative", "folder - /a/../b", "file 00 relative", "file 00 /a/./b"})
  void a_list_with_a_path_that_no_install_writes_is_refused(String line) throws Exception {
    Files.writeString(user.places.manifest(), line + "\n", StandardOpenOption.APPEND);
    List<String> before = user.contents();

    CommandFailed refused = assertThrows(CommandFailed.class, () -> user.uninstall(false));

    assertTrue(refused.toString().contains("is damaged: " + line), refused::toString);
    assertEquals(before, user.contents());
  }

  @Test
  void a_purge_says_that_it_deletes_a_chosen_folder_in_the_data_folder() throws Exception {
    Path chosen = chooseData(data.resolve("chosen"));

    String said = user.uninstall(true);

    assertFalse(Files.exists(chosen));
    assertTrue(said.contains("delete        " + user.places.shown(chosen)), said);
    assertFalse(said.contains("delete them yourself"), said);
  }

  @Test
  void a_purge_leaves_a_chosen_folder_elsewhere_and_names_it() throws Exception {
    Path chosen = chooseData(user.places.home().resolve("chosen"));

    String said = user.uninstall(true);

    assertTrue(Files.exists(chosen.resolve("clawdforge.db")));
    assertTrue(said.contains("keep          " + user.places.shown(chosen)), said);
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "chosen"})
  void a_purge_waits_for_the_end_of_a_server_that_uses_what_it_deletes(String used)
      throws Exception {
    chooseData(data.resolve("chosen"));
    Path lock = data.resolve(used).resolve("clawdforge.db.lock");
    List<String> before = user.contents();
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      assertTrue(held.isValid());
      CommandFailed refused = assertThrows(CommandFailed.class, () -> user.uninstall(true));
      assertTrue(refused.toString().contains("a server uses"), refused::toString);
    }

    Files.delete(lock);
    assertEquals(before, user.contents(), "nothing was changed");
  }

  @Test
  void a_purge_refuses_a_data_folder_that_is_a_link_and_names_its_target() throws Exception {
    Path target = temp.toRealPath().resolve("a big disk");
    Files.move(data, target);
    Files.createSymbolicLink(data, target);
    List<String> before = user.contents();

    CommandFailed refused = assertThrows(CommandFailed.class, () -> user.uninstall(true));

    assertTrue(refused.toString().contains(target.toString()), refused::toString);
    assertEquals(before, user.contents());
  }

  private Path chooseData(Path folder) throws IOException {
    Files.writeString(Files.createDirectories(folder).resolve("clawdforge.db"), "tokens");
    Files.writeString(user.places.settings(), "CLAWDFORGE_DATA_DIR=" + folder + "\n");
    return folder;
  }
}
