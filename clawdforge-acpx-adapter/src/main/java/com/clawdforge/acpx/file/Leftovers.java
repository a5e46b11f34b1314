package com.clawdforge.acpx.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds directories of runs and sessions that nobody uses any more. */
public final class Leftovers {
  private static final Logger log = LoggerFactory.getLogger(Leftovers.class);
  // An operator's folder with another kind of name is never ours.
  private static final Pattern OUR_ID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private Leftovers() {}

  /**
   * The ids of the directories of runs or sessions below a common one that have not changed since a
   * time; empty if that cannot be listed.
   */
  public static List<String> untouchedSince(Path parent, Instant time) {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(parent)) {
      return all.filter(directory -> isOld(directory, time))
          .map(directory -> directory.getFileName().toString())
          .toList();
    } catch (IOException e) {
      log.warn("cannot look for what is left in {}", parent, e);
      return List.of();
    }
  }

  private static boolean isOld(Path directory, Instant time) {
    Path work = directory.resolve("work");
    try {
      return OUR_ID.matcher(directory.getFileName().toString()).matches()
          && Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
          && Files.isDirectory(work, LinkOption.NOFOLLOW_LINKS)
          && Files.getLastModifiedTime(directory).toInstant().isBefore(time)
          && Files.getLastModifiedTime(work).toInstant().isBefore(time);
    } catch (IOException beingDeleted) {
      return false;
    }
  }
}
