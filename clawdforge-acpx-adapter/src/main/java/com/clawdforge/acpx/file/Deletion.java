package com.clawdforge.acpx.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Deletes one tree, even where permissions were withdrawn, and never anything else: not when links
 * lead out of it, nor when an agent puts links in the place of folders meanwhile.
 */
final class Deletion {
  /** Each level keeps a folder open, with two descriptors. */
  private static final int DEEPEST = 24;

  /** Of a path below the tree's; those of much longer ones cannot be given permissions. */
  private static final int LONGEST = 1000;

  /** Somebody may add files all the time, and a listing would not end. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final OpenFolder parent;
  private final Path name;
  private final long began = System.nanoTime();
  private boolean progress;
  private boolean wasDeep;
  private @Nullable IOException failure;

  Deletion(OpenFolder parent, Path name) {
    this.parent = parent;
    this.name = name;
  }

  /**
   * Deletes it.
   *
   * @throws NoSuchFileException if there is none
   * @throws IOException if something of it is left
   */
  void run() throws IOException {
    if (!parent.isDirectory(name)) {
      parent.deleteFile(name);
      return;
    }
    do {
      do {
        progress = false;
        wasDeep = false;
        failure = null;
        try (OpenFolder root = open(parent, name)) {
          empty(root, root, 0);
        }
        // Each time a less deep tree is left.
      } while (wasDeep && !isLate());
      try {
        parent.deleteDirectory(name);
        return;
      } catch (DirectoryNotEmptyException e) {
        failure = failure == null ? e : failure;
      }
    } while (progress && !isLate());
    throw failure == null ? new DirectoryNotEmptyException(name.toString()) : failure;
  }

  private void empty(OpenFolder folder, OpenFolder root, int depth) throws IOException {
    folder.restrict();
    for (Iterator<Path> names = folder.names(); names.hasNext() && !isLate(); ) {
      Path entry = names.next();
      try {
        if (!folder.isDirectory(entry)) {
          folder.deleteFile(entry);
        } else if (depth < DEEPEST && isShort(folder.path().resolve(entry), root)) {
          try (OpenFolder child = open(folder, entry)) {
            empty(child, root, depth + 1);
          }
          folder.deleteDirectory(entry);
        } else {
          // Only a folder that may be written can be moved.
          try (OpenFolder child = open(folder, entry)) {
            child.restrict();
          }
          folder.move(entry, root, Path.of("deep-" + UUID.randomUUID()));
          wasDeep = true;
        }
        progress = true;
      } catch (NoSuchFileException | NotDirectoryException | DirectoryNotEmptyException changed) {
        // The next round looks again.
        failure = changed;
      } catch (IOException e) {
        failure = e;
      }
    }
  }

  private boolean isLate() {
    return System.nanoTime() - began >= PATIENCE.toNanos();
  }

  private static boolean isShort(Path path, OpenFolder root) {
    return path.toString().length() - root.path().toString().length() <= LONGEST;
  }

  private static OpenFolder open(OpenFolder folder, Path name) throws IOException {
    try {
      return folder.child(name);
    } catch (AccessDeniedException withdrawn) {
      // By its path, as what cannot be opened cannot be given permissions in another way. If an
      // agent puts a link there, it gains nothing: it can do the same with all that the user owns.
      PrivateFiles.restrict(folder.path().resolve(name), PrivateFiles.OWNER_ONLY);
      return folder.child(name);
    }
  }
}
