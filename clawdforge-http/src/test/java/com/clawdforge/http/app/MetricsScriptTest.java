package com.clawdforge.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script that checks the metrics, in a project whose server only waits. */
@Timeout(60)
final class MetricsScriptTest {
  @TempDir private Path temp;

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void a_signal_leaves_no_server_behind(String signal, int status) throws Exception {
    Path project = temp.resolve("project");
    Path script = project.resolve(".ci/metrics");
    Files.createDirectories(script.getParent());
    Files.copy(Installation.ROOT.resolve(".ci/metrics"), script);
    Path tmp = Files.createDirectory(temp.resolve("tmp"));
    Path serverPid = temp.resolve("server.pid");
    Path java =
        Installation.script(
            temp.resolve("java"),
            "echo $$ >'"
                + serverPid
                + ".new'; mv '"
                + serverPid
                + ".new' '"
                + serverPid
                + "'; exec sleep 600");
    Installation.script(project.resolve("clawdforge"), "echo '" + java + "'");
    Path promtool = Installation.script(temp.resolve("promtool"), "exit 0");
    // A shell cannot trap a signal that was ignored when it started, as INT is in the background.
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    "env", "--default-signal=INT", "sh", script.toString(), promtool.toString()))
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve("script.log").toFile());
    builder.environment().put("TMPDIR", tmp.toString());
    Process process = builder.start();
    try {
      Installation.await("its server", () -> Files.exists(serverPid));
      Optional<ProcessHandle> server =
          ProcessHandle.of(Long.parseLong(Files.readString(serverPid).strip()));
      assertTrue(server.isPresent());

      signal(process, signal);

      assertTrue(process.waitFor(20, TimeUnit.SECONDS), "it does not end");
      // A zombie, which the system may reap late, runs no program.
      assertEquals(Optional.empty(), server.get().info().command(), "its server is left");
      assertEquals(List.of(), Installation.entries(tmp));
      assertEquals(status, process.exitValue());
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      if (Files.exists(serverPid)) {
        ProcessHandle.of(Long.parseLong(Files.readString(serverPid).strip()))
            .ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }

  private static void signal(Process process, String name) throws Exception {
    assertEquals(
        0, new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor());
  }
}
