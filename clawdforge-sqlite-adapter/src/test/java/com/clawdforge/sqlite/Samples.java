package com.clawdforge.sqlite;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.auth.AppToken;
import com.clawdforge.core.auth.TokenLimits;
import com.clawdforge.core.file.FileStore;
import com.clawdforge.core.file.StoredFile;
import com.clawdforge.core.run.Run;
import com.clawdforge.core.work.WorkState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** Values to put in a ledger. */
final class Samples {
  static final Instant T0 = Instant.parse("2026-03-01T12:00:00.123Z");

  private Samples() {}

  static AppToken token(String id) {
    return new AppToken(id, "name-of-" + id, List.of(), TokenLimits.NONE, T0, null, null);
  }

  static Run run(String id, WorkState state) {
    return new Run(
        id,
        "app-1",
        "name",
        state,
        "sonnet",
        T0,
        null,
        state.over() ? T0 : null,
        AgentReport.NONE,
        1,
        null,
        0,
        null,
        "request",
        null);
  }

  static StoredFile keep(FileStore files, String id, String text) {
    StoredFile file =
        new StoredFile(id, "app-1", id + ".txt", text.length(), T0, T0.plusSeconds(60));
    try (FileStore.Upload upload = files.receive(content(text), Long.MAX_VALUE - 1)) {
      upload.keep(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  static InputStream content(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
