package com.clawdforge.http.app.probe;

import com.clawdforge.acpx.isolation.Isolation;
import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.http.app.config.ProgramName;
import com.clawdforge.http.app.config.Version;
import com.clawdforge.http.ops.Health;
import com.clawdforge.http.ops.Readiness;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the agents for their versions and their login periodically, in the background: {@code GET
 * /healthz} and {@code /readyz} only show the last results. Whether a program is installed is
 * looked up on each call, which starts no process.
 */
public final class AgentProbe implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AgentProbe.class);
  // Each question starts a process that computes for half a second.
  private static final Duration AGAIN = Duration.ofMinutes(5);
  private static final Duration SOON_AGAIN = Duration.ofSeconds(15);
  private static final Duration STALE = AGAIN.plusMinutes(2);
  private static final int LONGEST_REASON = 200;

  private final AgentPrograms programs;
  private final Isolation isolation;
  private final boolean throughServer;
  // The last problem of each program, so that it is logged once and not at every check.
  private final Map<String, String> problems = new ConcurrentHashMap<>();
  private final PeriodicProbe background = new PeriodicProbe("agent-probe");
  private final Probe<ProgramProbe.Output> claude;
  private final Probe<ProgramProbe.Output> acpx;
  private final Probe<List<TestedVersions.Untested>> untested;
  private final Probe<Login> login;

  /**
   * @param server the server's own environment, which may hold the login
   * @param isolation of which only what it keeps agents from is told
   */
  public AgentProbe(
      AgentPrograms programs,
      AgentEnvironment environment,
      Map<String, String> server,
      TestedVersions tested,
      Isolation isolation) {
    this.programs = programs;
    this.isolation = isolation;
    this.throughServer = environment.isThroughServer();
    UntestedAgents agents = new UntestedAgents(programs, tested);
    ProgramProbe probe = new ProgramProbe(programs, environment);
    claude =
        background.start(
            () -> logged("claude", probe.version(programs.claude())), AgentProbe::untilNext);
    acpx =
        background.start(
            () -> logged("acpx", probe.version(programs.acpx())), AgentProbe::untilNext);
    // After those two, on the same thread.
    untested =
        background.start(() -> agents.look(said(claude), said(acpx)), seen -> untilNextLook());
    login =
        background.start(
            () -> logged(new LoginCheck(probe, programs.claude(), server).look()),
            AgentProbe::untilNext);
  }

  // /readyz is public, and the output of a program may name paths: only the log shows it.
  private ProgramProbe.Output logged(String name, ProgramProbe.Output output) {
    String problem = output.problem();
    if (!problem.equals(problems.put(name, problem)) && !problem.isEmpty()) {
      log.warn("{} does not run: {}", name, firstLine(problem));
    }
    return output;
  }

  private Login logged(Login seen) {
    boolean missing =
        seen.state() == Login.State.LOGGED_OUT || seen.state() == Login.State.MISPLACED;
    String problem = missing ? firstLine(seen.words()) : "";
    if (!problem.equals(problems.put("login", problem)) && !problem.isEmpty()) {
      log.warn("agents cannot work: {}; {}", problem, seen.remedy());
    }
    return seen;
  }

  private Duration untilNextLook() {
    return said(claude).isPresent() && said(acpx).isPresent() ? AGAIN : SOON_AGAIN;
  }

  private static Duration untilNext(ProgramProbe.Output output) {
    return output.text().isPresent() ? AGAIN : SOON_AGAIN;
  }

  // The operator may be logging in.
  private static Duration untilNext(Login login) {
    return login.state() == Login.State.LOGGED_IN ? AGAIN : SOON_AGAIN;
  }

  public Health health(int openSessions) {
    return new Health(
        present(programs.claude()),
        said(claude).orElse(null),
        present(programs.acpx()),
        said(acpx).orElse(null),
        openSessions,
        Version.current(),
        ManagementFactory.getRuntimeMXBean().getUptime() / 1000,
        untested.last().map(Probe.Result::value).orElse(List.of()).stream()
            .map(TestedVersions.Untested::brief)
            .toList(),
        isolation.holdsNow().map(holds -> holds ? "landlock" : "none").orElse(null),
        isolation.holdsNow().map(known -> network()).orElse(null));
  }

  private String network() {
    if (!isolation.keepsNetwork()) {
      return "none";
    }
    return throughServer ? "model" : "ports";
  }

  Readiness.Check claude() {
    return check("claude", programs.claude(), claude);
  }

  Readiness.Check acpx() {
    return check("acpx", programs.acpx(), acpx);
  }

  Readiness.Login login() {
    return login
        .last()
        .map(
            seen ->
                new Readiness.Login(
                    seen.value().state().wire(),
                    seen.value().kind(),
                    seen.value().state() == Login.State.UNKNOWN
                        ? "claude does not report its login; "
                            + ProgramName.typed("doctor")
                            + " shows its output"
                        : seen.value().words(),
                    seen.age()))
        .orElse(
            new Readiness.Login(
                Login.State.UNKNOWN.wire(), null, "claude was not asked yet", null));
  }

  private Readiness.Check check(
      String name, AgentBinary program, Probe<ProgramProbe.Output> probe) {
    Optional<Probe.Result<ProgramProbe.Output>> seen = probe.last();
    Duration age = seen.map(Probe.Result::age).orElse(null);
    if (!present(program)) {
      return new Readiness.Check(
          name, name + " is not installed; see " + ProgramName.typed("doctor"), age);
    }
    if (seen.isEmpty() || age == null) {
      return new Readiness.Check(name, name + " was not asked for its version yet", null);
    }
    if (age.compareTo(STALE) > 0) {
      return new Readiness.Check(name, name + " could not be asked for its version lately", age);
    }
    ProgramProbe.Output output = seen.get().value();
    return new Readiness.Check(
        name,
        output.text().isPresent() ? null : name + " does not run; the server's log says why",
        age);
  }

  private static String firstLine(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
  }

  private static Optional<String> said(Probe<ProgramProbe.Output> probe) {
    return probe.last().flatMap(seen -> seen.value().text());
  }

  private static boolean present(AgentBinary program) {
    return Optional.of(program).flatMap(AgentBinary::find).isPresent();
  }

  /** Ends the program that is being asked. */
  @Override
  public void close() {
    background.close();
  }
}
