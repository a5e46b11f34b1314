package com.clawdforge.http.app.command;

import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.http.app.config.GatewayConfig;
import com.clawdforge.http.app.probe.AgentPrograms;
import com.clawdforge.http.app.probe.Check;
import com.clawdforge.http.app.probe.LoginCheck;
import com.clawdforge.http.app.probe.ProgramProbe;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "login",
    description = {
      "Logs an agent in, for the server that is started from here.",
      "It runs the agent's own login with the server's home and settings, and passes its exit"
          + " status on. What follows the agent's name goes to that login."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  clawdforge login",
      "  clawdforge login codex -- --device-auth",
      "  docker compose exec clawdforge clawdforge login"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the required ones
public final class LoginCommand implements Callable<Integer> {
  // What a login needs of the terminal and to open a browser; the server passes none of it on.
  private static final List<String> OF_TERMINAL =
      List.of("TERM", "COLORTERM", "NO_COLOR", "DISPLAY", "WAYLAND_DISPLAY", "BROWSER");

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "AGENT",
      arity = "0..1",
      completionCandidates = Names.class,
      description = "${COMPLETION-CANDIDATES}; default: claude.")
  private Agent agent = Agent.CLAUDE;

  @Parameters(
      index = "1..*",
      paramLabel = "OPTION",
      arity = "0..*",
      description = "Options of the agent's login, after --.")
  private List<String> more = new ArrayList<>();

  private final Map<String, String> environment;

  public LoginCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The agents that have a login of their own. */
  enum Agent {
    CLAUDE,
    CODEX;

    List<String> words() {
      return this == CLAUDE ? List.of("auth", "login") : List.of("login");
    }
  }

  /** The agents as people write them, for help and shells. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("claude", "codex").iterator();
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    GatewayConfig config = GatewayConfig.from(environment);
    AgentPrograms programs = AgentPrograms.of(config);
    AgentEnvironment passed = AgentEnvironment.from(environment, config.agents().variables());
    AgentBinary binary = agent == Agent.CLAUDE ? programs.claude() : programs.codex();
    Path program =
        binary
            .find()
            .orElseThrow(
                () ->
                    new CommandFailed(
                        binary.name()
                            + " is not installed; run agents/install"
                            + (agent == Agent.CODEX ? " codex" : ""),
                        null));
    List<String> argv = new ArrayList<>(List.of(program.toString()));
    argv.addAll(agent.words());
    argv.addAll(more);
    int status = run(argv, passed, programs);
    if (agent == Agent.CLAUDE) {
      tell(
          new LoginCheck(new ProgramProbe(programs, passed), programs.claude(), environment)
              .look()
              .finding());
    } else if (status == 0) {
      int unused = run(List.of(program.toString(), "login", "status"), passed, programs);
    }
    return status;
  }

  // The agent talks to the person; nothing of it passes through this program.
  private int run(List<String> argv, AgentEnvironment passed, AgentPrograms programs)
      throws IOException, InterruptedException {
    ProcessBuilder login = new ProcessBuilder(argv).inheritIO();
    Map<String, String> variables = login.environment();
    variables.clear();
    variables.putAll(passed.variables());
    for (String name : OF_TERMINAL) {
      if (environment.containsKey(name)) {
        variables.put(name, environment.getOrDefault(name, ""));
      }
    }
    programs
        .node()
        .find()
        .map(node -> String.valueOf(node.getParent()))
        .ifPresent(
            folder ->
                variables.merge(
                    "PATH", folder, (path, first) -> first + File.pathSeparator + path));
    return login.start().waitFor();
  }

  private void tell(Check.Finding finding) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(finding.verdict().shown() + ": " + finding.what());
    if (!finding.remedy().isEmpty()) {
      out.println("  -> " + finding.remedy());
    }
    out.flush();
  }
}
