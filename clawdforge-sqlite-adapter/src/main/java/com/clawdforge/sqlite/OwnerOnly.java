package com.clawdforge.sqlite;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Creates files and folders that only their owner can read, where the file system has owners. */
final class OwnerOnly {
  private OwnerOnly() {}

  /** Creates a folder if it does not exist; an existing one keeps its permissions. */
  static void createFolder(Path folder) throws IOException {
    Files.createDirectories(folder, permissions(folder, "rwx------"));
  }

  static void createFileIfAbsent(Path file) throws IOException {
    try {
      createFile(file);
    } catch (FileAlreadyExistsException alreadyThere) {
      // An existing file keeps its permissions.
    }
  }

  static void createFile(Path file) throws IOException {
    Files.createFile(file, permissions(file, "rw-------"));
  }

  /**
   * Creates a file and opens it in one step, so that no other file can take its place in between.
   */
  static OutputStream newFile(Path file) throws IOException {
    return Channels.newOutputStream(
        Files.newByteChannel(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            permissions(file, "rw-------")));
  }

  /** The owner of a new file in a folder; null where files have no owner. */
  static @Nullable UserPrincipal ownerOfNewFile(Path folder) throws IOException {
    Path probe = Files.createTempFile(folder, ".owner-", "");
    try {
      return Files.getOwner(probe);
    } catch (UnsupportedOperationException noOwners) {
      return null;
    } finally {
      Files.delete(probe);
    }
  }

  private static FileAttribute<?>[] permissions(Path path, String permissions) {
    if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0];
    }
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
    };
  }
}
