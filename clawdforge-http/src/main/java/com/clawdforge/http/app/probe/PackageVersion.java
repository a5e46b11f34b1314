package com.clawdforge.http.app.probe;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The version of a program in an npm package, as the package states it. Starts no process: an
 * adapter ignores arguments and cannot report its version.
 */
public final class PackageVersion {
  private PackageVersion() {}

  /**
   * Reads it.
   *
   * @param program may be a link, as npm makes them
   * @return empty if it belongs to no package
   */
  public static Optional<String> of(Path program) throws IOException {
    // Such as <package>/dist/index.js
    Path folder = program.toRealPath().getParent();
    for (; folder != null; folder = folder.getParent()) {
      Path file = folder.resolve("package.json");
      if (file.toFile().isFile()) {
        return Optional.of(new JsonMapper().readTree(file.toFile()).path("version").asText());
      }
    }
    return Optional.empty();
  }
}
