package com.clawdforge.http.app.config;

import com.clawdforge.acpx.isolation.Isolation;
import com.clawdforge.acpx.session.ConfiguredAgent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The agents' programs and what they get.
 *
 * @param sessionsPerAgent the most sessions of one agent process, where it can have several
 * @param agentIdle after how long without a turn a session's agent is ended, until the next turn
 * @param configured agents that the operator has configured, by name
 * @param readable directories that agents with permission to read may read, in addition to their
 *     own
 * @param warmRuns how many processes to keep ready for runs that are not known yet
 * @param isolation what keeps an app's agents from what is another app's
 * @param modelProxy whether claude's agents may reach their model through the server
 * @param variables names of further environment variables that agents get
 */
public record AgentConfig(
    String claudeBin,
    String acpxBin,
    SessionDriverKind sessionDriver,
    int sessionsPerAgent,
    Duration agentIdle,
    Map<String, ConfiguredAgent> configured,
    List<Path> readable,
    int warmRuns,
    Isolation.Wish isolation,
    ModelWay.Wish modelProxy,
    List<String> variables) {
  private static final Pattern READABLE = Pattern.compile("/[^*?\\[\\]{}()!\\\\\\p{Cntrl}]+");

  /** Their adapters are pinned; acpx finds those of all other agents. */
  private static final Set<String> WITH_ADAPTERS = Set.of("claude", "codex");

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** Ways to the agents' sessions. */
  public enum SessionDriverKind {
    /** Straight to the agents' adapters, where there is one, and acpx for all others. */
    ACP,
    /** Acpx, for all but the agents that the operator has configured. */
    ACPX;

    private static List<String> wires() {
      return Arrays.stream(values()).map(SessionDriverKind::wire).toList();
    }

    private static SessionDriverKind ofWire(String wire) {
      return valueOf(wire.toUpperCase(Locale.ROOT));
    }

    private String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public AgentConfig {
    configured = Map.copyOf(configured);
    readable = List.copyOf(readable);
    variables = List.copyOf(variables);
  }

  /** Whether sessions of an agent speak with its adapter themselves. */
  public boolean isDirect(String agent) {
    return configured.containsKey(agent)
        || (sessionDriver == SessionDriverKind.ACP && WITH_ADAPTERS.contains(agent));
  }

  static AgentConfig from(Variables read) {
    return new AgentConfig(
        read.text("CLAUDE_BIN", "claude"),
        read.text("ACPX_BIN", "acpx"),
        SessionDriverKind.ofWire(
            read.oneOf("CLAWDFORGE_SESSION_DRIVER", "acp", SessionDriverKind.wires())),
        read.number("CLAWDFORGE_SESSIONS_PER_AGENT", 8, 1, 1_000),
        read.seconds("CLAWDFORGE_AGENT_IDLE_SECS", 300, 1, 86_400),
        AcpAgentsFile.from(read),
        readable(read),
        read.number("CLAWDFORGE_WARM_RUNS", 1, 0, 64),
        isolation(read),
        modelProxy(read),
        variables(read));
  }

  private static Isolation.Wish isolation(Variables read) {
    List<String> wishes =
        Arrays.stream(Isolation.Wish.values())
            .map(it -> it.name().toLowerCase(Locale.ROOT))
            .toList();
    return Isolation.Wish.valueOf(
        read.oneOf("CLAWDFORGE_ISOLATION", "auto", wishes).toUpperCase(Locale.ROOT));
  }

  private static ModelWay.Wish modelProxy(Variables read) {
    List<String> wishes =
        Arrays.stream(ModelWay.Wish.values())
            .map(it -> it.name().toLowerCase(Locale.ROOT))
            .toList();
    return ModelWay.Wish.valueOf(
        read.oneOf("CLAWDFORGE_MODEL_PROXY", "auto", wishes).toUpperCase(Locale.ROOT));
  }

  // The agent's permission rules would read these characters as a pattern, or as its end.
  private static List<Path> readable(Variables read) {
    List<String> names = read.list("CLAWDFORGE_READABLE");
    for (String name : names) {
      if (!READABLE.matcher(name).matches() || !Path.of(name).normalize().toString().equals(name)) {
        throw new ConfigException(
            "CLAWDFORGE_READABLE lists absolute paths of directories, such as /srv/docs,/usr/share,"
                + " without any of *?[]{}()!\\ and not / itself: "
                + name);
      }
    }
    return names.stream().map(Path::of).toList();
  }

  private static List<String> variables(Variables read) {
    List<String> names = read.list("CLAWDFORGE_AGENT_ENV");
    for (String name : names) {
      if (!NAME.matcher(name).matches()
          || name.startsWith(GatewayConfig.PREFIX)
          || name.startsWith(ServerConfig.ADMIN_SECRET)) {
        throw new ConfigException(
            "CLAWDFORGE_AGENT_ENV lists names of variables for agents, none of the server's own: "
                + name);
      }
    }
    return names;
  }
}
