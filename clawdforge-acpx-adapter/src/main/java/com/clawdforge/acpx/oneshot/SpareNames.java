package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.process.ProcessTree;
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
 * The names of one server's spare processes, by which the next server finds those of a server that
 * was killed. A file beside their directories stays locked while the server lives, so servers may
 * share a folder of runs. Safe for any thread.
 */
final class SpareNames implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SpareNames.class);
  private static final String LOCK = ".lock";
  private static final Pattern OURS = Pattern.compile("spare-[0-9a-f]{12}-[0-9]{1,10}");
  private static final Pattern LOCKS = Pattern.compile("spare-[0-9a-f]{12}\\.lock");
  private static final Duration GRACE = Duration.ofSeconds(5);

  // Closing a file unlocks it for the whole process, so the sweep must not even open our own.
  private static final Set<String> HERE = ConcurrentHashMap.newKeySet();

  private final Path runsDir;
  private final String server =
      ProcessTree.SPARE + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
  private final AtomicLong last = new AtomicLong();
  private @Nullable FileChannel locked;

  SpareNames(Path runsDir) {
    this.runsDir = runsDir;
  }

  static boolean isOne(String name) {
    return OURS.matcher(name).matches();
  }

  /** A name that no process has had. */
  String next() throws IOException {
    lock();
    return server + "-" + last.incrementAndGet();
  }

  // Kept open until this is closed; the system unlocks it if the server is killed.
  @SuppressWarnings("resource")
  private synchronized void lock() throws IOException {
    if (locked == null) {
      HERE.add(server + LOCK);
      Files.createDirectories(runsDir);
      FileChannel file =
          FileChannel.open(
              runsDir.resolve(server + LOCK),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE);
      locked = file;
      file.lock();
    }
  }

  /** Ends the processes of servers that are not there any more and deletes their directories. */
  static void endOrphans(Path runsDir) {
    for (Path lock : in(runsDir, LOCKS)) {
      if (HERE.contains(String.valueOf(lock.getFileName()))) {
        continue;
      }
      try (FileChannel file = FileChannel.open(lock, StandardOpenOption.WRITE)) {
        @Nullable FileLock free = file.tryLock();
        if (free != null) {
          endAll(runsDir, String.valueOf(lock.getFileName()).replace(LOCK, "-"));
          Files.deleteIfExists(lock);
        }
      } catch (IOException e) {
        log.warn("cannot look for what an earlier server left of {}", lock, e);
      }
    }
  }

  private static void endAll(Path runsDir, String prefix) {
    List<String> names =
        in(runsDir, OURS).stream()
            .map(path -> String.valueOf(path.getFileName()))
            .filter(name -> name.startsWith(prefix))
            .toList();
    if (names.isEmpty()) {
      return;
    }
    log.info("ending {} agents that an earlier server had kept ready", names.size());
    if (!ProcessTree.tagged(names).kill(GRACE)) {
      log.error("agents that were kept ready cannot be ended; look for {}", ProcessTree.TAG);
    }
    names.forEach(name -> RunDirectory.left(runsDir, name).close());
  }

  private static List<Path> in(Path runsDir, Pattern names) {
    if (!Files.isDirectory(runsDir)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(runsDir)) {
      return all.filter(path -> names.matcher(String.valueOf(path.getFileName())).matches())
          .toList();
    } catch (IOException e) {
      log.warn("cannot list {}", runsDir, e);
      return List.of();
    }
  }

  @Override
  public synchronized void close() {
    if (locked != null) {
      try {
        Files.deleteIfExists(runsDir.resolve(server + LOCK));
        locked.close();
      } catch (IOException e) {
        log.warn("cannot unlock {}", runsDir.resolve(server + LOCK), e);
      }
      locked = null;
      HERE.remove(server + LOCK);
    }
  }
}
