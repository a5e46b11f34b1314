package com.clawdforge.sqlite;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.core.auth.AppToken;
import com.clawdforge.core.auth.TokenLimits;
import com.clawdforge.core.file.FileStore;
import com.clawdforge.core.file.StoredFile;
import com.clawdforge.core.run.Run;
import com.clawdforge.core.session.Session;
import com.clawdforge.core.session.SessionEvent;
import com.clawdforge.core.session.SessionTerms;
import com.clawdforge.core.session.Turn;
import com.clawdforge.core.session.TurnRecord;
import com.clawdforge.core.work.Progress;
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
        "sonnet",
        1,
        0,
        "request",
        new Progress(state, T0, null, state.over() ? T0 : null, AgentReport.NONE, null),
        null,
        null);
  }

  static Session session(String id) {
    SystemPrompt system = new SystemPrompt("Be brief.", SystemPrompt.Mode.APPEND);
    SessionTerms terms =
        new SessionTerms("claude", null, system, Permissions.Mode.APPROVE_ALL, null, null, "{}");
    return new Session(id, "app-1", "name", terms, T0, null, null, 0, null, null, null);
  }

  static Turn turn(String sessionId) {
    return turn(sessionId, 0, WorkState.QUEUED, AgentReport.NONE);
  }

  static Turn turn(String sessionId, int index, WorkState state, AgentReport report) {
    return new Turn(
        sessionId,
        "app-1",
        "name",
        index,
        1,
        0,
        "request",
        new Progress(
            state,
            T0,
            state == WorkState.QUEUED ? null : T0,
            state.over() ? T0 : null,
            report,
            null),
        false);
  }

  /** All that can be recorded of a turn. */
  static List<TurnRecord> wholeTurn(String sessionId, int index) {
    return List.of(
        new TurnRecord.Started(turn(sessionId, index, WorkState.RUNNING, AgentReport.NONE)),
        new TurnRecord.PromptAccepted(sessionId, index, "conversation", false),
        new TurnRecord.EventRecorded(sessionId, index, 1, new AgentEvent(new byte[] {'{', '}'})),
        ended(sessionId, index, AgentReport.NONE));
  }

  static TurnRecord.Ended ended(String sessionId, int index, AgentReport report) {
    return new TurnRecord.Ended(turn(sessionId, index, WorkState.COMPLETED, report), true);
  }

  static SessionEvent event(String sessionId) {
    return new SessionEvent(
        sessionId, "app-1", "name", SessionEvent.Kind.CANCEL, T0, 1, null, AgentReport.NONE);
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
