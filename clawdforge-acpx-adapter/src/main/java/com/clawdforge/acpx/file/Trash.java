package com.clawdforge.acpx.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where directories are moved before they are deleted: no agent can write there, even if it had a
 * file of them open, as what it may do hangs on the folder in which they were.
 *
 * @param folder on the same file system as the directories; need not exist
 */
public record Trash(Path folder) {
  private static final Logger log = LoggerFactory.getLogger(Trash.class);

  /** Deletes a directory with everything in it; logs an error if that is not possible. */
  public void delete(Path directory) {
    try {
      PrivateFiles.ensure(folder);
      Path moved = folder.resolve(UUID.randomUUID().toString());
      try {
        Files.move(directory, moved, StandardCopyOption.ATOMIC_MOVE);
      } catch (AccessDeniedException withdrawn) {
        // Only a directory that may be written can be moved. See Deletion for links in its place.
        PrivateFiles.restrict(directory, PrivateFiles.OWNER_ONLY);
        Files.move(directory, moved, StandardCopyOption.ATOMIC_MOVE);
      }
      PrivateFiles.delete(moved);
    } catch (NoSuchFileException neverMade) {
      log.trace("no directory {}", directory);
    } catch (IOException e) {
      log.debug("{} is deleted where it is", directory, e);
      PrivateFiles.delete(directory);
    }
  }

  /** Deletes what an earlier server has left here. */
  public void empty() {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
      left.forEach(PrivateFiles::delete);
    } catch (IOException e) {
      log.warn("cannot list {}", folder, e);
    }
  }
}
