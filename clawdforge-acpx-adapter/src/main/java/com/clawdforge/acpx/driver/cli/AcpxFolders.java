package com.clawdforge.acpx.driver.cli;

import com.clawdforge.acpx.program.AgentEnvironment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Acpx's folders of a home, which a person's sessions share. None of them need exist. */
public final class AcpxFolders {
  private static final Logger log = LoggerFactory.getLogger(AcpxFolders.class);

  private final Path home;

  public AcpxFolders(AgentEnvironment environment) {
    home = environment.home();
  }

  /** Where it keeps records: all of them must be writable. */
  public List<Path> records() {
    return List.of(home.resolve(".acpx"), queues(), sessions());
  }

  Path queues() {
    return home.resolve(".acpx/queues");
  }

  Path sessions() {
    return home.resolve(".acpx/sessions");
  }

  /**
   * Where its sockets are. It ignores the directory for temporary files that it is given
   * (agent-facts.md, section 4).
   */
  public Path sockets() {
    return parentOfSockets().resolve("acpx-" + hash(home.toString()).substring(0, 10));
  }

  public Path parentOfSockets() {
    return Path.of("/tmp");
  }

  /**
   * Deletes the folder of sockets unless there are any. For a home that is of no more use: an acpx
   * that starts just now would not find the folder that it has made.
   */
  public void tidySockets() {
    try {
      Files.deleteIfExists(sockets());
    } catch (DirectoryNotEmptyException inUse) {
      log.trace("{} is in use", sockets());
    } catch (IOException e) {
      log.debug("{} is left", sockets(), e);
    }
  }

  static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
