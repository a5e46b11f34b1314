package com.clawdforge.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.RunResult;
import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.http.kit.Async;
import com.clawdforge.http.kit.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Java client in its own process, whose memory and threads can be measured. */
@Timeout(120)
final class LargeAppTest {
  private static final int UPLOAD = 64 << 20;
  private static final int RUNS = 1_000;

  @Test
  void an_app_with_little_memory_uploads_large_files(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("large");
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < UPLOAD >> 20; i++) {
        out.write(new byte[1 << 20]);
      }
    }
    TestServer.Setup setup = TestServer.setup();
    setup.maxUploadBytes = UPLOAD;
    try (TestServer forge = setup.start()) {
      assertEquals(UPLOAD + " " + UPLOAD, app(forge, "-Xmx64m", Uploads.class, file.toString()));
    }
  }

  /** Uploads a file, as one and as a stream. */
  static final class Uploads {
    public static void main(String[] args) throws IOException {
      try (ForgeClient forge = ForgeClient.fromEnv();
          InputStream stream = Files.newInputStream(Path.of(args[0]))) {
        System.out.print(
            forge.upload(Path.of(args[0])).size() + " " + forge.upload("stream", stream).size());
      }
    }
  }

  @Test
  void an_app_has_a_thousand_runs_under_way_with_few_threads() throws Exception {
    FakeRun.Hold hold = new FakeRun.Hold();
    TestServer.Setup setup = TestServer.setup();
    setup.agents = FakeAgentRunner.scripted(run -> FakeRun.answers("ok").heldBy(hold));
    setup.maxConcurrent = RUNS;
    try (TestServer forge = setup.start()) {
      Async<String> app = Async.start(() -> app(forge, "-Xmx256m", Runs.class, RUNS + ""));
      forge.agents.awaitStarted(RUNS);
      hold.release();

      String[] told = app.get().split(" ", -1);
      assertEquals(RUNS, Integer.parseInt(told[0]));
      int threads = Integer.parseInt(told[1]);
      assertTrue(threads < 40, threads + " threads at once");
    }
  }

  /** Starts many runs at once; prints how many were answered, and the most threads. */
  static final class Runs {
    public static void main(String[] args) throws Exception {
      try (ForgeClient forge = ForgeClient.fromEnv()) {
        List<CompletableFuture<RunResult>> runs =
            IntStream.range(0, Integer.parseInt(args[0]))
                .mapToObj(i -> forge.runAsync("run " + i))
                .toList();
        int answered = 0;
        for (CompletableFuture<RunResult> run : runs) {
          answered += run.get().asText().equals("ok") ? 1 : 0;
        }
        System.out.print(answered + " " + ManagementFactory.getThreadMXBean().getPeakThreadCount());
      }
    }
  }

  private static String app(TestServer forge, String option, Class<?> main, String argument)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            option,
            "-cp",
            System.getProperty("java.class.path"),
            main.getName(),
            argument);
    builder.environment().put("CLAWDFORGE_URL", "http://127.0.0.1:" + forge.port());
    builder.environment().put("CLAWDFORGE_TOKEN", forge.token);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process app = builder.start();
    try {
      String told = new String(app.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(app.waitFor(Duration.ofSeconds(20).toSeconds(), TimeUnit.SECONDS));
      assertEquals(0, app.exitValue(), told);
      return told;
    } finally {
      app.destroyForcibly();
    }
  }
}
