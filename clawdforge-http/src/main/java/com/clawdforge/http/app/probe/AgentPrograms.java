package com.clawdforge.http.app.probe;

import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.http.app.config.Clone;
import com.clawdforge.http.app.config.GatewayConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The agents' programs.
 *
 * @param claudeAdapter the adapter between acpx and claude
 * @param node runs the programs that are written in JavaScript
 */
public record AgentPrograms(
    AgentBinary claude, AgentBinary acpx, AgentBinary claudeAdapter, AgentBinary node) {
  /** Set by the launcher to the folder with the pinned agents. */
  static final String AGENTS_PROPERTY = "clawdforge.agents";

  public static AgentPrograms of(GatewayConfig config) {
    @Nullable Path pinned = pinned().orElse(null);
    @Nullable String path = config.environment().get("PATH");
    return new AgentPrograms(
        new AgentBinary(config.agents().claudeBin(), path, pinned),
        new AgentBinary(config.agents().acpxBin(), path, pinned),
        // Only the pinned one: an adapter on the PATH may have any version.
        new AgentBinary("claude-agent-acp", null, pinned),
        node(path, pinned));
  }

  /** The adapter between acpx and codex, which may not be installed. */
  public AgentBinary codexAdapter() {
    return ofCodex("codex-acp");
  }

  /** The codex that its adapter runs, which may not be installed. */
  public AgentBinary codex() {
    return ofCodex("codex");
  }

  private AgentBinary ofCodex(String name) {
    @Nullable Path pinned = claudeAdapter.pinned();
    @Nullable Path programs =
        pinned == null ? null : pinned.resolve("../../codex/node_modules/.bin").normalize();
    return new AgentBinary(name, null, programs);
  }

  // The pinned one first: the one on the PATH may be too old for acpx.
  private static AgentBinary node(@Nullable String path, @Nullable Path pinned) {
    AgentBinary ours = new AgentBinary("node", null, pinned);
    return ours.find().isPresent() ? ours : new AgentBinary("node", path, null);
  }

  /** The folder with the pinned agents' programs, if they are installed. */
  static Optional<Path> pinned() {
    @Nullable String agents = System.getProperty(AGENTS_PROPERTY);
    return Optional.ofNullable(agents)
        .map(Path::of)
        .or(() -> Clone.folder().map(clone -> clone.resolve("agents")))
        .map(folder -> folder.resolve("node_modules/.bin").toAbsolutePath().normalize())
        .filter(Files::isDirectory);
  }
}
