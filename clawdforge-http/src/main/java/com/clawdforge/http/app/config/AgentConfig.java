package com.clawdforge.http.app.config;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The agents' programs and what they get.
 *
 * @param readable directories that agents with permission to read may read, in addition to their
 *     own
 * @param variables names of further environment variables that agents get
 */
public record AgentConfig(
    String claudeBin,
    String acpxBin,
    SessionDriverKind sessionDriver,
    List<Path> readable,
    List<String> variables) {
  private static final Pattern READABLE = Pattern.compile("/[^*?\\[\\]{}()!\\\\\\p{Cntrl}]+");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** Ways to the agents' sessions. */
  public enum SessionDriverKind {
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
    readable = List.copyOf(readable);
    variables = List.copyOf(variables);
  }

  static AgentConfig from(Variables read) {
    return new AgentConfig(
        read.text("CLAUDE_BIN", "claude"),
        read.text("ACPX_BIN", "acpx"),
        SessionDriverKind.ofWire(
            read.oneOf("CLAWDFORGE_SESSION_DRIVER", "acpx", SessionDriverKind.wires())),
        readable(read),
        variables(read));
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
