package com.clawdforge.http.app.probe;

import com.clawdforge.acpx.process.Command;
import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.acpx.program.AgentEnvironment;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs agents' programs to read their version or status. */
public final class ProgramProbe {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Path HERE = Path.of("").toAbsolutePath();
  private static final int LONGEST = 4096;

  private final AgentPrograms programs;
  private final AgentEnvironment environment;
  private final Duration patience;

  public ProgramProbe(AgentPrograms programs, AgentEnvironment environment) {
    this(programs, environment, PATIENCE);
  }

  public ProgramProbe(AgentPrograms programs, AgentEnvironment environment, Duration patience) {
    this.programs = programs;
    this.environment = environment;
    this.patience = patience;
  }

  /**
   * What a program printed.
   *
   * @param text the output, if the program succeeded
   * @param problem otherwise, why it failed
   */
  public record Output(Optional<String> text, String problem) {}

  /** The output of {@code --version}. */
  public Output version(AgentBinary program) {
    return output(program, List.of("--version"));
  }

  /** The output for these arguments, which must be constants of ours. */
  Output output(AgentBinary program, List<String> arguments) {
    Optional<Path> file = program.find();
    if (file.isEmpty()) {
      return new Output(Optional.empty(), program.name() + " was not found");
    }
    List<String> argv = new ArrayList<>(List.of(file.get().toString()));
    argv.addAll(arguments);
    try {
      Command.Answer answer = new Command(argv, HERE, variables(), patience, LONGEST).run();
      String text = answer.stdout().strip();
      return answer.exitStatus() == 0
          ? new Output(Optional.of(text), "")
          : new Output(Optional.empty(), (text + "\n" + answer.stderrTail()).strip());
    } catch (IOException e) {
      return new Output(Optional.empty(), String.valueOf(e.getMessage()));
    }
  }

  private Map<String, String> variables() {
    Map<String, String> variables = environment.withoutLogin();
    variables.put("DISABLE_AUTOUPDATER", "1");
    variables.put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    // acpx is a script for `node`, and the one on the PATH may be too old for it.
    programs
        .node()
        .find()
        .map(node -> String.valueOf(node.getParent()))
        .ifPresent(
            folder ->
                variables.merge(
                    "PATH", folder, (path, first) -> first + File.pathSeparator + path));
    return variables;
  }
}
