package com.clawdforge.http.app;

import com.clawdforge.acpx.AgentBinary;
import com.clawdforge.acpx.AgentEnvironment;
import com.clawdforge.acpx.process.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Runs agents' programs for what they say of themselves. */
final class AgentVersion {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration KILL_GRACE = Duration.ofSeconds(2);
  private static final int LONGEST = 4096;

  private final AgentPrograms programs;
  private final AgentEnvironment environment;
  private final Duration patience;

  AgentVersion(AgentPrograms programs, AgentEnvironment environment) {
    this(programs, environment, PATIENCE);
  }

  /**
   * @param patience how long a program may take to answer
   */
  AgentVersion(AgentPrograms programs, AgentEnvironment environment, Duration patience) {
    this.programs = programs;
    this.environment = environment;
    this.patience = patience;
  }

  /**
   * What came of it.
   *
   * @param text the output, if it ended well
   * @param problem else why not
   */
  record Said(Optional<String> text, String problem) {
    static Said nothing(String problem) {
      return new Said(Optional.empty(), problem);
    }
  }

  /** The program's answer to {@code --version}. */
  Said of(AgentBinary program) {
    return say(program, List.of("--version"));
  }

  /** The program's output for some arguments, which are constants of ours. */
  Said say(AgentBinary program, List<String> arguments) {
    Optional<Path> file = program.find();
    if (file.isEmpty()) {
      return Said.nothing(program.name() + " was not found");
    }
    List<String> argv = new ArrayList<>(List.of(file.get().toString()));
    argv.addAll(arguments);
    try {
      Output output = new Output();
      return outcome(
          ChildProcess.start(
              argv,
              Path.of("").toAbsolutePath(),
              variables(),
              "asked-" + UUID.randomUUID(),
              output),
          output);
    } catch (IOException e) {
      return Said.nothing(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Said.nothing("interrupted");
    }
  }

  private Map<String, String> variables() {
    Map<String, String> variables = environment.variables();
    variables.put("DISABLE_AUTOUPDATER", "1");
    variables.put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    programs.node().find().ifPresent(node -> putFirst(variables, node));
    return variables;
  }

  // acpx is a script for `node`, and the PATH's may be too old for it.
  private static void putFirst(Map<String, String> variables, Path node) {
    String directory = String.valueOf(node.getParent());
    variables.merge("PATH", directory, (path, first) -> first + File.pathSeparator + path);
  }

  private Said outcome(ChildProcess child, Output output) throws InterruptedException {
    boolean exited;
    try {
      child.closeStdin();
      exited = child.awaitExit(patience);
    } finally {
      child.end(KILL_GRACE);
    }
    if (!exited) {
      return Said.nothing("it did not end within " + patience.toSeconds() + " s");
    }
    return child.exitStatus() == 0
        ? new Said(Optional.of(output.text()), "")
        : Said.nothing((output.text() + "\n" + child.stderrTail()).strip());
  }

  /** The beginning of what a program prints. */
  private static final class Output implements ChildProcess.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public synchronized void onLine(byte[] line) {
      if (text.length() < LONGEST) {
        text.append(new String(line, StandardCharsets.UTF_8)).append('\n');
      }
    }

    @Override
    public void onTooMuch(String what) {}

    @Override
    public void onEnd() {}

    synchronized String text() {
      return text.substring(0, Math.min(LONGEST, text.length())).strip();
    }
  }
}
