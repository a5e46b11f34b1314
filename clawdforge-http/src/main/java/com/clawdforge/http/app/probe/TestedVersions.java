package com.clawdforge.http.app.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The versions of the agents' programs that this build was tested with: those that {@code agents/}
 * pinned when it was built. Immutable.
 */
public final class TestedVersions {
  // The build copies them from agents/.
  private static final String CLAUDE = "agents/package.json";
  private static final String CODEX = "agents/codex/package.json";
  private static final Pattern VERSION = Pattern.compile("(?<![\\w.])\\d+(\\.\\d+)+(-[\\w.]+)?");

  private final Map<String, String> versions;

  /**
   * The same, with versions of choice.
   *
   * @param versions by program, such as {@code claude}
   */
  TestedVersions(Map<String, String> versions) {
    this.versions = Map.copyOf(versions);
  }

  /** Reads them from the jar. */
  public static TestedVersions ofThisBuild() {
    JsonNode claude = pinned(CLAUDE);
    JsonNode codex = pinned(CODEX);
    Map<String, String> versions = new HashMap<>();
    versions.put("claude", version(claude, "@anthropic-ai/claude-code"));
    versions.put("acpx", version(claude, "acpx"));
    versions.put("claude-agent-acp", version(claude, "@agentclientprotocol/claude-agent-acp"));
    versions.put("codex-acp", version(codex, "@agentclientprotocol/codex-acp"));
    versions.put("codex", version(codex, "@openai/codex"));
    return new TestedVersions(versions);
  }

  private static JsonNode pinned(String resource) {
    try (InputStream file = TestedVersions.class.getResourceAsStream(resource)) {
      if (file == null) {
        throw new IllegalStateException("this build was made without " + resource);
      }
      return new JsonMapper().readTree(file);
    } catch (IOException e) {
      throw new UncheckedIOException(resource + " cannot be read", e);
    }
  }

  private static String version(JsonNode pinned, String name) {
    String version = pinned.path("dependencies").path(name).asText();
    if (version.isEmpty()) {
      throw new IllegalStateException("agents/ pins no " + name);
    }
    return version;
  }

  Map<String, String> all() {
    return versions;
  }

  /** A program whose version is not the tested one. */
  public record Untested(String program, String version, String tested) {
    /** The version and why it may surprise. */
    public String words() {
      return version + " (not tested with this build, which was tested with " + tested + ")";
    }

    /** The program and its version. */
    public String brief() {
      return program + " " + version;
    }
  }

  /**
   * Whether a program has another version than the tested one. Empty also if what it says of itself
   * contains no version.
   *
   * @param said such as {@code 2.1.197 (Claude Code)}
   */
  public Optional<Untested> untested(String program, String said) {
    Matcher version = VERSION.matcher(said);
    return Optional.ofNullable(versions.get(program))
        .filter(tested -> version.find() && !version.group().equals(tested))
        .map(tested -> new Untested(program, version.group(), tested));
  }
}
