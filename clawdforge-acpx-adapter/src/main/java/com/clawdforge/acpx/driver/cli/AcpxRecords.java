package com.clawdforge.acpx.driver.cli;

import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.protocol.JsonLine;
import com.clawdforge.acpx.session.SessionDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What acpx keeps of a session in the home directory, where it also keeps a person's sessions. Only
 * files whose names follow from the session's record are touched.
 */
final class AcpxRecords {
  private static final Logger log = LoggerFactory.getLogger(AcpxRecords.class);

  /** The agent's own id of its first conversation, which need not be a UUID. */
  private static final Pattern RECORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,127}");

  /** Acpx keeps this many older segments of a session's traffic, and the current one. */
  private static final int SEGMENTS = 16;

  private final AcpxFolders folders;

  AcpxRecords(AgentEnvironment environment) {
    folders = new AcpxFolders(environment);
  }

  /**
   * Acpx's name for a session's record, if there is such a record and acpx made it for this
   * session. An agent may have written another session's name into its own directory.
   */
  Optional<String> of(SessionDirectory directory) throws IOException {
    return directory.recordId().filter(id -> isOf(id, directory));
  }

  private boolean isOf(String recordId, SessionDirectory directory) {
    if (!directory.notes().equals(directory.root())) {
      // No agent can write there.
      return true;
    }
    Path record = folders.sessions().resolve(recordId + ".json");
    if (!RECORD.matcher(recordId).matches()
        || !Files.isRegularFile(record, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try {
      return JsonLine.read(Files.readAllBytes(record), AcpxRecords::cwd)
          .filter(cwd -> !cwd.isEmpty() && Path.of(cwd).startsWith(directory.root()))
          .isPresent();
    } catch (IOException | InvalidPathException e) {
      return false;
    }
  }

  private static String cwd(JsonLine json) throws IOException {
    String cwd = "";
    for (String member = json.next(); member != null; member = json.next()) {
      if (member.equals("cwd")) {
        cwd = Objects.requireNonNullElse(json.text(), "");
      }
    }
    return cwd;
  }

  /**
   * Deletes the lease and the turn lock of a killed queue owner; the next prompt would wait seconds
   * for them. Call this only once none of the session's processes is left.
   */
  void dropLease(String recordId) {
    delete(folders.queues().resolve(queueKey(recordId) + ".lock"));
    delete(folders.sockets().resolve(queueKey(recordId) + ".sock"));
    if (RECORD.matcher(recordId).matches()) {
      Path sessions = folders.sessions();
      delete(sessions.resolve(recordId + ".stream.lock"));
      delete(sessions.resolve(recordId + ".stream.lock.guard"));
    }
  }

  /** Deletes acpx's record of a session and the traffic that it has kept. */
  void deleteRecord(String recordId) {
    if (!RECORD.matcher(recordId).matches()) {
      log.warn("acpx's record {} is left: its name is not as expected", recordId);
      return;
    }
    dropLease(recordId);
    Path sessions = folders.sessions();
    delete(sessions.resolve(recordId + ".json"));
    delete(sessions.resolve(recordId + ".stream.ndjson"));
    for (int segment = 0; segment <= SEGMENTS; segment++) {
      delete(sessions.resolve(recordId + ".stream." + segment + ".ndjson"));
    }
  }

  private static String queueKey(String recordId) {
    return AcpxFolders.hash(recordId).substring(0, 24);
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.warn("cannot delete {}", file, e);
    }
  }
}
