package com.clawdforge.http.app;

import com.clawdforge.acpx.AgentBinary;
import com.clawdforge.acpx.AgentEnvironment;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs agents' programs for what they say of themselves. */
final class AgentVersion {
  private static final int PATIENCE_SECONDS = 20;
  private static final int LONGEST = 4096;

  private final AgentPrograms programs;
  private final AgentEnvironment environment;

  AgentVersion(AgentPrograms programs, AgentEnvironment environment) {
    this.programs = programs;
    this.environment = environment;
  }

  /**
   * What came of it.
   *
   * @param text the output, if it ended well
   * @param problem else why not
   */
  record Said(Optional<String> text, String problem) {}

  /** The program's answer to {@code --version}. */
  Said of(AgentBinary program) {
    return say(program, List.of("--version"));
  }

  /** The program's output for some arguments, which are constants of ours. */
  Said say(AgentBinary program, List<String> arguments) {
    Optional<Path> file = program.find();
    if (file.isEmpty()) {
      return new Said(Optional.empty(), program.name() + " was not found");
    }
    ProcessBuilder builder = new ProcessBuilder();
    builder.command().add(file.get().toString());
    builder.command().addAll(arguments);
    builder.redirectErrorStream(true);
    Map<String, String> variables = builder.environment();
    variables.clear();
    variables.putAll(environment.variables());
    variables.put("DISABLE_AUTOUPDATER", "1");
    variables.put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    programs.node().find().ifPresent(node -> putFirst(variables, node));
    return outcome(builder);
  }

  // acpx is a script for `node`, and the PATH's may be too old for it.
  private static void putFirst(Map<String, String> variables, Path node) {
    String directory = String.valueOf(node.getParent());
    variables.merge("PATH", directory, (path, first) -> first + File.pathSeparator + path);
  }

  private static Said outcome(ProcessBuilder builder) {
    try {
      Process process = builder.start();
      try {
        process.getOutputStream().close();
        String output =
            new String(process.getInputStream().readNBytes(LONGEST), StandardCharsets.UTF_8)
                .strip();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          return new Said(Optional.empty(), "it did not end within " + PATIENCE_SECONDS + " s");
        }
        return process.exitValue() == 0
            ? new Said(Optional.of(output), "")
            : new Said(Optional.empty(), output);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return new Said(Optional.empty(), String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Said(Optional.empty(), "interrupted");
    }
  }
}
