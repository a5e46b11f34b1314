package com.clawdforge.acpx.session;

import com.clawdforge.acpx.file.PrivateFiles;
import com.clawdforge.acpx.file.SharedFolder;
import com.clawdforge.acpx.protocol.Money;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * What a session has on disk: its agent's working directory with what else is the agent's, and
 * notes of the server, which lie where no agent that is isolated can write.
 *
 * @param root holds all that is the agent's
 */
public record SessionDirectory(Path root) {
  /** Names the owner's folder in which the session was made. */
  private static final String OWNER = "owner";

  /** The directory of a session in a folder, see {@link SessionFolders}. */
  public static SessionDirectory of(Path sessionsDir, String sessionId) {
    return new SessionDirectory(PrivateFiles.directoryOf(sessionsDir, sessionId).normalize());
  }

  /**
   * What the server notes about the session, and where it runs acpx. A session that was made before
   * owners had folders has it in its root.
   */
  public Path notes() {
    SessionFolders folders = SessionFolders.ofDirectory(this);
    return folders.sessionsDir().equals(root.getParent())
        ? root
        : folders.notes().resolve(Objects.requireNonNull(root.getFileName()));
  }

  /** The agent's working directory, which no other session uses. */
  public Path work() {
    return root.resolve("work");
  }

  /** Takes the place of the server's home where the agent cannot read that. */
  public Path home() {
    return root.resolve("home");
  }

  /** The agent's temporary files. */
  public Path tmp() {
    return root.resolve("tmp");
  }

  /** The agent's configuration, and its records of the conversation. */
  public Path config() {
    return root.resolve("config");
  }

  public Path shim() {
    return notes().resolve("session-shim.mjs");
  }

  public Path shimConfig() {
    return notes().resolve("agent.json");
  }

  public Path mcpConfig() {
    return notes().resolve("mcp.json");
  }

  /** Creates the directories that are missing. */
  public void prepare() throws IOException {
    PrivateFiles.ensure(notes());
    if (!notes().equals(root)) {
      PrivateFiles.write(notes().resolve(OWNER), folder());
    }
    Files.createDirectories(files().folder());
    files().ensure(work());
    files().ensure(tmp());
  }

  /** As {@link #prepare()}, and restores what was changed of what acpx needs. */
  public void prepare(String shimConfig) throws IOException {
    prepare();
    // The commands of an agent that is not isolated can write here.
    deleteAcpxSettings(notes());
    PrivateFiles.write(shim(), shimText());
    PrivateFiles.write(shimConfig(), shimConfig);
    PrivateFiles.write(mcpConfig(), "{\"mcpServers\":[]}");
  }

  /** Deletes settings that acpx would read from its working directory. */
  public static void deleteAcpxSettings(Path directory) {
    PrivateFiles.delete(directory.resolve(".acpxrc.json"));
  }

  /** The place of a turn's files, relative to {@link #work()}. */
  public static Path attachments(String turn) {
    return Path.of("attachments", turn);
  }

  public void stage(Path directory, String name, InputStream content) throws IOException {
    files().stage(work().resolve(directory), name, content);
  }

  /** Writes what is the agent's, which may be changing it. */
  public SharedFolder files() {
    return new SharedFolder(
        Objects.requireNonNull(root.getParent()), SessionFolders.ofDirectory(this).drafts());
  }

  /** Acpx's name for its record of the session. */
  public Optional<String> recordId() throws IOException {
    return PrivateFiles.read(notes().resolve("acpx-record"));
  }

  public void recordId(String id) throws IOException {
    PrivateFiles.write(notes().resolve("acpx-record"), id);
  }

  /**
   * The agent's total cost since its start, as of the end of the last turn; 0 if it is not known.
   */
  public BigDecimal cost() throws IOException {
    return PrivateFiles.read(notes().resolve("cost")).flatMap(Money::of).orElse(BigDecimal.ZERO);
  }

  public void cost(BigDecimal sum) throws IOException {
    PrivateFiles.write(notes().resolve("cost"), sum.toPlainString());
  }

  /**
   * Notes with which login the agent works.
   *
   * @return whether it worked with another one before
   */
  public boolean noteLogin(String state) throws IOException {
    Path file = notes().resolve("login");
    Optional<String> before = PrivateFiles.read(file);
    PrivateFiles.write(file, state);
    return before.isPresent() && !before.get().equals(state.strip());
  }

  /** Holds the id of the message after which the agent resumes, if that is not the last one. */
  public Path resumeAt() {
    return notes().resolve("resume-at");
  }

  /** Where the shim writes the total cost that the agent reports between turns. */
  public Path costBetweenTurns() {
    return notes().resolve("cost-between-turns");
  }

  /**
   * Whether the server has made this session in this place: an agent can make directories in its
   * owner's folder, and give them the ids of others' sessions and runs.
   */
  boolean isGenuine() {
    if (notes().equals(root)) {
      return true;
    }
    try {
      return PrivateFiles.read(notes().resolve(OWNER)).equals(Optional.of(folder()));
    } catch (IOException e) {
      return false;
    }
  }

  private String folder() {
    return String.valueOf(Objects.requireNonNull(root.getParent()).getFileName());
  }

  /** Deletes all of it; of a directory that is not genuine, only what an agent has made. */
  public void delete() {
    if (isGenuine() && !notes().equals(root)) {
      PrivateFiles.delete(notes());
    }
    SessionFolders.ofDirectory(this).trash().delete(root);
  }

  private static String shimText() throws IOException {
    try (InputStream shim = SessionDirectory.class.getResourceAsStream("session-shim.mjs")) {
      if (shim == null) {
        throw new IOException("session-shim.mjs is missing in this build");
      }
      return new String(shim.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
