package com.clawdforge.acpx.agent;

import com.clawdforge.acpx.file.PrivateFiles;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.program.ClaudeHome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What acpx keeps of a session in the home directory, and claude has kept there before sessions had
 * configurations of their own, beside what a person keeps there: only files with names that follow
 * from a session's own ids are touched.
 */
public final class AgentRecords {
  private static final Logger log = LoggerFactory.getLogger(AgentRecords.class);
  private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /** The agent's own name for its first conversation, which need not be a UUID. */
  private static final Pattern RECORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,127}");

  /** Acpx keeps this many older pieces of a session's traffic, and the current one. */
  private static final int SEGMENTS = 16;

  private static final String PROJECTS = "projects";

  private final Path home;
  private final Path claude;

  public AgentRecords(AgentEnvironment environment) {
    Map<String, String> variables = environment.variables();
    home = Path.of(variables.getOrDefault("HOME", System.getProperty("user.home")));
    claude = new ClaudeHome(environment).shared();
  }

  /**
   * Takes back what an owner that was killed has held, its lease and the lock of its turn, which
   * the next prompt would wait seconds for. Only once none of the session's processes is left.
   */
  public void dropLease(String recordId) {
    delete(home.resolve(".acpx/queues").resolve(queueKey(recordId) + ".lock"));
    // Not in the directory for temporary files that acpx is told.
    Path sockets = Path.of("/tmp", "acpx-" + hash(home.toString()).substring(0, 10));
    delete(sockets.resolve(queueKey(recordId) + ".sock"));
    if (RECORD.matcher(recordId).matches()) {
      Path sessions = home.resolve(".acpx/sessions");
      delete(sessions.resolve(recordId + ".stream.lock"));
      delete(sessions.resolve(recordId + ".stream.lock.guard"));
    }
  }

  /** Deletes acpx's record of a session and the traffic that it has kept. */
  public void deleteRecord(String recordId) {
    if (!RECORD.matcher(recordId).matches()) {
      log.warn("acpx's record {} is left: its name is not as expected", recordId);
      return;
    }
    dropLease(recordId);
    Path sessions = home.resolve(".acpx/sessions");
    delete(sessions.resolve(recordId + ".json"));
    delete(sessions.resolve(recordId + ".stream.ndjson"));
    for (int segment = 0; segment <= SEGMENTS; segment++) {
      delete(sessions.resolve(recordId + ".stream." + segment + ".ndjson"));
    }
  }

  /**
   * Deletes claude's transcripts of a working directory that only this session has had; not if its
   * name does not say so.
   */
  void deleteTranscripts(Path work, String sessionId, Optional<String> conversation) {
    transcripts(work, sessionId).ifPresent(PrivateFiles::delete);
    conversation
        .filter(id -> UUID.matcher(id).matches())
        .ifPresent(id -> PrivateFiles.delete(claude.resolve("session-env").resolve(id)));
  }

  /**
   * Moves claude's transcripts of a working directory into the session's own configuration, if they
   * were begun before it had one. Claude would not find them, and lose the conversation.
   */
  void takeTranscriptsHome(Path work, String sessionId, Path config) throws IOException {
    Optional<Path> old = transcripts(work, sessionId).filter(Files::isDirectory);
    if (old.isEmpty()) {
      return;
    }
    Path own = config.resolve(PROJECTS).resolve(old.get().getFileName());
    if (!Files.exists(own, LinkOption.NOFOLLOW_LINKS)) {
      PrivateFiles.ensure(config.resolve(PROJECTS));
      PrivateFiles.copy(old.get(), own);
    }
    PrivateFiles.delete(old.get());
  }

  // Where claude has them in the home (agent-facts.md, 1.9); empty if the name would not say that
  // they are this session's.
  private Optional<Path> transcripts(Path work, String sessionId) {
    String name = realPath(work).replaceAll("[^A-Za-z0-9]", "-");
    return UUID.matcher(sessionId).matches() && name.contains(sessionId)
        ? Optional.of(claude.resolve(PROJECTS).resolve(name))
        : Optional.empty();
  }

  private static String realPath(Path path) {
    try {
      return path.toRealPath().toString();
    } catch (IOException gone) {
      return path.toString();
    }
  }

  private static String queueKey(String recordId) {
    return hash(recordId).substring(0, 24);
  }

  private static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).toLowerCase(Locale.ROOT);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.warn("cannot delete {}", file, e);
    }
  }
}
