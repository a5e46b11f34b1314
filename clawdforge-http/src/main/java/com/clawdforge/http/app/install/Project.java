package com.clawdforge.http.app.install;

import com.clawdforge.http.app.command.CommandFailed;
import com.clawdforge.http.app.config.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The clone that is installed from.
 *
 * @param root the clone's folder
 */
record Project(Path root) {
  private static final List<String> AGENTS =
      List.of(
          "install",
          "package.json",
          "package-lock.json",
          "codex/package.json",
          "codex/package-lock.json");

  /** In a folder of agents, the mark of a complete install of Codex. */
  static final String CODEX = "codex/node_modules/.installed-from";

  private static final String HEAD =
      """
      # Settings of clawdforge for this user, which ~/.local/bin/clawdforge reads for all commands. Uncomment what you change,
      # then restart the server. A variable of the environment wins. Write a value that has a $ in single quotes. An unknown
      # name with the prefix CLAWDFORGE_ stops the start, and so does an invalid value. No install changes this file.
      """;

  Path launcher() {
    return file("clawdforge");
  }

  Path jar() {
    return file("clawdforge-http/target/clawdforge.jar");
  }

  String unit() throws IOException {
    return Files.readString(file("ops/systemd/user/clawdforge.service"));
  }

  /** The example of all settings, for the file of a user. */
  String settings() throws IOException {
    String example = Files.readString(file(".env.example"));
    // The first paragraph is about the file of a clone.
    return HEAD + example.substring(example.indexOf("\n\n") + 1);
  }

  /** Names what an installed version consists of: equal ids, equal programs. */
  String id() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(Files.readAllBytes(launcher()));
    all.write(Files.readAllBytes(jar()));
    all.write(agentsKey().getBytes(StandardCharsets.US_ASCII));
    return Version.current() + "-" + Trees.sha256(all.toByteArray()).substring(0, 12);
  }

  /** Names the pinned agents: equal keys, equal agents. */
  String agentsKey() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String name : AGENTS) {
      all.write(Files.readAllBytes(file("agents/" + name)));
    }
    return Trees.sha256(all.toByteArray()).substring(0, 12);
  }

  boolean hasCodex() {
    return Files.exists(root.resolve("agents").resolve(CODEX));
  }

  /**
   * Makes a folder with the pins and their installer, and copies what this clone has installed of
   * them: that saves a download.
   */
  void copyAgents(Path to) throws IOException {
    for (String name : AGENTS) {
      Path copy = to.resolve(name);
      Trees.folder(Outside.parent(copy));
      Trees.copyFile(file("agents/" + name), copy);
    }
    for (String part : List.of("node_modules", "codex/node_modules")) {
      Path modules = root.resolve("agents").resolve(part);
      // Without this mark an install of them was interrupted.
      if (Files.exists(modules.resolve(".installed-from"))) {
        Trees.copy(modules.toRealPath(), to.resolve(part));
      }
    }
  }

  private Path file(String name) {
    Path file = root.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new CommandFailed("the clone is not complete: there is no " + file, null);
    }
    return file;
  }
}
