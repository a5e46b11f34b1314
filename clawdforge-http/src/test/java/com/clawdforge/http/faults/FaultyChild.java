package com.clawdforge.http.faults;

import com.clawdforge.http.kit.Api;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;

/**
 * A program that takes the place of all agents and does what its prompt says, such as {@code
 * fault:exit 3}. It is a script of Perl, which starts in a few milliseconds.
 */
final class FaultyChild {
  /** The agent of sessions that does what its prompts say. */
  static final String AGENT = "faulty";

  /** Its processes have this variable, wherever they have gone. */
  static final String MARK = "FAULTS_MARK";

  private FaultyChild() {}

  /** An agent whose process is at fault before any prompt. */
  static String agentThatStartsWith(String fault) {
    return "starts-" + fault;
  }

  /**
   * The settings of a server that has no other agents.
   *
   * @param mark by which its processes are told from those of other servers
   * @param atStart the faults of agents that no prompt tells them, such as {@code exit-3}
   */
  static Map<String, String> settings(Path folder, String mark, List<String> atStart)
      throws IOException {
    Path program = install(folder);
    Map<String, Object> servers = new LinkedHashMap<>();
    servers.put(AGENT, Map.of("command", program.toString()));
    for (String fault : atStart) {
      servers.put(
          agentThatStartsWith(fault),
          Map.of("command", program.toString(), "args", List.of("--start=" + fault)));
    }
    Path agents = folder.resolve("agents.json");
    Files.writeString(agents, Api.text(Map.of("agent_servers", servers)));
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("CLAUDE_BIN", program.toString());
    settings.put("ACPX_BIN", "/nowhere/acpx");
    settings.put("CLAWDFORGE_ACP_AGENTS", agents.toString());
    settings.put("CLAWDFORGE_AGENT_ENV", MARK);
    settings.put(MARK, mark);
    settings.put("CLAWDFORGE_MAX_CONCURRENT_RUNS", "16");
    settings.put("CLAWDFORGE_MAX_CONCURRENT_TURNS", "16");
    settings.put("CLAWDFORGE_MAX_OPEN_SESSIONS", "100000");
    settings.put("CLAWDFORGE_FAILED_LOGINS_PER_MINUTE", "0");
    return settings;
  }

  private static Path install(Path folder) throws IOException {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/perl")), "there is no Perl here");
    Path program = folder.resolve("faulty-child");
    if (!Files.exists(program)) {
      try (InputStream script = FaultyChild.class.getResourceAsStream("faulty-child")) {
        Files.copy(Objects.requireNonNull(script), program);
      }
    }
    if (!program.toFile().setExecutable(true)) {
      throw new IOException("cannot make it executable: " + program);
    }
    return program;
  }
}
