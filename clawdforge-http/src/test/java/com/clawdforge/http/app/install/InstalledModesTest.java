package com.clawdforge.http.app.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** To whom the installed program belongs and who may change it, whatever the clone is like. */
@Timeout(60)
class InstalledModesTest {
  private static final int OTHER = 1234;

  @TempDir Path temp;

  private InstallFixture user = InstallFixture.NONE;

  @BeforeEach
  void a_clone_with_a_link_a_program_and_modes_of_its_own() throws Exception {
    user = InstallFixture.in(temp);
    Path modules = user.clone.resolve("agents/node_modules");
    Path bin = Files.createDirectories(modules.resolve(".bin"));
    Files.createSymbolicLink(bin.resolve("link"), Path.of("../claude"));
    Files.writeString(bin.resolve("program"), "");
    mode(bin.resolve("program"), "rwxrwxrwx");
    mode(modules.resolve("claude"), "rw-rw-rw-");
    mode(bin, "rwxrwxrwx");
    mode(user.clone.resolve("agents/install"), "rwx------");
    mode(user.clone.resolve("clawdforge"), "rwxrwx---");
    mode(user.clone.resolve("clawdforge-http/target/clawdforge.jar"), "rw-------");
  }

  @Test
  void all_may_read_and_run_the_program_and_only_its_owner_may_change_it() throws Exception {
    user.install();

    Path version = user.version().toRealPath();
    Path agents = version.resolve("agents").toRealPath();
    Path modules = agents.resolve("node_modules");
    for (Path program :
        List.of(
            user.places.app(),
            version,
            version.resolve("clawdforge"),
            parent(version),
            agents,
            parent(agents),
            agents.resolve("codex"),
            agents.resolve("install"),
            modules,
            modules.resolve(".bin"),
            modules.resolve(".bin/program"))) {
      assertEquals("rwxr-xr-x", mode(program), program::toString);
    }
    for (Path file :
        List.of(
            version.resolve("clawdforge.jar"),
            version.resolve("jdk"),
            agents.resolve("package.json"),
            modules.resolve("claude"))) {
      assertEquals("rw-r--r--", mode(file), file::toString);
    }
    assertEquals(
        Path.of("../claude"), Files.readSymbolicLink(modules.resolve(".bin/link")), "a link");
    assertEquals("rwx------", mode(user.places.dataFolder()), "the data are its owner's");
  }

  @Test
  void a_copied_file_keeps_its_time() throws Exception {
    Path claude = user.clone.resolve("agents/node_modules/claude");
    Files.setLastModifiedTime(claude, FileTime.fromMillis(1_000_000_000_000L));

    user.install();

    assertEquals(
        FileTime.fromMillis(1_000_000_000_000L),
        Files.getLastModifiedTime(user.version().resolve("agents/node_modules/claude")));
  }

  @Test
  @EnabledIf(value = "isRoot", disabledReason = "only root can give the clone to another user")
  void what_root_installs_from_another_users_clone_belongs_to_root() throws Exception {
    try (Stream<Path> all = Files.walk(user.clone)) {
      for (Path each : all.toList()) {
        Files.setAttribute(each, "unix:uid", OTHER, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(each, "unix:gid", OTHER, LinkOption.NOFOLLOW_LINKS);
      }
    }

    user.install();

    try (Stream<Path> all = Files.walk(user.places.home())) {
      List<Path> installed = all.toList();
      assertTrue(installed.size() > 20, installed::toString);
      for (Path each : installed) {
        assertEquals(0, owner(each, "uid"), each::toString);
        assertEquals(0, owner(each, "gid"), each::toString);
      }
    }
  }

  static boolean isRoot() throws Exception {
    return owner(Path.of("/proc/self"), "uid") == 0;
  }

  private static int owner(Path path, String which) throws Exception {
    return (int) Files.getAttribute(path, "unix:" + which, LinkOption.NOFOLLOW_LINKS);
  }

  private static Path parent(Path path) {
    return Outside.parent(path);
  }

  private static void mode(Path path, String mode) throws Exception {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private static String mode(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
