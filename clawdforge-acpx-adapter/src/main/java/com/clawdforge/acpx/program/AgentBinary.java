package com.clawdforge.acpx.program;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The location of an agent's program: a path, or a name that is looked up on the PATH and then
 * among the pinned agents. It is looked up each time, so that an agent that is installed later is
 * found.
 *
 * @param name as configured
 * @param path the server's PATH, or null
 * @param pinned the folder with the pinned agents' programs, or null
 */
public record AgentBinary(String name, @Nullable String path, @Nullable Path pinned) {
  /** The program's file; empty if there is no file that can be run. */
  public Optional<Path> find() {
    if (name.indexOf(File.separatorChar) >= 0) {
      return Optional.of(Path.of(name).toAbsolutePath()).filter(AgentBinary::isProgram);
    }
    Stream<Path> onPath =
        path == null
            ? Stream.empty()
            : Stream.of(path.split(File.pathSeparator, -1))
                .filter(directory -> !directory.isEmpty())
                .map(Path::of);
    return Stream.concat(onPath, Stream.ofNullable(pinned))
        .map(directory -> directory.resolve(name).toAbsolutePath())
        .filter(AgentBinary::isProgram)
        .findFirst();
  }

  private static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }
}
