package com.clawdforge.http.app.config;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The clone of the project that this program runs from, if it does. */
public final class Clone {
  /** Set by the launcher to the clone's folder. */
  static final String PROPERTY = "clawdforge.clone";

  private Clone() {}

  /** The clone that the launcher belongs to, or else the one in whose build folder the code is. */
  public static Optional<Path> folder() {
    return ofLauncher().or(Clone::aroundTheCode);
  }

  /** The clone whose launcher started this program. */
  public static Optional<Path> ofLauncher() {
    return Optional.ofNullable(System.getProperty(PROPERTY)).map(Path::of);
  }

  // <clone>/clawdforge-http/target/clawdforge.jar
  private static Optional<Path> aroundTheCode() {
    @Nullable CodeSource source = Clone.class.getProtectionDomain().getCodeSource();
    if (source == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
              Path.of(source.getLocation().toURI())
                  .resolve("../../..")
                  .toAbsolutePath()
                  .normalize())
          .filter(folder -> Files.isExecutable(folder.resolve("clawdforge")))
          .filter(folder -> Files.isDirectory(folder.resolve("clawdforge-http")));
    } catch (URISyntaxException | IllegalArgumentException notAFile) {
      return Optional.empty();
    }
  }
}
