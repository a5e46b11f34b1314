package com.clawdforge.acpx.permission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.clawdforge.acpx.offline.OfflineModel;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.SessionOpening;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of terms, and what agents that obey nobody get done under them: compared are the disk,
 * the processes and what the model is told with what the terms allow, never what the agent says.
 * The table is printed at the end, and left in {@code target}.
 */
@Tag("agent")
@Tag("permissions")
@Timeout(300)
final class PermissionMatrixTest {
  private static final Map<Row, Map<String, String>> TABLE = new LinkedHashMap<>();

  @TempDir Path temp;

  static Stream<Row> rows() {
    // As another user all of it is tried again: what root is denied need not be denied to others.
    return Row.all().stream().filter(row -> !isRoot() || row.isOfAMode());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void nothing_happens_beyond_the_terms_and_what_they_allow_does(Row row) throws Exception {
    Map<String, String> cells = new LinkedHashMap<>();
    List<String> wrong = new ArrayList<>();
    try (Ground ground = new Ground(temp)) {
      Play play = row.run() ? run(row, ground) : session(row, ground);
      for (Attempt attempt : play.attempts()) {
        boolean happened = play.happened(attempt);
        boolean allowed = row.allows(attempt);
        boolean owed = attempt.exact() && (row.hasSearch() || !attempt.tool().equals("Grep"));
        cells.put(attempt.name(), happened ? "did" : allowed ? "could" : "-");
        if (happened && !allowed) {
          cells.put(attempt.name(), "BEYOND");
          wrong.add(attempt.name() + " happened");
        } else if (!happened && allowed && owed) {
          cells.put(attempt.name(), "MISSING");
          wrong.add(attempt.name() + " did not happen: " + play.answerTo(attempt));
        }
      }
    }
    TABLE.put(row, cells);
    assertEquals(List.of(), wrong);
  }

  @AfterAll
  static void print() throws IOException {
    StringBuilder table = new StringBuilder("| as ").append(user()).append(" |");
    List<Row> rows = List.copyOf(TABLE.keySet());
    rows.forEach(row -> table.append(' ').append(row).append(" |"));
    table.append("\n|---|").append("---|".repeat(rows.size())).append('\n');
    Stream<String> names =
        TABLE.values().stream().flatMap(cells -> cells.keySet().stream()).distinct();
    names.forEach(
        name -> {
          table.append("| ").append(name).append(" |");
          rows.forEach(
              row ->
                  table
                      .append(' ')
                      .append(Objects.requireNonNull(TABLE.get(row)).getOrDefault(name, ""))
                      .append(" |"));
          table.append('\n');
        });
    Path target = Path.of("target");
    if (Files.isWritable(target)) {
      Files.writeString(target.resolve("permission-matrix-" + user() + ".md"), table);
    }
    System.out.print(table);
  }

  private Play run(Row row, Ground ground) throws Exception {
    String id = UUID.randomUUID().toString();
    Play play = new Play(ground, ground.root.resolve("runs").resolve(id).resolve("work"));
    try (OfflineModel model = OfflineModel.start(play);
        RealAgents agents = agents(ground, model)) {
      AgentOutcome outcome = agents.run(id, Play.PROMPT, row.tools(), row.permissions());
      assertInstanceOf(AgentOutcome.Completed.class, outcome, outcome::toString);
      return play;
    }
  }

  private Play session(Row row, Ground ground) throws Exception {
    AgentSession session =
        new AgentSession(
            UUID.randomUUID().toString(),
            "claude",
            "sonnet",
            null,
            Objects.requireNonNull(row.permissions()),
            row.tools(),
            null,
            null);
    Path work = ground.root.resolve("sessions").resolve(session.sessionId()).resolve("work");
    Play play = new Play(ground, work);
    try (OfflineModel model = OfflineModel.start(play);
        RealAgents agents = agents(ground, model)) {
      assertInstanceOf(SessionOpening.Ready.class, agents.sessions.open(session));
      play.prepare();
      AgentOutcome outcome = agents.turn(session, Play.PROMPT).outcome();
      assertInstanceOf(AgentOutcome.Completed.class, outcome, outcome::toString);
      agents.sessions.close(session);
      return play;
    }
  }

  private static RealAgents agents(Ground ground, OfflineModel model) {
    return new RealAgents(
        ground.root,
        Map.of(
            "HOME", ground.home.toString(),
            "PATH", String.valueOf(System.getenv("PATH")),
            "ANTHROPIC_BASE_URL", model.baseUrl().toString(),
            "ANTHROPIC_API_KEY", Ground.API_KEY),
        List.of(ground.readable));
  }

  static boolean isRoot() {
    return user().equals("root");
  }

  private static String user() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0) ? "root" : "user";
    } catch (IOException | UnsupportedOperationException elsewhere) {
      return String.valueOf(System.getProperty("user.name"));
    }
  }
}
