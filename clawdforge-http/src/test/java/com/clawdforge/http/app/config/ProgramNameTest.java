package com.clawdforge.http.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.Cli;
import com.clawdforge.http.kit.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What messages tell people to type. */
final class ProgramNameTest {
  // Both speak of a clone, wherever they are printed.
  private static final Set<String> OF_CLONES =
      Set.of("ProgramName.java", "InstallCommand.java", "CloneThatServed.java");
  private static final Pattern OF_A_CLONE = Pattern.compile("\"[^\"]*\\./clawdforge");

  @Test
  void it_has_the_folder_in_a_clone_alone() {
    Optional<Path> clone = Optional.of(Path.of("/a/clone"));

    assertEquals("./clawdforge", ProgramName.typed(null, clone));
    assertEquals("clawdforge", ProgramName.typed("/home/app/v1", clone));
    assertEquals("clawdforge", ProgramName.typed(null, Optional.empty()));
  }

  @Test
  void an_installed_program_does_not_send_people_to_a_clone() {
    System.setProperty(EnvFile.INSTALLED, "/anywhere");
    try {
      Cli list = Cli.run(Map.of("CLAWDFORGE_URL", "http://127.0.0.1:9"), "runs", "list");
      assertTrue(list.output().contains("from: clawdforge token mint NAME"), list::output);
    } finally {
      System.clearProperty(EnvFile.INSTALLED);
    }
  }

  @Test
  void no_message_has_a_name_of_its_own_for_it() throws Exception {
    List<String> names;
    try (Stream<Path> modules = Files.list(Installation.ROOT)) {
      names =
          modules
              .map(module -> module.resolve("src/main/java"))
              .filter(Files::isDirectory)
              .flatMap(ProgramNameTest::sources)
              .filter(file -> !OF_CLONES.contains(file.getFileName().toString()))
              .filter(ProgramNameTest::namesTheClones)
              .map(Path::toString)
              .toList();
    }
    assertEquals(List.of(), names);
  }

  private static Stream<Path> sources(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean namesTheClones(Path file) {
    try {
      return OF_A_CLONE.matcher(Files.readString(file)).find();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
