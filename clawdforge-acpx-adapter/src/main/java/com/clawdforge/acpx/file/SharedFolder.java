package com.clawdforge.acpx.file;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * A folder in which agents write while the server does. Nothing is written through a link, even if
 * one takes the place of a folder meanwhile.
 *
 * @param folder that no agent can move
 * @param drafts on the same file system, where no agent can write; need not exist
 */
public record SharedFolder(Path folder, Path drafts) {
  /**
   * Creates a directory below the folder unless it exists, and its missing parents; anything else
   * in the place of one of them, a link included, is deleted.
   */
  public void ensure(Path directory) throws IOException {
    open(directory).close();
  }

  /** Writes a new file that the agent may read, but not change, into a directory. */
  public void stage(Path directory, String name, InputStream content) throws IOException {
    try (OpenFolder open = open(directory)) {
      create(open, plain(name), PrivateFiles.READ_ONLY, content);
    }
  }

  /** Makes sure that a file contains this text; anything else in its place is deleted. */
  public void write(Path file, String text) throws IOException {
    Path name = Objects.requireNonNull(file.getFileName());
    try (OpenFolder open = open(Objects.requireNonNull(file.getParent()))) {
      Path draft = Path.of(name + "." + UUID.randomUUID());
      boolean moved = false;
      try (InputStream content = bytes(text)) {
        create(open, draft, PrivateFiles.OWNER_WRITES, content);
        if (holdsDirectory(open, name)) {
          new Deletion(open, name).run();
        }
        open.move(draft, open, name);
        moved = true;
      } finally {
        if (!moved) {
          // Otherwise each turn would leave a draft behind on a full disk.
          deleteIfExists(open, draft);
        }
      }
    }
  }

  private static boolean holdsDirectory(OpenFolder open, Path name) throws IOException {
    try {
      return open.isDirectory(name);
    } catch (NoSuchFileException none) {
      return false;
    }
  }

  private static void deleteIfExists(OpenFolder open, Path name) throws IOException {
    try {
      open.deleteFile(name);
    } catch (NoSuchFileException none) {
      // It was not made.
    }
  }

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Path plain(String name) throws IOException {
    Path path = Path.of(name);
    if (path.getNameCount() != 1 || path.isAbsolute() || name.equals("..") || name.equals(".")) {
      throw new IOException("not a plain file name: " + name);
    }
    return path;
  }

  private static void create(
      OpenFolder open, Path name, Set<PosixFilePermission> permissions, InputStream content)
      throws IOException {
    try (OutputStream file = Channels.newOutputStream(open.create(name, permissions))) {
      content.transferTo(file);
    }
  }

  private OpenFolder open(Path directory) throws IOException {
    OpenFolder open = OpenFolder.trusted(folder);
    for (Path name : folder.relativize(directory)) {
      if (!name.toString().isEmpty()) {
        try (OpenFolder parent = open) {
          open = ensured(parent, name);
        }
      }
    }
    return open;
  }

  private OpenFolder ensured(OpenFolder parent, Path name) throws IOException {
    try {
      return parent.child(name);
    } catch (NotDirectoryException other) {
      parent.deleteFile(name);
    } catch (NoSuchFileException missing) {
      // It is made below.
    }
    // Java cannot make a directory in an open one, but move one to there.
    PrivateFiles.ensure(drafts);
    Path draft = Path.of(UUID.randomUUID().toString());
    PrivateFiles.create(drafts.resolve(draft));
    try (OpenFolder from = OpenFolder.trusted(drafts)) {
      from.move(draft, parent, name);
    } catch (FileAlreadyExistsException made) {
      Files.deleteIfExists(drafts.resolve(draft));
    }
    return parent.child(name);
  }
}
