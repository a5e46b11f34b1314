package com.clawdforge.acpx.agent;

import com.clawdforge.acpx.file.PrivateFiles;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.program.ClaudeHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What claude has kept of a session in the home directory, where it also keeps a person's data,
 * before sessions had configurations of their own. Only files whose names follow from the session's
 * ids are touched.
 */
final class ClaudeRecords {
  private static final String PROJECTS = "projects";

  private final Path shared;

  ClaudeRecords(AgentEnvironment environment) {
    shared = new ClaudeHome(environment).shared();
  }

  /**
   * Deletes claude's transcripts of a working directory, provided that its name contains the
   * session's id: no other session has had it then.
   */
  void deleteTranscripts(Path work, String sessionId, Optional<String> conversation) {
    transcripts(work, sessionId).ifPresent(this::delete);
    conversation
        .filter(CodexRecords::isUuid)
        .ifPresent(id -> delete(shared.resolve("session-env").resolve(id)));
  }

  // Agents with a login in a file can put links here.
  private void delete(Path place) {
    PrivateFiles.delete(shared, shared.relativize(place));
  }

  /**
   * Moves transcripts that were begun before the session had a configuration of its own into that
   * configuration. Claude would not find them, and lose the conversation.
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
    delete(old.get());
  }

  // The place is claude's own choice (agent-facts.md, 1.9).
  private Optional<Path> transcripts(Path work, String sessionId) {
    String name = Agents.realPath(work).toString().replaceAll("[^A-Za-z0-9]", "-");
    return CodexRecords.isUuid(sessionId) && name.contains(sessionId)
        ? Optional.of(shared.resolve(PROJECTS).resolve(name))
        : Optional.empty();
  }
}
