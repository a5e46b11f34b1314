package com.clawdforge.acpx.file;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds directories of runs and sessions that the ledger does not know. */
public final class Leftovers {
  private static final Logger log = LoggerFactory.getLogger(Leftovers.class);
  // An operator's folder with another kind of name is never ours.
  private static final Pattern OUR_ID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  /**
   * Lies beside the working directory, unless another place is given; its time is when the
   * directory was first found unknown.
   */
  private static final String MARK = "unknown-to-the-ledger";

  private Leftovers() {}

  /**
   * The ids of directories below a common one that have been unknown since before a time. Marks
   * those that are found unknown for the first time, and forgets that of those that are known
   * again, because somebody may have put another ledger in its place meanwhile.
   */
  public static List<String> unknownSinceBefore(
      Path parent, Instant time, Predicate<String> known) {
    return unknownSinceBefore(parent, time, known, directory -> directory.resolve(MARK));
  }

  /**
   * As the other one, with marks in another place.
   *
   * @param marks the mark of a directory, in a folder that exists
   */
  public static List<String> unknownSinceBefore(
      Path parent, Instant time, Predicate<String> known, UnaryOperator<Path> marks) {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(parent)) {
      return all.filter(Leftovers::isOurs)
          .filter(directory -> isForgotten(directory, marks.apply(directory), time, known))
          .map(Leftovers::id)
          .toList();
    } catch (IOException e) {
      log.warn("cannot look for what is left in {}", parent, e);
      return List.of();
    }
  }

  private static boolean isOurs(Path directory) {
    return OUR_ID.matcher(id(directory)).matches()
        && Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
        && Files.isDirectory(directory.resolve("work"), LinkOption.NOFOLLOW_LINKS);
  }

  private static boolean isForgotten(
      Path directory, Path mark, Instant time, Predicate<String> known) {
    try {
      if (known.test(id(directory))) {
        Files.deleteIfExists(mark);
        return false;
      }
      if (Files.exists(mark, LinkOption.NOFOLLOW_LINKS)) {
        return Files.getLastModifiedTime(mark, LinkOption.NOFOLLOW_LINKS)
            .toInstant()
            .isBefore(time);
      }
      Files.createFile(mark);
    } catch (FileAlreadyExistsException marked) {
      log.trace("{} was marked meanwhile", directory);
    } catch (IOException e) {
      log.debug("{} cannot be marked, it may be being deleted", directory, e);
    }
    return false;
  }

  private static String id(Path directory) {
    return String.valueOf(directory.getFileName());
  }
}
