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

/** The project as installed for tests of the whole gateway: its folders, settings, processes. */
public final class Installation {
  public static final Path ROOT =
      Path.of(System.getProperty("clawdforge.root", "..")).toAbsolutePath().normalize();

  /** The folder with the agents: that of the project, unless a property names another. */
  public static final Path AGENTS =
      Path.of(System.getProperty("clawdforge.agents", ROOT.resolve("agents").toString()))
          .toAbsolutePath()
          .normalize();

  /** The programs of those agents. */
  public static final Path PINNED = AGENTS.resolve("node_modules/.bin");

  public static final Path JAR = ROOT.resolve("clawdforge-http/target/clawdforge.jar");
  public static final String API_KEY = "sk-ant-offline-dummy-key";
  private static final Duration GLANCE = Duration.ofMillis(20);

  private Installation() {}

  /**
   * The settings of a server on a free port, with data and home in a folder, whose agent uses that
   * model. From the environment of the tests it inherits only the PATH.
   */
  public static Map<String, String> environment(Path folder, OfflineModel model)
      throws IOException {
    Map<String, String> environment = environment(folder);
    environment.put("ANTHROPIC_BASE_URL", model.baseUrl().toString());
    // Runs do not use it, and asking it for its version takes longer than a run.
    environment.put("ACPX_BIN", "/nowhere/acpx");
    return environment;
  }

  /** The same, but without a model. */
  public static Map<String, String> environment(Path folder) throws IOException {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", String.valueOf(System.getenv("PATH")));
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("HOME", Files.createDirectories(folder.resolve("home")).toString());
    environment.put("TMPDIR", Files.createDirectories(folder.resolve("tmp")).toString());
    environment.put("ANTHROPIC_BASE_URL", "http://127.0.0.1:9");
    environment.put("ANTHROPIC_API_KEY", API_KEY);
    environment.put("ADMIN_BOOTSTRAP_TOKEN", Api.ADMIN);
    environment.put("CLAWDFORGE_PORT", "0");
    // The launcher would make it in the background, and take the time of the tests.
    environment.put("CLAWDFORGE_CLASS_CACHE", "off");
    environment.put("CLAWDFORGE_DATA_DIR", folder.resolve("data").toString());
    environment.put("CLAUDE_BIN", PINNED.resolve("claude").toString());
    environment.put("ACPX_BIN", PINNED.resolve("acpx").toString());
    // Otherwise each test would start one more agent than it uses.
    environment.put("CLAWDFORGE_WARM_RUNS", "0");
    return environment;
  }

  /** The processes of a run, even if they were reparented. */
  public static List<ProcessHandle> processesOf(String... runIds) {
    ProcessTree tree = ProcessTree.tagged(List.of(runIds));
    tree.look();
    return tree.alive();
  }

  /** Creates an executable shell script. */
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

  /** Polls until the condition holds; fails after a minute. */
  public static void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + Api.PATIENCE.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("timed out: " + what);
      }
      LockSupport.parkNanos(GLANCE.toNanos());
    }
  }
}
