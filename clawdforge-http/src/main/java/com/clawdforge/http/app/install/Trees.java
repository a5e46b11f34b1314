package com.clawdforge.http.app.install;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.CopyOption;
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

  /** Copies a folder with its links as links, modes and times. */
  static void copy(Path from, Path to) throws IOException {
    CopyOption[] same = {StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS};
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes unused)
              throws IOException {
            Files.createDirectory(to.resolve(from.relativize(folder)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes unused)
              throws IOException {
            Files.copy(file, to.resolve(from.relativize(file)), same);
            return FileVisitResult.CONTINUE;
          }
        });
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
