package com.clawdforge.http.app;

import com.clawdforge.acpx.AgentBinary;
import com.clawdforge.acpx.AgentEnvironment;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs agents' programs for what they say of themselves. */
final class AgentVersion {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int LONGEST = 4096;

  private final AgentPrograms programs;
  private final AgentEnvironment environment;
  private final Duration patience;

  AgentVersion(AgentPrograms programs, AgentEnvironment environment) {
    this(programs, environment, PATIENCE);
  }

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

  private Said outcome(ProcessBuilder builder) {
    try {
      Process process = builder.start();
      // Its output ends only with it and its children: one that hangs would hold the reader for
      // ever.
      CompletableFuture<Boolean> inTime =
          process
              .onExit()
              .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
              .handle((ended, late) -> late == null || !killed(process));
      try {
        process.getOutputStream().close();
        String output =
            new String(process.getInputStream().readNBytes(LONGEST), StandardCharsets.UTF_8)
                .strip();
        if (!inTime.join()) {
          return new Said(Optional.empty(), "it did not end within " + patience.toSeconds() + " s");
        }
        return process.exitValue() == 0
            ? new Said(Optional.of(output), "")
            : new Said(Optional.empty(), output);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return new Said(Optional.empty(), String.valueOf(e.getMessage()));
    }
  }

  private static boolean killed(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    return process.toHandle().destroyForcibly();
  }
}
