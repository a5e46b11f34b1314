package com.clawdforge.http.app;

import com.clawdforge.acpx.AgentBinary;
import com.clawdforge.acpx.AgentEnvironment;
import com.clawdforge.http.server.Health;
import com.clawdforge.http.server.Readiness;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks the agents for their versions and their login now and then, in the background: {@code GET
 * /healthz} and {@code /readyz} only tell what is known by then. Whether a program is there is
 * looked up anew each time, which costs no process.
 */
final class AgentProbe implements AutoCloseable {
  // Each question is a process that computes for half a second.
  private static final Duration AGAIN = Duration.ofMinutes(5);
  private static final Duration SOON_AGAIN = Duration.ofSeconds(15);
  private static final Duration STALE = AGAIN.plusMinutes(2);
  private static final int LONGEST_REASON = 200;

  private final AgentPrograms programs;
  private final AgentEnvironment environment;
  private final Lookout lookout = new Lookout("agent-probe");
  private final Sight<AgentVersion.Said> claude;
  private final Sight<AgentVersion.Said> acpx;
  private final Sight<Login> login;

  /**
   * @param server the server's own environment, for where a login was put
   */
  AgentProbe(AgentPrograms programs, AgentEnvironment environment, Map<String, String> server) {
    this.programs = programs;
    this.environment = environment;
    AgentVersion versions = new AgentVersion(programs, environment);
    claude = lookout.watch(() -> versions.of(programs.claude()), AgentProbe::untilNext);
    acpx = lookout.watch(() -> versions.of(programs.acpx()), AgentProbe::untilNext);
    login =
        lookout.watch(
            new LoginCheck(versions, programs.claude(), server)::look, AgentProbe::untilNext);
  }

  private static Duration untilNext(AgentVersion.Said said) {
    return said.text().isPresent() ? AGAIN : SOON_AGAIN;
  }

  // Somebody may be logging in.
  private static Duration untilNext(Login login) {
    return login.state() == Login.State.LOGGED_IN ? AGAIN : SOON_AGAIN;
  }

  Health health(int openSessions) {
    return new Health(
        present(programs.claude()),
        version(claude),
        present(programs.acpx()),
        version(acpx),
        openSessions,
        Main.version(),
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
                    shown(seen.what().words()),
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
        said.text().isPresent() ? null : name + " does not run: " + shown(said.problem()),
        age);
  }

  // What a program prints may be anything.
  private String shown(String text) {
    String line = environment.masked(text).lines().findFirst().orElse("");
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
