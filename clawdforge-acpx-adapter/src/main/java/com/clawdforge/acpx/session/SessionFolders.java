package com.clawdforge.acpx.session;

import com.clawdforge.acpx.file.Leftovers;
import com.clawdforge.acpx.file.PrivateFiles;
import com.clawdforge.acpx.file.Trash;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Network;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the directories of sessions are: those of one owner, with as much of the network, lie in a
 * folder of their own, so that an agent that has several of them can be kept in that folder. A
 * session that was made before that was so stays where it is: agents find a conversation by the
 * path of its directory.
 *
 * @param sessionsDir the folder of all of them
 */
public record SessionFolders(Path sessionsDir) {
  /** Where Node.js keeps what it has compiled; beside the sessions, whose names are UUIDs. */
  public static final String CACHE = "node-cache";

  private static final Logger log = LoggerFactory.getLogger(SessionFolders.class);
  private static final String OWNERS = "of-";

  /** Short, as sockets below it have paths of at most 107 characters. */
  private static final int DIGITS = 16;

  public SessionFolders {
    sessionsDir = sessionsDir.toAbsolutePath().normalize();
  }

  /** The folders in which a session's directory is. */
  static SessionFolders ofDirectory(SessionDirectory directory) {
    Path folder = Objects.requireNonNull(directory.root().getParent());
    boolean owners = String.valueOf(folder.getFileName()).startsWith(OWNERS);
    return new SessionFolders(owners ? Objects.requireNonNull(folder.getParent()) : folder);
  }

  /**
   * What the server notes about sessions, by their ids; no agent that is isolated can write here.
   */
  Path notes() {
    return sessionsDir.resolve("notes");
  }

  /** Where directories are made that then move to where agents can write. */
  Path drafts() {
    return sessionsDir.resolve("drafts");
  }

  /** What is being deleted; no agent can write there. */
  Trash trash() {
    return new Trash(sessionsDir.resolve("trash"));
  }

  /** The directory of a session, which need not exist yet. */
  public SessionDirectory of(AgentSession session) {
    SessionDirectory before = SessionDirectory.of(sessionsDir, session.sessionId());
    return exists(before)
        ? before
        : SessionDirectory.of(ofOwner(session.owner(), session.network()), session.sessionId());
  }

  /** The folder of an owner's sessions that may reach all of the network; it need not exist. */
  public Path ofOwner(String owner) {
    return ofOwner(owner, Network.ALL);
  }

  /**
   * The folder of an owner's sessions that may reach this much of the network; it need not exist.
   * One that may reach less could otherwise leave files for another to run, or to send.
   */
  Path ofOwner(String owner, Network network) {
    String name = network == Network.ALL ? owner : owner + " " + network.wire();
    return sessionsDir.resolve(OWNERS + digits(name));
  }

  private static String digits(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * The smallest folder in which a session lies with other sessions of its owner alone: the
   * owner's, or its own directory.
   */
  public Path scopeOf(SessionDirectory directory) {
    Path folder = Objects.requireNonNull(directory.root().getParent());
    return folder.equals(sessionsDir) ? directory.root() : folder;
  }

  /** The directory of a session whose owner is not known; empty if it has none. */
  public Optional<SessionDirectory> find(String sessionId) {
    List<Path> folders = owners();
    folders.addFirst(sessionsDir);
    return folders.stream()
        .map(folder -> SessionDirectory.of(folder, sessionId))
        .filter(directory -> exists(directory) && directory.isGenuine())
        .findFirst();
  }

  private static boolean exists(SessionDirectory directory) {
    return Files.isDirectory(directory.root(), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * The directories of sessions that have been unknown since before a time, as {@link
   * Leftovers#unknownSinceBefore}. Deletes the folders of owners who have had no session since
   * then, and what an earlier server had begun to delete.
   */
  public List<SessionDirectory> unknownSinceBefore(Instant time, Predicate<String> known) {
    trash().empty();
    List<SessionDirectory> unknown = new ArrayList<>();
    Leftovers.unknownSinceBefore(sessionsDir, time, known)
        .forEach(id -> unknown.add(SessionDirectory.of(sessionsDir, id)));
    forgetMarks();
    for (Path folder : owners()) {
      // Its agents can write in it, and must not say since when a session is unknown.
      Leftovers.unknownSinceBefore(folder, time, known, this::mark)
          .forEach(id -> unknown.add(SessionDirectory.of(folder, id)));
      deleteUnused(folder, time);
    }
    return unknown;
  }

  /**
   * Of directories, those that the server itself has made for sessions, by the sessions' ids:
   * processes that have such an id are the session's.
   */
  public static List<String> genuine(List<SessionDirectory> directories) {
    return directories.stream()
        .filter(SessionDirectory::isGenuine)
        .map(SessionFolders::id)
        .distinct()
        .toList();
  }

  /** Whose directory it is, by its name. */
  public static String id(SessionDirectory directory) {
    return String.valueOf(directory.root().getFileName());
  }

  private Path marks() {
    return sessionsDir.resolve("marks");
  }

  private Path mark(Path directory) {
    Path owner = Objects.requireNonNull(directory.getParent());
    return marks().resolve(owner.getFileName() + "." + directory.getFileName());
  }

  // Those of directories that are gone.
  private void forgetMarks() {
    try {
      PrivateFiles.ensure(marks());
      try (DirectoryStream<Path> all = Files.newDirectoryStream(marks(), OWNERS + "*.*")) {
        for (Path mark : all) {
          String[] names = String.valueOf(mark.getFileName()).split("\\.", 2);
          if (!Files.exists(sessionsDir.resolve(names[0]).resolve(names[1]))) {
            Files.deleteIfExists(mark);
          }
        }
      }
    } catch (IOException e) {
      log.warn("cannot look through {}", marks(), e);
    }
  }

  private List<Path> owners() {
    List<Path> folders = new ArrayList<>();
    if (!Files.isDirectory(sessionsDir)) {
      return folders;
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(sessionsDir, OWNERS + "*")) {
      for (Path folder : all) {
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
          folders.add(folder);
        }
      }
    } catch (IOException e) {
      log.warn("cannot list {}", sessionsDir, e);
    }
    return folders;
  }

  // Its time changes with each session that is made or deleted in it.
  private void deleteUnused(Path folder, Instant time) {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path entry : all) {
        if (!CACHE.equals(String.valueOf(entry.getFileName()))) {
          return;
        }
      }
      if (Files.getLastModifiedTime(folder).toInstant().isBefore(time)) {
        trash().delete(folder);
      }
    } catch (IOException e) {
      log.debug("{} is in use", folder, e);
    }
  }
}
