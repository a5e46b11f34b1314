package com.clawdforge.http.app;

import com.clawdforge.acpx.AgentBinary;
import com.clawdforge.acpx.AgentEnvironment;
import com.clawdforge.http.server.Health;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks the agents for their versions once, in the background: {@code GET /healthz} only tells what
 * is known by then. Whether a program is there is looked up anew each time, which costs no process.
 */
final class AgentProbe implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final AgentPrograms programs;
  private final Thread thread;
  private volatile @Nullable String claudeVersion;
  private volatile @Nullable String acpxVersion;

  AgentProbe(AgentPrograms programs, AgentEnvironment environment) {
    this.programs = programs;
    AgentVersion versions = new AgentVersion(programs, environment);
    thread =
        Thread.ofPlatform()
            .daemon()
            .name("agent-probe")
            .start(
                () -> {
                  claudeVersion = versions.of(programs.claude()).text().orElse(null);
                  acpxVersion = versions.of(programs.acpx()).text().orElse(null);
                });
  }

  Health health(int openSessions) {
    return new Health(
        present(programs.claude()),
        claudeVersion,
        present(programs.acpx()),
        acpxVersion,
        openSessions,
        Main.version(),
        ManagementFactory.getRuntimeMXBean().getUptime() / 1000);
  }

  private static boolean present(AgentBinary program) {
    return Optional.of(program).flatMap(AgentBinary::find).isPresent();
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      // It ends the program that it may be asking.
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
