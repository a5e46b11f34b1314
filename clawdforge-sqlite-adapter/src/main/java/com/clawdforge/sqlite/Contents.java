package com.clawdforge.sqlite;

import com.clawdforge.core.file.FileStore;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder of file contents, under random names. Safe for any thread. */
final class Contents {
  private static final Logger LOG = LoggerFactory.getLogger(Contents.class);
  private static final String PART = ".part";
  // Other files in the folder must not be deleted.
  private static final Pattern OURS = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path folder;

  Contents(Path folder) {
    this.folder = folder;
  }

  /**
   * Received content that does not have its final name yet.
   *
   * @param name the final name
   * @param size in bytes
   */
  record Part(String name, long size) {}

  /** Writes content to the disk. */
  Part receive(InputStream content, long maxBytes) throws IOException {
    String name = UUID.randomUUID().toString();
    Path part = part(name);
    boolean complete = false;
    try (FileOutputStream out = create(part)) {
      long size = copy(content, maxBytes, out, part);
      complete = true;
      return new Part(name, size);
    } finally {
      if (!complete) {
        deleteQuietly(part);
      }
    }
  }

  /** Gives content its final name, durably. */
  void complete(Part part) {
    try {
      Files.move(part(part.name()), folder.resolve(part.name()), StandardCopyOption.ATOMIC_MOVE);
      syncFolder();
    } catch (IOException e) {
      throw Faults.ofFiles(folder, e);
    }
  }

  void discard(Part part) {
    deleteQuietly(part(part.name()));
  }

  Optional<InputStream> open(String name) {
    try {
      return Optional.of(Files.newInputStream(folder.resolve(name)));
    } catch (NoSuchFileException deletedMeanwhile) {
      return Optional.empty();
    } catch (IOException e) {
      throw Faults.ofFiles(folder.resolve(name), e);
    }
  }

  /** Deletes content that no row refers to. */
  void delete(String name) {
    deleteQuietly(folder.resolve(name));
  }

  /** Deletes contents that a crash left behind. */
  void deleteAllBut(Predicate<String> kept) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String file = entry.getFileName().toString();
        boolean partial = file.endsWith(PART);
        String name = partial ? file.substring(0, file.length() - PART.length()) : file;
        if (OURS.matcher(name).matches() && (partial || !kept.test(name))) {
          deleteQuietly(entry);
        }
      }
    } catch (IOException e) {
      throw Faults.ofFiles(folder, e);
    }
  }

  // A failing sender is reported to the caller as it is, a failing disk as a fault of the store.
  private static long copy(InputStream content, long maxBytes, FileOutputStream out, Path part)
      throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long size = 0;
    while (true) {
      // One byte more than allowed shows that the content is too large.
      int read = content.read(buffer, 0, (int) Math.min(buffer.length, maxBytes - size + 1));
      if (read < 0) {
        break;
      }
      size += read;
      if (size > maxBytes) {
        throw new FileStore.TooLarge(maxBytes);
      }
      write(out, buffer, read, part);
    }
    sync(out, part);
    return size;
  }

  private static FileOutputStream create(Path part) {
    try {
      OwnerOnly.createFile(part);
      // Not a channel, which is closed when its thread is interrupted.
      return new FileOutputStream(part.toFile());
    } catch (IOException e) {
      throw Faults.ofFiles(part, e);
    }
  }

  private static void write(FileOutputStream out, byte[] buffer, int length, Path part) {
    try {
      out.write(buffer, 0, length);
    } catch (IOException e) {
      throw Faults.ofFiles(part, e);
    }
  }

  private static void sync(FileOutputStream out, Path part) {
    try {
      out.getFD().sync();
    } catch (IOException e) {
      throw Faults.ofFiles(part, e);
    }
  }

  // Without this a crash may lose the new name. Windows cannot open folders, and need not.
  private void syncFolder() throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  // What cannot be deleted now is deleted at the next start.
  private static void deleteQuietly(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.warn("cannot delete {}; the next start retries", path, e);
    }
  }

  private Path part(String name) {
    return folder.resolve(name + PART);
  }
}
