package com.clawdforge.acpx.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A tree that an agent has made is deleted, and nothing else. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@EnabledOnOs(OS.LINUX)
final class DeletionTest {
  private static final int FILES = 10_000;
  private static final int SAMPLE = 20;

  @TempDir Path temp;
  private Path tree;
  private Path victim;

  @BeforeEach
  void make() throws IOException {
    tree = Files.createDirectory(temp.resolve("tree"));
    victim = Files.createDirectory(temp.resolve("victim"));
    Files.writeString(victim.resolve("secret"), "x");
  }

  @Test
  void links_are_deleted_and_not_followed() throws Exception {
    Files.createSymbolicLink(tree.resolve("link"), victim);
    PrivateFiles.delete(tree);
    assertFalse(Files.exists(tree));

    Files.createSymbolicLink(tree, victim);
    PrivateFiles.delete(tree);
    assertFalse(Files.exists(tree, LinkOption.NOFOLLOW_LINKS));
    assertTrue(Files.exists(victim.resolve("secret")));
  }

  @Test
  void withdrawn_permissions_and_pipes_do_not_keep_a_tree() throws Exception {
    Path closed = Files.createDirectories(tree.resolve("closed/in/it"));
    Files.writeString(closed.resolve("file"), "x");
    assertEquals(
        0, new ProcessBuilder("mkfifo", tree.resolve("pipe").toString()).start().waitFor());
    for (Path folder : List.of(closed, tree.resolve("closed/in"), tree.resolve("closed"), tree)) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("---------"));
    }
    PrivateFiles.delete(tree);
    assertFalse(Files.exists(tree, LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  void a_tree_deeper_than_any_path_can_be_long_is_deleted() throws Exception {
    deepen(tree, 3000);
    PrivateFiles.delete(tree);
    assertFalse(Files.exists(tree, LinkOption.NOFOLLOW_LINKS));
  }

  // Wraps what is there in one more folder each time, as an agent's shell would go down step by
  // step.
  private void deepen(Path folder, int levels) throws IOException {
    Path chain = Files.createDirectory(temp.resolve("chain"));
    for (int i = 0; i < levels; i++) {
      Path around = Files.createDirectory(temp.resolve("around"));
      Files.move(chain, around.resolve("a-name-of-some-length"));
      Files.move(around, chain);
    }
    Files.move(chain, folder.resolve("chain"));
  }

  // What an agent does that goes on in its own folder while the server deletes there.
  @Test
  void a_link_that_takes_a_folders_place_meanwhile_is_not_followed() throws Exception {
    Path work = Files.createDirectory(tree.resolve("work"));
    for (int i = 0; i < FILES; i++) {
      Files.createFile(work.resolve("file" + i));
      Files.createFile(victim.resolve("file" + i));
    }
    Thread agent = Thread.ofPlatform().start(() -> swapOnceDeletionHasBegun(work));
    PrivateFiles.delete(tree);
    agent.join();

    for (int i = 0; i < FILES; i++) {
      assertTrue(Files.exists(victim.resolve("file" + i)), "file" + i);
    }
    PrivateFiles.delete(tree);
    assertFalse(Files.exists(tree));
  }

  private void swapOnceDeletionHasBegun(Path work) {
    try {
      Path link = Files.createSymbolicLink(temp.resolve("link"), victim);
      while (IntStream.range(0, SAMPLE).allMatch(i -> Files.exists(work.resolve("file" + i)))) {
        Thread.onSpinWait();
      }
      Files.move(work, temp.resolve("aside"), StandardCopyOption.ATOMIC_MOVE);
      Files.move(link, work, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException late) {
      throw new UncheckedIOException(late);
    }
  }

  // The same race, but certain: the link is there when the server has just looked.
  @Test
  void a_folder_is_not_opened_through_a_link() throws Exception {
    Files.createSymbolicLink(tree.resolve("link"), victim);
    try (OpenFolder open = OpenFolder.trusted(tree)) {
      assertTrue(open(open, "link").isEmpty());
      assertEquals(
          0, new ProcessBuilder("mkfifo", tree.resolve("pipe").toString()).start().waitFor());
      assertTrue(open(open, "pipe").isEmpty());
    }
  }

  private static Optional<Path> open(OpenFolder folder, String name) throws IOException {
    try (OpenFolder child = folder.child(Path.of(name))) {
      return Optional.of(child.path());
    } catch (NotDirectoryException refused) {
      return Optional.empty();
    }
  }

  @Test
  void this_system_can_hold_folders_open() throws Exception {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(temp)) {
      assertTrue(stream instanceof SecureDirectoryStream);
    }
  }
}
