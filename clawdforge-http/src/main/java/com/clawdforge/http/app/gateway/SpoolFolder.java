package com.clawdforge.http.app.gateway;

import com.clawdforge.core.error.DiskFullException;
import com.clawdforge.core.error.NoRoom;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.share.PromptSpool;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps long prompts that wait as files of a folder, which only the server's user can read. Short
 * ones stay in memory. What a server that died has left there is deleted.
 */
final class SpoolFolder implements PromptSpool {
  private static final Logger log = LoggerFactory.getLogger(SpoolFolder.class);

  /** A text with fewer characters stays in memory. */
  static final int LONG = 32 << 10;

  private static final String ENDING = ".prompt";
  private static final Set<StandardOpenOption> NEW =
      EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  private final Path folder;
  private final FileAttribute<?>[] ownerOnly;

  /**
   * Makes the folder, or empties it.
   *
   * @param folder for prompts and nothing else
   * @throws StoreException if it cannot be made or emptied
   */
  SpoolFolder(Path folder) {
    this.folder = folder;
    boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    this.ownerOnly = posix ? attributes("rw-------") : new FileAttribute<?>[0];
    try {
      Files.createDirectories(folder, posix ? attributes("rwx------") : new FileAttribute<?>[0]);
      try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "*" + ENDING)) {
        for (Path file : left) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new StoreException("cannot make or empty " + folder + "; check its owner", e);
    }
  }

  private static FileAttribute<?>[] attributes(String mode) {
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
    };
  }

  @Override
  public Spooled keep(String text) {
    if (text.length() < LONG) {
      return PromptSpool.IN_MEMORY.keep(text);
    }
    Path file = folder.resolve(UUID.randomUUID() + ENDING);
    boolean written = false;
    try {
      try (SeekableByteChannel channel = Files.newByteChannel(file, NEW, ownerOnly);
          OutputStream out = Channels.newOutputStream(channel)) {
        out.write(text.getBytes(StandardCharsets.UTF_8));
      }
      written = true;
      return new InFile(file);
    } catch (IOException e) {
      String message = "a prompt that waits cannot be written to " + folder;
      throw NoRoom.isIn(e) ? new DiskFullException(message, e) : new StoreException(message, e);
    } finally {
      if (!written) {
        delete(file);
      }
    }
  }

  private record InFile(Path file) implements Spooled {
    @Override
    public String read() {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new StoreException("a prompt that waited cannot be read from " + file, e);
      }
    }

    @Override
    public boolean onDisk() {
      return true;
    }

    @Override
    public void close() {
      delete(file);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.warn("the next start deletes {}, which cannot be deleted now", file, e);
    }
  }
}
