package com.clawdforge.acpx.claude;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The private directory that an agent works in; gone when it is closed, whatever lies in it. */
final class RunDirectory implements AutoCloseable {
  /** Where files lie that cannot be shown to the model, relative to the directory. */
  static final String ATTACHMENTS = "attachments";

  private static final Logger log = LoggerFactory.getLogger(RunDirectory.class);
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> READ_ONLY =
      PosixFilePermissions.fromString("r--------");

  private final Path path;

  private RunDirectory(Path path) {
    this.path = path;
  }

  static RunDirectory create(Path runsDir, String runId) throws IOException {
    Files.createDirectories(runsDir);
    Path path = of(runsDir, runId).toAbsolutePath();
    Files.createDirectory(path);
    restrict(path, OWNER_ONLY);
    return new RunDirectory(path);
  }

  /** The directory of a run of an earlier server, whether it is there or not. */
  static RunDirectory left(Path runsDir, String runId) {
    return new RunDirectory(of(runsDir, runId).toAbsolutePath());
  }

  Path path() {
    return path;
  }

  /** Puts a file where the agent may read it, and nothing more. */
  void stage(String name, InputStream content) throws IOException {
    Path directory = path.resolve(ATTACHMENTS);
    Files.createDirectories(directory);
    Path file = directory.resolve(name);
    if (!directory.equals(file.getParent())) {
      throw new IOException("not a plain file name: " + name);
    }
    Files.copy(content, file);
    restrict(file, READ_ONLY);
  }

  @Override
  public void close() {
    try {
      // Each walk makes what it leaves less deep.
      do {
        Files.walkFileTree(path, new Deletion(path));
      } while (Files.exists(path, LinkOption.NOFOLLOW_LINKS));
    } catch (NoSuchFileException neverMade) {
      log.trace("no directory {}", path);
    } catch (IOException e) {
      log.error("cannot delete the directory of a run; delete it by hand: {}", path, e);
    }
  }

  private static Path of(Path runsDir, String runId) {
    if (!ID.matcher(runId).matches()) {
      throw new IllegalArgumentException("not a run id: " + runId);
    }
    return runsDir.resolve(runId);
  }

  private static void restrict(Path path, Set<PosixFilePermission> permissions) throws IOException {
    if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(path, permissions);
    }
  }

  /** Deletes a tree without following a link out of it, and in spite of withdrawn permissions. */
  private static final class Deletion extends SimpleFileVisitor<Path> {
    /** Deeper down a path gets too long for the system, and each level holds a directory open. */
    private static final int DEEPEST = 100;

    private static final int LONGEST = 1000;

    private final Path root;
    private boolean left;

    private Deletion(Path root) {
      this.root = root;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      restrict(directory, OWNER_ONLY);
      if (directory.getNameCount() - root.getNameCount() <= DEEPEST
          && directory.toString().length() - root.toString().length() <= LONGEST) {
        return FileVisitResult.CONTINUE;
      }
      Files.move(directory, root.resolve("deep-" + UUID.randomUUID()));
      left = true;
      return FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      // A directory that its owner may not list: give the permission back and look again.
      if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
      restrict(file, OWNER_ONLY);
      Files.walkFileTree(file, this);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
        throws IOException {
      if (!(left && directory.equals(root))) {
        Files.deleteIfExists(directory);
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
