package com.clawdforge.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.Api;
import com.clawdforge.http.kit.Installation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./clawdforge} with the jar that was just built. */
@Timeout(120)
class LauncherIT {
  @TempDir Path temp;

  @Test
  void help_is_given_and_is_no_failure() throws Exception {
    String help = launch(0, "--help");

    for (String command : List.of("serve", "demo", "doctor", "token", "run", "session")) {
      assertTrue(help.contains("\n  " + command + " "), help);
      // The launcher says before it, on standard error, if the source is newer than the jar.
      String own = launch(0, command, "--help");
      assertTrue(
          own.lines().anyMatch(line -> line.startsWith("Usage: clawdforge " + command)), own);
    }
    assertTrue(help.contains(".env.example"), help);
  }

  @Test
  void what_it_does_not_know_is_a_failure() throws Exception {
    assertTrue(launch(2, "sevre").contains("Unmatched argument at index 0: 'sevre'"));
    assertTrue(launch(2).contains("Say what to do"));
    // Before it would read standard input, which nobody closes here.
    assertTrue(launch(2, "run").contains("set CLAWDFORGE_TOKEN"));
    assertTrue(launch(2, "session").contains("Say new, chat, turn, events"));
  }

  @Test
  void an_unreachable_server_is_reported_with_the_remedy() throws Exception {
    assertTrue(launch(1, "token", "list").contains("is the server running? ./clawdforge serve"));
  }

  private String launch(int exitStatus, String... arguments) throws Exception {
    Path output = Files.createTempFile(temp, "launched-", ".log");
    List<String> command = new ArrayList<>(List.of(Installation.ROOT.resolve("clawdforge") + ""));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    // A build within the build must fail, not run.
    Path tools = temp.resolve("tools");
    Installation.script(tools.resolve("mvn"), "echo '[ERROR] the jar is not new'; exit 1");
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", tools + ":" + System.getenv("PATH"));
    environment.put("HOME", temp.toString());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("CLAWDFORGE_CLASS_CACHE", "off");
    environment.put("CLAWDFORGE_URL", "http://127.0.0.1:9");
    environment.put("CLAWDFORGE_ADMIN_TOKEN", Api.ADMIN);
    Process process = builder.start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("it does not end");
    }
    String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
    assertEquals(exitStatus, process.exitValue(), text);
    return text;
  }
}
