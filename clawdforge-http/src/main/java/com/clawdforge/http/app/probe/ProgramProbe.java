package com.clawdforge.http.app.probe;

import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.acpx.program.AgentEnvironment;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs agents' programs to read their version or status. */
public final class ProgramProbe {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration GRACE = Duration.ofSeconds(1);
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

  private Output outcome(ProcessBuilder builder) {
    String tag = "ask-" + UUID.randomUUID();
    builder.environment().put(ProcessTree.TAG, tag);
    try {
      Process process = builder.start();
      ProcessTree tree = ProcessTree.of(process, tag);
      // On its own thread: reading from a program that hangs would never end.
      FutureTask<String> output = new FutureTask<>(() -> read(process.getInputStream()));
      try {
        Thread.ofPlatform().daemon().name(tag).start(output);
        process.getOutputStream().close();
        if (!process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS)) {
          return new Output(
              Optional.empty(), "it did not end within " + patience.toSeconds() + " s");
        }
        // A process that it left behind may hold the pipe.
        tree.kill(GRACE);
        String text = output.get(GRACE.toNanos(), TimeUnit.NANOSECONDS);
        return process.exitValue() == 0
            ? new Output(Optional.of(text), "")
            : new Output(Optional.empty(), text);
      } finally {
        tree.kill(GRACE);
      }
    } catch (IOException | ExecutionException | TimeoutException e) {
      return new Output(Optional.empty(), String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Output(Optional.empty(), "interrupted");
    }
  }

  private static String read(InputStream output) throws IOException {
    try (output) {
      String text = new String(output.readNBytes(LONGEST), StandardCharsets.UTF_8).strip();
      output.transferTo(OutputStream.nullOutputStream());
      return text;
    }
  }
}
