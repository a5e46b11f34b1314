package com.clawdforge.acpx.process;

import com.clawdforge.acpx.file.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names of one server's processes that are not bound to a run or session, by which the next
 * server finds those of a server that was killed. A file beside their directories stays locked
 * while the server lives, so servers may share a folder. Safe for any thread.
 */
public final class SpareNames implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SpareNames.class);
  private static final String LOCK = ".lock";
  private static final Pattern OURS = Pattern.compile("spare-[0-9a-f]{12}-[0-9]{1,10}");
  private static final Pattern LOCKS = Pattern.compile("spare-[0-9a-f]{12}\\.lock");
  private static final Duration GRACE = Duration.ofSeconds(5);

  // Closing a file unlocks it for the whole process, so the sweep must not even open our own.
  private static final Set<String> HERE = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final String server =
      ProcessTree.SPARE + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
  private final AtomicLong last = new AtomicLong();
  private @Nullable FileChannel locked;

  /**
   * @param folder where the processes have their directories, under these names
   */
  public SpareNames(Path folder) {
    this.folder = folder;
  }

  /** Whether a server may have given this name. */
  public static boolean isOne(String name) {
    return OURS.matcher(name).matches();
  }

  /** A name that no process has had. */
  public String next() throws IOException {
    lock();
    return server + "-" + last.incrementAndGet();
  }

  // Kept open until this is closed; the system unlocks it if the server is killed.
  @SuppressWarnings("resource")
  private synchronized void lock() throws IOException {
    if (locked == null) {
      HERE.add(server + LOCK);
      Files.createDirectories(folder);
      FileChannel file =
          FileChannel.open(
              folder.resolve(server + LOCK),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE);
      locked = file;
      file.lock();
    }
  }

  /** Ends the processes of servers that are not there any more and deletes their directories. */
  public static void endOrphans(Path folder) {
    for (Path lock : in(folder, LOCKS)) {
      if (HERE.contains(String.valueOf(lock.getFileName()))) {
        continue;
      }
      try (FileChannel file = FileChannel.open(lock, StandardOpenOption.WRITE)) {
        @Nullable FileLock free = file.tryLock();
        if (free != null) {
          endAll(folder, String.valueOf(lock.getFileName()).replace(LOCK, "-"));
          Files.deleteIfExists(lock);
        }
      } catch (IOException e) {
        log.warn("cannot look for what an earlier server left of {}", lock, e);
      }
    }
  }

  private static void endAll(Path folder, String prefix) {
    List<String> names =
        in(folder, OURS).stream()
            .map(path -> String.valueOf(path.getFileName()))
            .filter(name -> name.startsWith(prefix))
            .toList();
    if (names.isEmpty()) {
      return;
    }
    log.info("ending {} processes that an earlier server had kept ready", names.size());
    if (!ProcessTree.tagged(names).kill(GRACE)) {
      log.error("processes that were kept ready cannot be ended; look for {}", ProcessTree.TAG);
    }
    names.forEach(name -> PrivateFiles.delete(PrivateFiles.directoryOf(folder, name)));
  }

  private static List<Path> in(Path folder, Pattern names) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> names.matcher(String.valueOf(path.getFileName())).matches())
          .toList();
    } catch (IOException e) {
      log.warn("cannot list {}", folder, e);
      return List.of();
    }
  }

  @Override
  public synchronized void close() {
    if (locked != null) {
      try {
        Files.deleteIfExists(folder.resolve(server + LOCK));
        locked.close();
      } catch (IOException e) {
        log.warn("cannot unlock {}", folder.resolve(server + LOCK), e);
      }
      locked = null;
      HERE.remove(server + LOCK);
    }
  }
}
