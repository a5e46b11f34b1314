package com.clawdforge.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.Installation;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What can be tested of the container without Docker; {@code .ci/container} tests the rest. */
@Timeout(60)
class ContainerFilesTest {
  @TempDir Path temp;

  @Test
  void a_server_ends_without_memory_and_reports_crashes_in_the_data_folder() throws Exception {
    for (String command : List.of("serve", "doctor")) {
      List<String> options = optionsOf(command);

      assertTrue(options.contains("-XX:+ExitOnOutOfMemoryError"), options::toString);
      assertTrue(options.contains("-XX:+DisableAttachMechanism"), options::toString);
      assertTrue(
          options.contains("-XX:ErrorFile=" + temp.resolve("data/hs_err.log")), options::toString);
    }
  }

  @Test
  void those_options_are_options_of_java() throws Exception {
    List<String> options =
        optionsOf("serve").stream().filter(option -> option.startsWith("-XX:")).toList();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("-version");

    assertTrue(output(new ProcessBuilder(command)).contains("version"));
  }

  @Test
  void nothing_in_the_container_dumps_its_memory() throws Exception {
    JsonNode service =
        new YAMLMapper()
            .readTree(Installation.ROOT.resolve("compose.yml").toFile())
            .at("/services/clawdforge");

    assertTrue(service.at("/ulimits/core").isInt(), service::toString);
    assertEquals(0, service.at("/ulimits/core").intValue());
  }

  @Test
  void a_locale_that_is_not_installed_is_replaced_by_one_in_utf8() throws Exception {
    Installation.script(temp.resolve("tools/locale"), "echo ANSI_X3.4-1968");
    assertEquals(List.of("C.UTF-8"), localeOf("xx_XX.UTF-8"));

    Installation.script(temp.resolve("tools/locale"), "echo UTF-8");
    assertEquals(List.of("de_DE.UTF-8"), localeOf("de_DE.UTF-8"));
  }

  private List<String> localeOf(String locale) throws Exception {
    ProcessBuilder builder = program("serve", "echo \"$LC_ALL\"");
    builder.environment().put("LC_ALL", locale);
    return output(builder).lines().toList();
  }

  /** The options that the container's program passes to Java for a command. */
  private List<String> optionsOf(String command) throws Exception {
    ProcessBuilder builder = program(command, "for each; do echo \"$each\"; done");
    return output(builder).lines().takeWhile(word -> !word.equals("-jar")).toList();
  }

  private ProcessBuilder program(String command, String java) throws Exception {
    Path tools = temp.resolve("tools");
    Installation.script(tools.resolve("java"), java);
    Path data = Files.createDirectories(temp.resolve("data"));
    ProcessBuilder builder =
        new ProcessBuilder(
            "sh", Installation.ROOT.resolve("docker/clawdforge").toString(), command);
    builder.environment().clear();
    builder.environment().put("PATH", tools + ":" + System.getenv("PATH"));
    builder.environment().put("HOME", temp.toString());
    builder.environment().put("CLAWDFORGE_DATA_DIR", data.toString());
    return builder;
  }

  private String output(ProcessBuilder builder) throws Exception {
    Path output = Files.createTempFile(temp, "output-", ".log");
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("it does not end");
    }
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertEquals(0, process.exitValue(), text);
    return text;
  }
}
