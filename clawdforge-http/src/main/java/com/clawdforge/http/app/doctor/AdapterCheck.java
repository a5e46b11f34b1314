package com.clawdforge.http.app.doctor;

import static com.clawdforge.http.app.probe.Check.fault;
import static com.clawdforge.http.app.probe.Check.ok;

import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.http.app.probe.Check;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Checks the adapter between acpx and an agent. The adapter ignores arguments and cannot report its
 * version, so the version is read from its package. The session check that follows shows whether it
 * runs.
 */
final class AdapterCheck {
  private static final String REMEDY =
      "run agents/install: sessions use the adapter that is pinned there, and no other";

  private final AgentBinary adapter;

  AdapterCheck(AgentBinary adapter) {
    this.adapter = adapter;
  }

  Check.Finding look() {
    Path program = adapter.find().orElse(null);
    if (program == null) {
      return fault(adapter.name() + " is not installed", REMEDY);
    }
    try {
      // A link to <package>/dist/index.js
      Path real = program.toRealPath();
      JsonNode described = described(real);
      if (described == null) {
        return fault(real + " belongs to no package", REMEDY);
      }
      return ok(described.path("version").asText() + " (" + program + ")");
    } catch (IOException e) {
      return fault(adapter.name() + " cannot be read: " + e.getMessage(), REMEDY);
    }
  }

  private static @Nullable JsonNode described(Path program) throws IOException {
    for (Path folder = program.getParent(); folder != null; folder = folder.getParent()) {
      Path file = folder.resolve("package.json");
      if (file.toFile().isFile()) {
        return new JsonMapper().readTree(file.toFile());
      }
    }
    return null;
  }
}
