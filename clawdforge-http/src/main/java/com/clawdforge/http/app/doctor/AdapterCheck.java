package com.clawdforge.http.app.doctor;

import static com.clawdforge.http.app.probe.Check.fault;
import static com.clawdforge.http.app.probe.Check.note;
import static com.clawdforge.http.app.probe.Check.ok;

import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.http.app.probe.Check;
import com.clawdforge.http.app.probe.PackageVersion;
import com.clawdforge.http.app.probe.TestedVersions;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Checks a program that is taken from the pinned agents and from nowhere else, such as the adapter
 * between acpx and an agent. Its version is read from its package. The session check that follows
 * shows whether claude's adapter runs.
 */
final class AdapterCheck {
  private final AgentBinary adapter;
  private final TestedVersions tested;
  private final String remedy;

  /**
   * @param install the command that installs it
   */
  AdapterCheck(AgentBinary adapter, TestedVersions tested, String install) {
    this.adapter = adapter;
    this.tested = tested;
    this.remedy = "run " + install + ": sessions use the one that is pinned there, and no other";
  }

  Check.Finding look() {
    Path program = adapter.find().orElse(null);
    if (program == null) {
      return fault(adapter.name() + " is not installed", remedy);
    }
    try {
      String version = PackageVersion.of(program).orElse("");
      if (version.isEmpty()) {
        return fault(program.toRealPath() + " belongs to no package", remedy);
      }
      return tested
          .untested(adapter.name(), version)
          .map(other -> note(other.words() + " (" + program + ")", remedy))
          .orElse(ok(version + " (" + program + ")"));
    } catch (IOException e) {
      return fault(adapter.name() + " cannot be read: " + e.getMessage(), remedy);
    }
  }
}
