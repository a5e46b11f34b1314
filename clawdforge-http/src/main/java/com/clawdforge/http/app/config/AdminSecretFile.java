package com.clawdforge.http.app.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The administrator's secret of a server whose operator chose none: {@code admin-token} in the data
 * folder. Only the server's user can read it.
 */
public final class AdminSecretFile {
  private static final String NAME = "admin-token";
  private static final int SECRET_BYTES = 32;

  private AdminSecretFile() {}

  /** Where it is, whether or not it exists. */
  public static Path in(Path dataDir) {
    return dataDir.resolve(NAME);
  }

  /**
   * Returns the environment with {@code ADMIN_BOOTSTRAP_TOKEN_FILE} naming the file, which is made
   * if there is none. Returns the environment as it is if the operator chose a secret.
   *
   * @throws ConfigException if the file cannot be made
   */
  public static Map<String, String> ensured(Map<String, String> environment) {
    Variables read = new Variables(environment);
    if (read.text(ServerConfig.ADMIN_SECRET) != null
        || read.text(ServerConfig.ADMIN_SECRET + "_FILE") != null) {
      return environment;
    }
    Path folder = StorageConfig.dataDir(read);
    Path file = in(folder);
    if (!Files.exists(file)) {
      make(folder, file);
    }
    Map<String, String> more = new HashMap<>(environment);
    more.put(ServerConfig.ADMIN_SECRET + "_FILE", file.toString());
    return more;
  }

  /**
   * The secret that the operator chose, or else the one that a server with the same environment and
   * user made; empty if there is none or this user may not read it.
   *
   * @throws ConfigException if the operator chose a file that cannot be read
   */
  public static Optional<String> read(Map<String, String> environment) {
    Optional<String> chosen = chosen(environment);
    return chosen.isPresent() ? chosen : made(environment);
  }

  /**
   * The secret that the operator chose.
   *
   * @throws ConfigException if the operator chose a file that cannot be read
   */
  public static Optional<String> chosen(Map<String, String> environment) {
    return Optional.ofNullable(new Variables(environment).textOrItsFile(ServerConfig.ADMIN_SECRET));
  }

  private static Optional<String> made(Map<String, String> environment) {
    Path file = in(StorageConfig.dataDir(new Variables(environment)));
    return Files.isReadable(file)
        ? chosen(Map.of(ServerConfig.ADMIN_SECRET + "_FILE", file.toString()))
        : Optional.empty();
  }

  // Written in full under another name first: a server that is killed must not leave half a secret.
  private static void make(Path folder, Path file) {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    @Nullable Path written = null;
    try {
      Files.createDirectories(folder, ownerOnly(folder, "rwx------"));
      written = Files.createTempFile(folder, NAME + "-", ".new", ownerOnly(folder, "rw-------"));
      Files.writeString(written, HexFormat.of().formatHex(secret), StandardCharsets.US_ASCII);
      Files.move(written, file);
    } catch (FileAlreadyExistsException anotherServerMadeIt) {
      delete(written);
    } catch (IOException e) {
      delete(written);
      throw new ConfigException(
          "cannot make "
              + file
              + " ("
              + e
              + "); give this user the folder, or set CLAWDFORGE_DATA_DIR");
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path folder, String permissions) {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static void delete(@Nullable Path file) {
    if (file != null) {
      boolean unused = file.toFile().delete();
    }
  }
}
