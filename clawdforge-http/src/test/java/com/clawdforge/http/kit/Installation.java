package com.clawdforge.http.kit;

import com.clawdforge.acpx.offline.OfflineModel;
import com.clawdforge.acpx.process.ProcessTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** What the tests of the whole gateway share: where things are, and what is there. */
public final class Installation {
  public static final Path ROOT =
      Path.of(System.getProperty("clawdforge.root", "..")).toAbsolutePath().normalize();

  /** The agents that the project pins. */
  public static final Path PINNED = ROOT.resolve("agents/node_modules/.bin");

  public static final Path JAR = ROOT.resolve("clawdforge-http/target/clawdforge.jar");
  public static final String API_KEY = "sk-ant-offline-dummy-key";
  private static final Duration GLANCE = Duration.ofMillis(20);

  private Installation() {}

  /**
   * The settings of a server on a free port, whose data and home are below a folder, and whose
   * agent asks that model. Nothing of the environment of the tests but the PATH.
   */
  public static Map<String, String> environment(Path folder, OfflineModel model)
      throws IOException {
    Map<String, String> environment = environment(folder);
    environment.put("ANTHROPIC_BASE_URL", model.baseUrl().toString());
    // Runs don't use it, and asking it for its version takes longer than a run.
    environment.put("ACPX_BIN", "/nowhere/acpx");
    return environment;
  }

  /** The same, with nobody for the agent to ask. */
  public static Map<String, String> environment(Path folder) throws IOException {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", String.valueOf(System.getenv("PATH")));
    environment.put("HOME", Files.createDirectories(folder.resolve("home")).toString());
    environment.put("TMPDIR", Files.createDirectories(folder.resolve("tmp")).toString());
    environment.put("ANTHROPIC_BASE_URL", "http://127.0.0.1:9");
    environment.put("ANTHROPIC_API_KEY", API_KEY);
    environment.put("ADMIN_BOOTSTRAP_TOKEN", Api.ADMIN);
    environment.put("CLAWDFORGE_PORT", "0");
    environment.put("CLAWDFORGE_DATA_DIR", folder.resolve("data").toString());
    environment.put("CLAUDE_BIN", PINNED.resolve("claude").toString());
    environment.put("ACPX_BIN", PINNED.resolve("acpx").toString());
    return environment;
  }

  /** The processes that work for a run, whoever their parents are now. */
  public static List<ProcessHandle> processesOf(String... runIds) {
    ProcessTree tree = ProcessTree.tagged(List.of(runIds));
    tree.look();
    return tree.alive();
  }

  /** A shell script that can be run. */
  public static Path script(Path file, String shell) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, "#!/bin/sh\n" + shell + "\n");
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("cannot make it executable: " + file);
    }
    return file;
  }

  public static List<Path> entries(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }

  /** Looks again and again until it is so; fails when it takes too long. */
  public static void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + Api.PATIENCE.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("in vain: " + what);
      }
      LockSupport.parkNanos(GLANCE.toNanos());
    }
  }
}
