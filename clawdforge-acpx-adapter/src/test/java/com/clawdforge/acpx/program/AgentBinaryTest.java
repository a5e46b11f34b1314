package com.clawdforge.acpx.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finding an agent's program. */
class AgentBinaryTest {
  @TempDir Path temp;

  @Test
  void a_name_is_looked_up_on_the_path_in_its_order() throws Exception {
    Path first = program("first/claude");
    program("second/claude");

    assertEquals(Optional.of(first), named("claude", path("none", "first", "second")).find());
  }

  @Test
  void the_pinned_agents_come_last() throws Exception {
    Path pinned = program("pinned/claude");
    assertEquals(Optional.of(pinned), named("claude", path("first")).find());

    Path first = program("first/claude");
    assertEquals(Optional.of(first), named("claude", path("first")).find());
  }

  @Test
  void without_a_path_only_the_pinned_agents_count() throws Exception {
    Path pinned = program("pinned/claude");

    assertEquals(Optional.of(pinned), named("claude", null).find());
    assertEquals(Optional.empty(), new AgentBinary("claude", null, null).find());
  }

  @Test
  void a_path_is_looked_up_nowhere_else() throws Exception {
    Path here = program("here/claude");
    program("pinned/here/other");

    assertEquals(Optional.of(here), named(here.toString(), null).find());
    assertEquals(Optional.empty(), named("here/other", path("")).find());
  }

  @Test
  void what_cannot_be_run_is_passed_over() throws Exception {
    Files.createDirectories(temp.resolve("first/claude"));
    Files.createDirectories(temp.resolve("second"));
    Files.createFile(temp.resolve("second/claude"));
    Path third = program("third/claude");

    assertEquals(Optional.of(third), named("claude", path("first", "second", "third")).find());
    assertEquals(Optional.empty(), named(temp.resolve("second/claude").toString(), null).find());
  }

  @Test
  void an_empty_entry_of_the_path_is_not_the_working_directory() throws Exception {
    String here = Path.of("").toAbsolutePath().relativize(program("here/claude")).toString();

    assertTrue(new AgentBinary(here, null, null).find().isPresent(), "relative to here it is one");
    assertEquals(Optional.empty(), new AgentBinary("pom.xml", "::", null).find());
  }

  @Test
  void what_is_installed_later_is_found_then() throws Exception {
    AgentBinary claude = named("claude", null);
    assertEquals(Optional.empty(), claude.find());

    Path pinned = program("pinned/claude");
    assertEquals(Optional.of(pinned), claude.find());
  }

  private AgentBinary named(String name, @Nullable String path) {
    return new AgentBinary(name, path, temp.resolve("pinned"));
  }

  private String path(String... folders) {
    StringBuilder path = new StringBuilder();
    for (String folder : folders) {
      path.append(path.isEmpty() ? "" : File.pathSeparator).append(temp.resolve(folder));
    }
    return path.toString();
  }

  private Path program(String name) throws IOException {
    Path file = temp.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n");
    assertTrue(file.toFile().setExecutable(true));
    return file;
  }
}
