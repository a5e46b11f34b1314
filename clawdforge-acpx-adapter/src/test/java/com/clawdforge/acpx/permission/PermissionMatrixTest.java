package com.clawdforge.acpx.permission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.clawdforge.acpx.offline.OfflineModel;
import com.clawdforge.acpx.oneshot.Warmed;
import com.clawdforge.acpx.session.SessionFolders;
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
 * What disobedient agents achieve under each kind of terms: compares the disk, the processes and
 * the requests to the model, never the agent's words, with what the terms allow. The table is
 * printed at the end and written to {@code target}. Every build tests the terms of the cut, and
 * {@code .ci/permissions} all of them.
 */
@Tag("agent")
@Tag("permissions")
@Timeout(300)
final class PermissionMatrixTest {
  private static final Map<TestedTerms, Map<String, String>> TABLE = new LinkedHashMap<>();

  @TempDir Path temp;

  static Stream<TestedTerms> rows() {
    // Everything is tried again as another user: what root is denied may be allowed to others.
    return TestedTerms.tested().stream().filter(terms -> !isRoot() || terms.isOfAMode());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void nothing_happens_beyond_the_terms_and_what_they_allow_does(TestedTerms terms)
      throws Exception {
    Map<String, String> cells = new LinkedHashMap<>();
    List<String> wrong = new ArrayList<>();
    try (AttemptSite site = new AttemptSite(temp)) {
      AttemptingModel play = terms.run() ? run(terms, site) : session(terms, site);
      for (Attempt attempt : play.attempts()) {
        boolean happened = play.happened(attempt);
        boolean allowed = terms.allows(attempt);
        boolean owed = attempt.exact() && (terms.hasSearch() || !attempt.tool().equals("Grep"));
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
    TABLE.put(terms, cells);
    assertEquals(List.of(), wrong);
  }

  @AfterAll
  static void print() throws IOException {
    StringBuilder table = new StringBuilder("| as ").append(user()).append(" |");
    List<TestedTerms> rows = List.copyOf(TABLE.keySet());
    rows.forEach(terms -> table.append(' ').append(terms).append(" |"));
    table.append("\n|---|").append("---|".repeat(rows.size())).append('\n');
    Stream<String> names =
        TABLE.values().stream().flatMap(cells -> cells.keySet().stream()).distinct();
    names.forEach(
        name -> {
          table.append("| ").append(name).append(" |");
          rows.forEach(
              terms ->
                  table
                      .append(' ')
                      .append(Objects.requireNonNull(TABLE.get(terms)).getOrDefault(name, ""))
                      .append(" |"));
          table.append('\n');
        });
    Path target = Path.of("target");
    if (Files.isWritable(target)) {
      Files.writeString(target.resolve("permission-matrix-" + user() + ".md"), table);
    }
    System.out.print(table);
  }

  private AttemptingModel run(TestedTerms terms, AttemptSite site) throws Exception {
    String id = UUID.randomUUID().toString();
    AttemptingModel play =
        new AttemptingModel(site, () -> Warmed.work(site.root.resolve("runs"), id));
    try (OfflineModel model = OfflineModel.start(play);
        RealAgents agents = agents(site, model)) {
      AgentOutcome outcome =
          agents.run(id, AttemptingModel.PROMPT, terms.tools(), terms.permissions());
      assertInstanceOf(AgentOutcome.Completed.class, outcome, outcome::toString);
      return play;
    }
  }

  private AttemptingModel session(TestedTerms terms, AttemptSite site) throws Exception {
    AgentSession session =
        new AgentSession(
            UUID.randomUUID().toString(),
            "claude",
            "sonnet",
            null,
            Objects.requireNonNull(terms.permissions()),
            terms.tools(),
            null,
            null);
    Path work = new SessionFolders(site.root.resolve("sessions")).of(session).work();
    AttemptingModel play = new AttemptingModel(site, () -> work);
    try (OfflineModel model = OfflineModel.start(play);
        RealAgents agents = agents(site, model)) {
      assertInstanceOf(SessionOpening.Ready.class, agents.sessions.open(session));
      play.prepare();
      AgentOutcome outcome = agents.turn(session, AttemptingModel.PROMPT).outcome();
      assertInstanceOf(AgentOutcome.Completed.class, outcome, outcome::toString);
      agents.sessions.close(session);
      return play;
    }
  }

  private static RealAgents agents(AttemptSite site, OfflineModel model) {
    return new RealAgents(
        site.root,
        Map.of(
            "HOME", site.home.toString(),
            "PATH", String.valueOf(System.getenv("PATH")),
            "ANTHROPIC_BASE_URL", model.baseUrl().toString(),
            "ANTHROPIC_API_KEY", AttemptSite.API_KEY),
        List.of(site.readable));
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
