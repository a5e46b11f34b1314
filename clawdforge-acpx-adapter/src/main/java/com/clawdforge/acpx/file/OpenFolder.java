package com.clawdforge.acpx.file;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A folder that is held open, so that everything is done in this very folder, wherever an agent
 * moves it meanwhile and whatever it puts in its place. Names are single ones; no link is followed.
 * Where the system cannot do that (it can on Linux) paths are used, and no agent is isolated there.
 * For one thread.
 */
final class OpenFolder implements AutoCloseable {
  private final Path path;
  private final DirectoryStream<Path> entries;
  private final @Nullable SecureDirectoryStream<Path> held;

  private OpenFolder(Path path, DirectoryStream<Path> entries) {
    this.path = path;
    this.entries = entries;
    this.held = entries instanceof SecureDirectoryStream<Path> secure ? secure : null;
  }

  /** Opens a folder whose path no agent can change. */
  @SuppressWarnings("StreamResourceLeak") // The new object closes it.
  static OpenFolder trusted(Path path) throws IOException {
    return new OpenFolder(path, Files.newDirectoryStream(path));
  }

  /** Where it was when it was opened. */
  Path path() {
    return path;
  }

  /**
   * Opens a folder in this one.
   *
   * @throws NotDirectoryException if there is something else, such as a link to a folder
   */
  OpenFolder child(Path name) throws IOException {
    Path place = path.resolve(name);
    if (held == null) {
      if (!isDirectory(name)) {
        throw new NotDirectoryException(place.toString());
      }
      return trusted(place);
    }
    // With the dot only a folder can be opened: opening a pipe would wait for its writer.
    OpenFolder child = new OpenFolder(place, held.newDirectoryStream(name.resolve(".")));
    boolean same = false;
    try {
      // What is open cannot give its number to another one, so this shows a link that was followed.
      same = child.attributes().fileKey().equals(attributes(name).fileKey());
    } finally {
      if (!same) {
        child.close();
      }
    }
    if (!same) {
      throw new NotDirectoryException(place.toString());
    }
    return child;
  }

  /** The names of what is in it; only the first call tells them. */
  Iterator<Path> names() {
    Iterator<Path> all = entries.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return all.hasNext();
      }

      @Override
      public Path next() {
        return all.next().getFileName();
      }
    };
  }

  boolean isDirectory(Path name) throws IOException {
    return attributes(name).isDirectory();
  }

  BasicFileAttributes attributes(Path name) throws IOException {
    return held == null
        ? Files.readAttributes(
            path.resolve(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        : held.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .readAttributes();
  }

  private BasicFileAttributes attributes() throws IOException {
    return held == null
        ? Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        : held.getFileAttributeView(BasicFileAttributeView.class).readAttributes();
  }

  /** Lets the server's user do everything in this folder, and nobody else anything. */
  void restrict() throws IOException {
    if (held == null) {
      PrivateFiles.restrict(path, PrivateFiles.OWNER_ONLY);
      return;
    }
    @Nullable PosixFileAttributeView view = held.getFileAttributeView(PosixFileAttributeView.class);
    if (view != null) {
      view.setPermissions(PrivateFiles.OWNER_ONLY);
    }
  }

  /** Deletes what is no folder. */
  void deleteFile(Path name) throws IOException {
    if (held == null) {
      Files.delete(path.resolve(name));
    } else {
      held.deleteFile(name);
    }
  }

  /** Deletes an empty folder. */
  void deleteDirectory(Path name) throws IOException {
    if (held == null) {
      Files.delete(path.resolve(name));
    } else {
      held.deleteDirectory(name);
    }
  }

  /** Moves something to another folder, where it replaces a file. */
  void move(Path name, OpenFolder to, Path newName) throws IOException {
    if (held != null && to.held != null) {
      held.move(name, to.held, newName);
    } else {
      Files.move(path.resolve(name), to.path.resolve(newName), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Opens a new file for writing. */
  SeekableByteChannel create(Path name, Set<PosixFilePermission> permissions) throws IOException {
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    if (held != null) {
      return held.newByteChannel(name, options, PosixFilePermissions.asFileAttribute(permissions));
    }
    SeekableByteChannel file = Files.newByteChannel(path.resolve(name), options);
    PrivateFiles.restrict(path.resolve(name), permissions);
    return file;
  }

  @Override
  public void close() throws IOException {
    entries.close();
  }
}
