package com.clawdforge.http.kit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program in its own process, as its users start it, with its output. */
public final class ServerProcess implements AutoCloseable {
  /** The line that says its port, which is the first group. */
  public static final Pattern SERVES = Pattern.compile("serves on http://[0-9.]+:(\\d+)");

  private final Process process;
  private final Path output;

  private ServerProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts the program with the agents of {@link Installation#AGENTS}. */
  public static ServerProcess start(
      Path folder, Map<String, String> environment, List<String> wrapper, String... arguments)
      throws IOException {
    return start(folder, Installation.AGENTS, environment, wrapper, arguments);
  }

  /**
   * Starts the program.
   *
   * @param agents the folder with the agents, as the launcher names it
   * @param environment its whole environment
   * @param wrapper a command that starts it, such as a shell that sets limits
   * @param arguments arguments of the program
   */
  public static ServerProcess start(
      Path folder,
      Path agents,
      Map<String, String> environment,
      List<String> wrapper,
      String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Optimises for a fast start.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.add("-Dclawdforge.agents=" + agents);
    command.addAll(List.of("-jar", Installation.JAR.toString()));
    command.addAll(List.of(arguments));
    return begin(folder, environment, command);
  }

  /** Starts the server by a launcher, as its users do. */
  public static ServerProcess launch(Path folder, Map<String, String> environment, Path launcher)
      throws IOException {
    return launch(folder, environment, launcher, "serve");
  }

  /** Starts any command by a launcher. */
  public static ServerProcess launch(
      Path folder, Map<String, String> environment, Path launcher, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    return begin(folder, environment, command);
  }

  private static ServerProcess begin(
      Path folder, Map<String, String> environment, List<String> command) throws IOException {
    Path output = Files.createTempFile(folder, "output-", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    return new ServerProcess(process, output);
  }

  public static ServerProcess serve(Path folder, Map<String, String> environment)
      throws IOException {
    return start(folder, environment, List.of(), "serve");
  }

  /** Waits until it listens, and returns its port. */
  public int port() throws Exception {
    Installation.await(
        "the server listens",
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("it ended: " + output());
          }
          return SERVES.matcher(output()).find();
        });
    Matcher serves = SERVES.matcher(output());
    if (!serves.find()) {
      throw new AssertionError(output());
    }
    return Integer.parseInt(serves.group(1));
  }

  public long pid() {
    return process.pid();
  }

  /** Its output so far. */
  public String output() throws IOException {
    return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
  }

  /** The same, for messages of assertions: an exception becomes text. */
  public String outputOrWhyNot() {
    try {
      return output();
    } catch (IOException e) {
      return e.toString();
    }
  }

  public Path outputFile() {
    return output;
  }

  /** Sends SIGTERM. */
  public void terminate() {
    process.destroy();
  }

  /** Sends SIGKILL and waits for the end. */
  public void kill() throws Exception {
    process.destroyForcibly();
    exitStatus();
  }

  /** Waits for its end, and returns its exit status. */
  public int exitStatus() throws Exception {
    if (!process.waitFor(Api.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("it does not end: " + output());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
