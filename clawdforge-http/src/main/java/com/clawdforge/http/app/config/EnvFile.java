package com.clawdforge.http.app.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The file {@code .env} of a clone, or {@code env} of an installed program, which the launcher has
 * this program read. A variable of the environment wins over one of the file. Nothing in it is
 * executed, and its values reach nobody but this program: the launcher's shell and Java itself do
 * not see them.
 */
public final class EnvFile {
  private static final String NAME = ".env";

  /** Set by the launcher of an installed program to its folder. */
  static final String INSTALLED = "clawdforge.installed";

  /** In bytes; a longer file was put there by mistake. */
  private static final int LONGEST = 1 << 20;

  /** Relative to the file's folder: relative to the current directory they would name anything. */
  private static final List<String> PATHS =
      List.of("CLAWDFORGE_DATA_DIR", "RUNS_DIR", "ACPX_SESSIONS_CWD", "ADMIN_BOOTSTRAP_TOKEN_FILE");

  private final Path file;

  EnvFile(Path file) {
    this.file = file;
  }

  /** The file at a path, which exists. */
  public static EnvFile at(Path file) {
    return new EnvFile(file);
  }

  /**
   * The file of the clone whose launcher started this program, or of the user whose installed
   * program this is; empty if there is none.
   */
  public static Optional<EnvFile> ofLauncher(Map<String, String> environment) {
    return Clone.ofLauncher()
        .map(clone -> clone.resolve(NAME))
        .or(() -> ofInstalled(environment))
        .filter(Files::exists)
        .map(EnvFile::new);
  }

  private static Optional<Path> ofInstalled(Map<String, String> environment) {
    return Optional.ofNullable(System.getProperty(INSTALLED))
        .map(unused -> UserFolders.config(new Variables(environment)).resolve("clawdforge/env"));
  }

  /** Whether this user may read it: it may hold the server's secrets. */
  public boolean readable() {
    return Files.isReadable(file);
  }

  public Path file() {
    return file;
  }

  /**
   * Returns the environment with what the file adds to it.
   *
   * @throws ConfigException a mistake in the file; the message names the line and tells no value
   */
  public Map<String, String> under(Map<String, String> environment) {
    Map<String, String> all = new LinkedHashMap<>();
    try {
      all.putAll(new EnvText(text()).variables());
    } catch (EnvText.Mistake mistake) {
      throw new ConfigException(file + " line " + mistake.line() + ": " + mistake.getMessage());
    }
    PATHS.forEach(name -> all.computeIfPresent(name, (same, value) -> here(name, value)));
    all.putAll(environment);
    return all;
  }

  private String here(String name, String value) {
    try {
      return value.isBlank() ? value : file.resolveSibling(value.strip()).toString();
    } catch (InvalidPathException e) {
      throw new ConfigException(file + ": " + name + " is not a path");
    }
  }

  private String text() {
    // A pipe would be waited for.
    if (!Files.isRegularFile(file)) {
      throw new ConfigException(file + " is not a file");
    }
    try (InputStream opened = Files.newInputStream(file)) {
      byte[] bytes = opened.readNBytes(LONGEST + 1);
      if (bytes.length > LONGEST) {
        throw new ConfigException(file + " is too long for a file of settings");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ConfigException(file + " is not text in UTF-8");
    } catch (IOException e) {
      throw new ConfigException(
          "cannot read " + file + "; user " + System.getProperty("user.name") + " must be able to");
    }
  }
}
