package com.clawdforge.acpx.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Directories and files that only the server's user can read. */
public final class PrivateFiles {
  private static final Logger log = LoggerFactory.getLogger(PrivateFiles.class);
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final long MOST_READ = 1 << 16;
  static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
  static final Set<PosixFilePermission> OWNER_WRITES = PosixFilePermissions.fromString("rw-------");
  static final Set<PosixFilePermission> READ_ONLY = PosixFilePermissions.fromString("r--------");

  private PrivateFiles() {}

  /**
   * The absolute directory of a run or session below their common directory.
   *
   * @throws IllegalArgumentException if the id is not valid, and could lead elsewhere
   */
  public static Path directoryOf(Path parent, String id) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("not an id: " + id);
    }
    return parent.resolve(id).toAbsolutePath();
  }

  /** Creates a directory that does not exist yet, and its missing parents. */
  public static void create(Path directory) throws IOException {
    @Nullable Path parent = directory.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.createDirectory(directory);
    restrict(directory, OWNER_ONLY);
  }

  /**
   * Creates a directory unless it exists; anything else in its place, a link included, is deleted.
   */
  public static void ensure(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(directory);
      create(directory);
    }
  }

  /**
   * Makes sure that a file contains this text, replacing it atomically if it does not; anything
   * else in its place is deleted.
   */
  public static void write(Path file, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Files.size(file) == bytes.length
        && Arrays.equals(Files.readAllBytes(file), bytes)) {
      return;
    }
    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      delete(file);
    }
    Path draft = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID());
    try {
      Files.createFile(draft);
      restrict(draft, OWNER_WRITES);
      Files.write(draft, bytes);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      // Otherwise each turn would leave a draft behind on a full disk.
      Files.deleteIfExists(draft);
    }
  }

  /**
   * The stripped text of a file that we wrote where an agent's commands can reach it; empty if
   * there is none, or something else is in its place: a pipe would never end.
   */
  public static Optional<String> read(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MOST_READ) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (CharacterCodingException | NoSuchFileException notOurs) {
      return Optional.empty();
    }
  }

  /** A text that changes whenever a file does: its time and size, or that there is none. */
  public static String stamp(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis() + "/" + Files.size(file);
    } catch (IOException none) {
      return "none";
    }
  }

  /** As {@link #stamp}, and changes when another file takes its place; links are followed. */
  public static String identity(Path file) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey() + " " + stamp(file);
    } catch (IOException none) {
      return "none";
    }
  }

  /** Writes a file that the agent may read, but not change, into a directory. */
  public static void stage(Path directory, String name, InputStream content) throws IOException {
    ensure(directory);
    Path file = directory.resolve(name);
    if (!directory.equals(file.getParent())) {
      throw new IOException("not a plain file name: " + name);
    }
    Files.copy(content, file);
    restrict(file, READ_ONLY);
  }

  /**
   * Copies a directory with everything below it. The copy must not exist yet, and appears once it
   * is complete. Links are left out.
   */
  public static void copy(Path from, Path to) throws IOException {
    Path draft = to.resolveSibling(to.getFileName() + "." + UUID.randomUUID());
    try {
      Files.walkFileTree(from, new Copying(from, draft));
      Files.move(draft, to, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      if (Files.exists(draft)) {
        delete(draft);
      }
    }
  }

  /**
   * Deletes a directory with everything in it, or a file; logs an error if that is not possible. An
   * agent may change what is in the directory meanwhile, but must not be able to rename in the
   * folder in which it is.
   */
  public static void delete(Path directory) {
    Path place = directory.toAbsolutePath();
    delete(Objects.requireNonNull(place.getParent()), Objects.requireNonNull(place.getFileName()));
  }

  /**
   * As the other one, for a folder in which agents can rename.
   *
   * @param trusted a folder above that no agent can move
   * @param place leads from there to what is deleted; if there is a link on the way, nothing is
   */
  public static void delete(Path trusted, Path place) {
    try (OpenFolder folder = OpenFolder.trusted(trusted)) {
      delete(folder, place);
    } catch (NoSuchFileException | NotDirectoryException neverMade) {
      log.trace("no {} in {}", place, trusted);
    } catch (IOException e) {
      log.error("cannot delete; do it by hand: {} in {}", place, trusted, e);
    }
  }

  private static void delete(OpenFolder folder, Path place) throws IOException {
    if (place.getNameCount() == 1) {
      new Deletion(folder, place).run();
      return;
    }
    try (OpenFolder next = folder.child(place.getName(0))) {
      delete(next, place.subpath(1, place.getNameCount()));
    }
  }

  static void restrict(Path path, Set<PosixFilePermission> permissions) throws IOException {
    if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(path, permissions);
    }
  }

  /** Creates the same directories and files below another directory. */
  private static final class Copying extends SimpleFileVisitor<Path> {
    private final Path from;
    private final Path to;

    private Copying(Path from, Path to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      create(to.resolve(from.relativize(directory)));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (attributes.isRegularFile()) {
        Path copy = to.resolve(from.relativize(file));
        Files.copy(file, copy, LinkOption.NOFOLLOW_LINKS);
        restrict(copy, OWNER_WRITES);
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
