package com.clawdforge.http.app.install;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Files and folders, so that a reader sees the old or the new one and nothing between. */
final class Trees {
  private Trees() {}

  private static final Set<PosixFilePermission> PROGRAM =
      PosixFilePermissions.fromString("rwxr-xr-x");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-r--r--");

  /**
   * Copies a folder, with its links as links, and files as {@link #copyFile} does. The copy belongs
   * to the one who copies, not to the owner of the source: root may install from the clone of a
   * user who must not be able to change what root runs.
   */
  static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes unused)
              throws IOException {
            folder(to.resolve(from.relativize(folder)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path copy = to.resolve(from.relativize(file));
            if (attributes.isSymbolicLink()) {
              Files.createSymbolicLink(copy, Files.readSymbolicLink(file));
            } else {
              copyFile(file, copy);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /**
   * Copies a file with its time. All may read the copy, and run it if the owner of the source may
   * run that; nobody but its owner may change it.
   */
  static void copyFile(Path from, Path to) throws IOException {
    boolean program =
        Files.getPosixFilePermissions(from).contains(PosixFilePermission.OWNER_EXECUTE);
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    Files.setPosixFilePermissions(to, program ? PROGRAM : FILE);
    Files.setLastModifiedTime(to, Files.getLastModifiedTime(from));
  }

  /** Makes a folder of the program, or opens the one that is there for all to read. */
  static void folder(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PROGRAM);
  }

  /** Deletes a file, a link or a folder with all that is in it, if it exists. */
  static void delete(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes unused)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Writes a file in the place of the one that is there. */
  static void write(Path file, byte[] content, String permissions) throws IOException {
    Path written = unfinished(file);
    Files.deleteIfExists(written);
    Set<PosixFilePermission> mode = PosixFilePermissions.fromString(permissions);
    Files.createFile(written, PosixFilePermissions.asFileAttribute(mode));
    Files.write(written, content);
    Files.setPosixFilePermissions(written, mode);
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Makes a link in the place of the one that is there. */
  static void link(Path link, Path target) throws IOException {
    Path made = unfinished(link);
    Files.deleteIfExists(made);
    Files.createSymbolicLink(made, target);
    Files.move(made, link, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The name under which {@link #write} and {@link #link} make what they put in place. */
  static Path unfinished(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".clawdforge-new");
  }

  /** Whether something has this name, a link that leads nowhere included. */
  static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** Tells two files or links apart: SHA-256 of the content, or of where the link leads. */
  static String fingerprint(Path path) throws IOException {
    return Files.isSymbolicLink(path)
        ? ofLink(Files.readSymbolicLink(path))
        : sha256(Files.readAllBytes(path));
  }

  static String ofLink(Path target) {
    return "link-" + sha256(target.toString().getBytes(StandardCharsets.UTF_8));
  }

  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }
}
