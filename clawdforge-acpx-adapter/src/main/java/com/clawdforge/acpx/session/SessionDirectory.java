package com.clawdforge.acpx.session;

import com.clawdforge.acpx.file.PrivateFiles;
import com.clawdforge.acpx.protocol.Money;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a session has on disk: its agent's working directory and, next to it, files that are not for
 * the agent.
 *
 * @param root where acpx is run
 */
public record SessionDirectory(Path root) {
  /** The directory of a session in a folder, see {@link SessionFolders}. */
  public static SessionDirectory of(Path sessionsDir, String sessionId) {
    return new SessionDirectory(PrivateFiles.directoryOf(sessionsDir, sessionId).normalize());
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
    return root.resolve("session-shim.mjs");
  }

  public Path shimConfig() {
    return root.resolve("agent.json");
  }

  public Path mcpConfig() {
    return root.resolve("mcp.json");
  }

  /** Creates the directories that are missing. */
  public void prepare() throws IOException {
    PrivateFiles.ensure(root);
    PrivateFiles.ensure(work());
    PrivateFiles.ensure(tmp());
  }

  /** As {@link #prepare()}, and restores what was changed of what acpx needs. */
  public void prepare(String shimConfig) throws IOException {
    prepare();
    // An agent's commands can write here.
    deleteAcpxSettings(root);
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
    // Component by component: a link that the agent has created could lead outside.
    Path place = work();
    for (Path part : directory) {
      place = place.resolve(part);
      PrivateFiles.ensure(place);
    }
    PrivateFiles.stage(place, name, content);
  }

  /** Acpx's name for its record of the session. */
  public Optional<String> recordId() throws IOException {
    return PrivateFiles.read(root.resolve("acpx-record"));
  }

  public void recordId(String id) throws IOException {
    PrivateFiles.write(root.resolve("acpx-record"), id);
  }

  /**
   * The agent's total cost since its start, as of the end of the last turn; 0 if it is not known.
   */
  public BigDecimal cost() throws IOException {
    return PrivateFiles.read(root.resolve("cost")).flatMap(Money::of).orElse(BigDecimal.ZERO);
  }

  public void cost(BigDecimal sum) throws IOException {
    PrivateFiles.write(root.resolve("cost"), sum.toPlainString());
  }

  /**
   * Notes with which login the agent works.
   *
   * @return whether it worked with another one before
   */
  public boolean noteLogin(String state) throws IOException {
    Path file = root.resolve("login");
    Optional<String> before = PrivateFiles.read(file);
    PrivateFiles.write(file, state);
    return before.isPresent() && !before.get().equals(state.strip());
  }

  /** Holds the id of the message after which the agent resumes, if that is not the last one. */
  public Path resumeAt() {
    return root.resolve("resume-at");
  }

  /** Where the shim writes the total cost that the agent reports between turns. */
  public Path costBetweenTurns() {
    return root.resolve("cost-between-turns");
  }

  public void delete() {
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
