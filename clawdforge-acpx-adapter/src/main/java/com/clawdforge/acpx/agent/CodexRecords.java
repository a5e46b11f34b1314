package com.clawdforge.acpx.agent;

import com.clawdforge.acpx.process.Command;
import com.clawdforge.acpx.program.CodexRollout;
import com.clawdforge.acpx.session.SessionSettings;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What codex keeps of a conversation, in a folder where it also keeps a person's conversations. */
final class CodexRecords {
  private static final Logger log = LoggerFactory.getLogger(CodexRecords.class);
  private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final SessionSettings settings;
  private final Path codexHome;

  CodexRecords(SessionSettings settings) {
    this.settings = settings;
    codexHome = CodexRollout.home(settings.environment());
  }

  static boolean isUuid(String id) {
    return UUID.matcher(id).matches();
  }

  /** Deletes a conversation through codex itself, which also keeps it in databases. */
  void delete(String conversation) {
    if (!isUuid(conversation) || !Files.isDirectory(codexHome)) {
      return;
    }
    Optional<Path> codex = CodexProfile.program(settings);
    if (codex.isEmpty()) {
      log.warn("codex is not installed any more: its conversation {} is left", conversation);
      return;
    }
    try {
      Command.Answer answer =
          new Command(
                  List.of(codex.get().toString(), "delete", "--force", conversation),
                  codexHome,
                  settings.environment().variables(),
                  PATIENCE,
                  0)
              .run();
      if (answer.exitStatus() != 0) {
        log.debug("codex delete ended with {}", answer.exitStatus());
      }
    } catch (IOException e) {
      log.warn("codex has not deleted its conversation {}", conversation, e);
    }
    // That leaves the shell snapshots, which contain the environment.
    deleteSnapshots(conversation);
  }

  private void deleteSnapshots(String conversation) {
    try (DirectoryStream<Path> snapshots =
        Files.newDirectoryStream(codexHome.resolve("shell_snapshots"), conversation + ".*")) {
      for (Path snapshot : snapshots) {
        Files.deleteIfExists(snapshot);
      }
    } catch (NoSuchFileException | NotDirectoryException none) {
      log.trace("codex has kept no shell's settings");
    } catch (IOException e) {
      log.warn("cannot delete what codex has kept of its shell for {}", conversation, e);
    }
  }
}
