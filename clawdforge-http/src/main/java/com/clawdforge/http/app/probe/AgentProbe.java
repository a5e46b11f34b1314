package com.clawdforge.http.app.probe;

import com.clawdforge.acpx.AgentBinary;
import com.clawdforge.acpx.AgentEnvironment;
import com.clawdforge.http.app.config.Version;
import com.clawdforge.http.ops.Health;
import com.clawdforge.http.ops.Readiness;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the agents for their versions and their login now and then, in the background: {@code GET
 * /healthz} and {@code /readyz} only tell what is known by then. Whether a program is there is
 * looked up anew each time, which costs no process.
 */
public final class AgentProbe implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AgentProbe.class);
  // Each question is a process that computes for half a second.
  private static final Duration AGAIN = Duration.ofMinutes(5);
  private static final Duration SOON_AGAIN = Duration.ofSeconds(15);
  private static final Duration STALE = AGAIN.plusMinutes(2);
  private static final int LONGEST_REASON = 200;

  private final AgentPrograms programs;
  // The last of each, so that it is logged when it begins and not at every look.
  private final Map<String, String> problems = new ConcurrentHashMap<>();
  private final Lookout lookout = new Lookout("agent-probe");
  private final Sight<AgentVersion.Said> claude;
  private final Sight<AgentVersion.Said> acpx;
  private final Sight<Login> login;

  /**
   * @param server the server's own environment, for where a login was put
   */
  public AgentProbe(
      AgentPrograms programs, AgentEnvironment environment, Map<String, String> server) {
    this.programs = programs;
    AgentVersion versions = new AgentVersion(programs, environment);
    claude =
        lookout.watch(() -> told("claude", versions.of(programs.claude())), AgentProbe::untilNext);
    acpx = lookout.watch(() -> told("acpx", versions.of(programs.acpx())), AgentProbe::untilNext);
    login =
        lookout.watch(
            new LoginCheck(versions, programs.claude(), server)::look, AgentProbe::untilNext);
  }

  // What a program prints may be anything, paths above all; anybody may ask for /readyz.
  private AgentVersion.Said told(String name, AgentVersion.Said said) {
    String problem = said.problem();
    if (!problem.equals(problems.put(name, problem)) && !problem.isEmpty()) {
      log.warn("{} does not run: {}", name, firstLine(problem));
    }
    return said;
  }

  private static Duration untilNext(AgentVersion.Said said) {
    return said.text().isPresent() ? AGAIN : SOON_AGAIN;
  }

  // Somebody may be logging in.
  private static Duration untilNext(Login login) {
    return login.state() == Login.State.LOGGED_IN ? AGAIN : SOON_AGAIN;
  }

  public Health health(int openSessions) {
    return new Health(
        present(programs.claude()),
        version(claude),
        present(programs.acpx()),
        version(acpx),
        openSessions,
        Version.current(),
        ManagementFactory.getRuntimeMXBean().getUptime() / 1000);
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
                    seen.what().state().wire(),
                    seen.what().kind(),
                    seen.what().state() == Login.State.UNKNOWN
                        ? "claude does not tell its login; ./clawdforge doctor shows what it says"
                        : seen.what().words(),
                    seen.age()))
        .orElse(
            new Readiness.Login(
                Login.State.UNKNOWN.wire(), null, "claude was not asked yet", null));
  }

  private Readiness.Check check(String name, AgentBinary program, Sight<AgentVersion.Said> sight) {
    Optional<Sight.Seen<AgentVersion.Said>> seen = sight.last();
    Duration age = seen.map(Sight.Seen::age).orElse(null);
    if (!present(program)) {
      return new Readiness.Check(name, name + " is not installed; see ./clawdforge doctor", age);
    }
    if (seen.isEmpty() || age == null) {
      return new Readiness.Check(name, name + " was not asked for its version yet", null);
    }
    if (age.compareTo(STALE) > 0) {
      return new Readiness.Check(name, name + " could not be asked for its version lately", age);
    }
    AgentVersion.Said said = seen.get().what();
    return new Readiness.Check(
        name,
        said.text().isPresent() ? null : name + " does not run; the server's log says why",
        age);
  }

  private static String firstLine(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
  }

  private static @Nullable String version(Sight<AgentVersion.Said> sight) {
    return sight.last().flatMap(seen -> seen.what().text()).orElse(null);
  }

  private static boolean present(AgentBinary program) {
    return Optional.of(program).flatMap(AgentBinary::find).isPresent();
  }

  /** Ends the program that it may be asking. */
  @Override
  public void close() {
    lookout.close();
  }
}
