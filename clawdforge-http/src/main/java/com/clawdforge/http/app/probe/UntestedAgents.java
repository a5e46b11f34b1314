package com.clawdforge.http.app.probe;

import com.clawdforge.acpx.program.AgentBinary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the agents' programs that this build was not tested with, and logs them when they change,
 * so once for most servers. For one thread.
 */
final class UntestedAgents {
  private static final Logger log = LoggerFactory.getLogger(UntestedAgents.class);

  private final AgentPrograms programs;
  private final TestedVersions tested;
  private List<TestedVersions.Untested> last = List.of();

  UntestedAgents(AgentPrograms programs, TestedVersions tested) {
    this.programs = programs;
    this.tested = tested;
  }

  /**
   * Looks at all of them. Reads files, and starts no process.
   *
   * @param claude what {@code claude --version} last printed, if it succeeded
   * @param acpx the same for acpx
   */
  List<TestedVersions.Untested> look(Optional<String> claude, Optional<String> acpx) {
    List<TestedVersions.Untested> now = new ArrayList<>();
    claude.flatMap(said -> tested.untested("claude", said)).ifPresent(now::add);
    acpx.flatMap(said -> tested.untested("acpx", said)).ifPresent(now::add);
    for (AgentBinary packaged :
        List.of(programs.claudeAdapter(), programs.codexAdapter(), programs.codex())) {
      version(packaged)
          .flatMap(version -> tested.untested(packaged.name(), version))
          .ifPresent(now::add);
    }
    if (!now.isEmpty() && !now.equals(last)) {
      log.warn(
          "not tested with this build: {}",
          now.stream()
              .map(each -> each.brief() + " (tested: " + each.tested() + ")")
              .collect(Collectors.joining(", ")));
    }
    last = List.copyOf(now);
    return last;
  }

  private static Optional<String> version(AgentBinary packaged) {
    Optional<Path> program = packaged.find();
    if (program.isEmpty()) {
      return Optional.empty();
    }
    try {
      return PackageVersion.of(program.get());
    } catch (IOException e) {
      log.debug("the version of {} cannot be read", packaged.name(), e);
      return Optional.empty();
    }
  }
}
