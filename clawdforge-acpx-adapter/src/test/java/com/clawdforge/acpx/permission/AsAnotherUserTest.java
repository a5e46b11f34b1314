package com.clawdforge.acpx.permission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.driver.SessionFixture;
import com.clawdforge.acpx.program.PinnedAgents;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * If the tests run as root, the permission tests also run as another user, like that of the
 * container: claude itself refuses root some modes.
 */
@Tag("agent")
@Timeout(2400)
final class AsAnotherUserTest {
  private static final String USER = "10001";

  @TempDir Path temp;

  static boolean isRoot() {
    return PermissionMatrixTest.isRoot();
  }

  @Test
  @EnabledIf(
      value = "isRoot",
      disabledReason = "the tests of permissions run as a user that is not root already")
  void every_test_of_permissions_passes_as_a_user_that_is_not_root() throws Exception {
    // The other user may not be able to read the class path's folder, or ours.
    Path place = Files.createDirectory(temp.resolve("user"));
    for (Path folder : List.of(temp, place)) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Path results = place.resolve("target/results.tsv");
    for (String own : List.of("tmp", "home", "target")) {
      Path folder = Files.createDirectory(place.resolve(own));
      assertEquals(0, run(place, List.of("chown", USER + ":" + USER, folder.toString())));
    }
    List<String> java =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classPath(place.resolve("lib")),
            "-Djava.io.tmpdir=" + place.resolve("tmp"),
            "-Duser.home=" + place.resolve("home"),
            "-D" + PinnedAgents.PROPERTY + "=" + agents(place),
            "-Dclawdforge.test.driver=" + SessionFixture.Driver.TESTED.name(),
            "-D" + TestedTerms.PROPERTY + "=" + TestedTerms.TESTED,
            RunTests.class.getName(),
            results.toString(),
            "permissions");
    int status = run(place, asUser(java));
    keep(place.resolve("target"));

    List<String> lines = Files.readAllLines(results);
    assertEquals(
        List.of(), lines.stream().filter(line -> !line.startsWith(RunTests.PASSED)).toList());
    assertEquals(0, status);
    assertTrue(lines.size() > PermissionMatrixTest.rows().count(), lines::toString);
  }

  private static List<String> asUser(List<String> argv) {
    List<String> command =
        new ArrayList<>(List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups"));
    command.addAll(argv);
    return command;
  }

  private static int run(Path directory, List<String> argv)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(argv).directory(directory.toFile()).redirectErrorStream(true);
    String path = String.valueOf(System.getenv("PATH"));
    builder.environment().clear();
    builder.environment().put("PATH", path);
    builder.environment().put("HOME", directory.resolve("home").toString());
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    process.getOutputStream().close();
    try (Stream<String> lines = process.inputReader(StandardCharsets.UTF_8).lines()) {
      lines.forEach(System.out::println);
    }
    return process.waitFor();
  }

  private static String classPath(Path copies) throws IOException {
    Files.createDirectory(copies);
    String entries =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> copied = new ArrayList<>();
    for (String entry : entries.split(File.pathSeparator, -1)) {
      Path from = Path.of(entry);
      if (Files.exists(from)) {
        Path to = copies.resolve(copied.size() + "-" + from.getFileName());
        copy(from, to);
        copied.add(to.toString());
      }
    }
    return String.join(File.pathSeparator, copied);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Path copy = Files.createDirectories(to.resolve(from.relativize(folder).toString()));
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path copy = file.equals(from) ? to : to.resolve(from.relativize(file).toString());
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
            return FileVisitResult.CONTINUE;
          }
        });
  }

  // The agents' folder: the tested one if the other user can read it, otherwise a copy next to the
  // class path, by hard links if possible.
  private static Path agents(Path place) throws IOException, InterruptedException {
    String claude = PinnedAgents.PROGRAMS.resolve("claude").toString();
    if (run(place, asUser(List.of("test", "-x", claude))) == 0) {
      return PinnedAgents.FOLDER;
    }
    Path agents = Files.createDirectory(place.resolve("agents"));
    String copy = agents.resolve("node_modules").toString();
    String from = PinnedAgents.FOLDER.resolve("node_modules").toRealPath().toString();
    if (run(place, List.of("cp", "-al", from, copy)) != 0) {
      assertEquals(0, run(place, List.of("cp", "-aT", from, copy)));
    }
    return agents;
  }

  private static void keep(Path tables) throws IOException {
    try (Stream<Path> files = Files.list(tables)) {
      for (Path table : files.filter(file -> file.toString().endsWith(".md")).toList()) {
        Files.copy(
            table,
            Path.of("target").resolve(table.getFileName().toString()),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
