package com.clawdforge.acpx.driver.cli;

import com.clawdforge.acpx.agent.AgentProfile;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Permissions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Command lines of acpx for one session. */
final class AcpxCommand {
  /** We limit turns ourselves. Without this, a file in the agent's directory could set a limit. */
  private static final Duration NEVER = Duration.ofDays(7);

  private final List<String> acpx;
  private final AgentSession session;
  private final SessionDirectory directory;
  private final Duration ttl;
  private final AgentProfile profile;
  private final String agent;

  /**
   * Creates the commands for a session.
   *
   * @param acpx how acpx is started
   * @param agent the command line of the program that speaks the protocol with acpx
   */
  AcpxCommand(
      List<String> acpx,
      AgentSession session,
      SessionDirectory directory,
      Duration ttl,
      List<String> agent) {
    this.acpx = acpx;
    this.session = session;
    this.directory = directory;
    this.ttl = ttl;
    this.profile = AgentProfile.of(session.agent());
    this.agent = agent.stream().map(AcpxCommand::quoted).collect(Collectors.joining(" "));
  }

  /** Reads the prompt's blocks from its standard input. */
  List<String> prompt() {
    return command("prompt", "-s", session.sessionId(), "-f", "-");
  }

  List<String> create(Optional<String> conversation) {
    List<String> argv = command("sessions", "new", "--name", session.sessionId());
    conversation.ifPresent(id -> argv.add("--resume-session=" + id));
    return argv;
  }

  List<String> cancel() {
    return command("cancel", "-s", session.sessionId());
  }

  // Acpx reads settings from a file in its working directory, and fails if it cannot read them. The
  // shim therefore runs the agent in another directory. Without a shim, every setting that the file
  // could contain is given here, which takes precedence.
  private Path cwd() {
    return profile.isShimmed() ? directory.notes() : directory.work();
  }

  private List<String> command(String... rest) {
    List<String> argv = new ArrayList<>(acpx);
    argv.addAll(
        List.of(
            "--format=json",
            "--cwd=" + cwd(),
            "--agent=" + agent,
            "--mcp-config=" + directory.mcpConfig(),
            "--auth-policy=skip",
            "--non-interactive-permissions=deny",
            "--timeout=" + NEVER.toSeconds(),
            "--ttl=" + Math.max(1, ttl.toSeconds()),
            "--no-fs",
            "--no-terminal"));
    argv.add(permissions());
    if (session.model() != null && profile.takesModelFromClient()) {
      argv.add("--model=" + session.model());
    }
    argv.addAll(List.of(rest));
    return argv;
  }

  // With the shim, the shim decides, by kind alone: acpx also considers titles, which the model
  // writes (section 4.5).
  private String permissions() {
    if (profile.isShimmed()) {
      return "--" + Permissions.Mode.APPROVE_ALL.wire();
    }
    return switch (session.permissions()) {
      case Permissions.Mode mode -> "--" + mode.wire();
      case Permissions.Policy policy ->
          throw new IllegalStateException("a policy is refused where there is no shim");
    };
  }

  // As acpx splits a command line: within double quotes a backslash makes any character literal.
  private static String quoted(String argument) {
    return '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
