package com.clawdforge.client.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.client.ForgeClient;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An app that is a module, with the client and its fake on the module path. */
@Timeout(120)
final class ModularAppTest {
  private static final String MODULE =
      """
      module app {
        requires com.clawdforge.client;
        requires com.clawdforge.client.testing;
        opens app to com.fasterxml.jackson.databind;
      }
      """;

  private static final String MAIN =
      """
      package app;

      import com.clawdforge.client.ForgeClient;
      import com.clawdforge.client.RunRequest;
      import com.clawdforge.client.testing.FakeAnswer;
      import com.clawdforge.client.testing.FakeGateway;

      public class Main {
        record Order(int quantity) {}

        public static void main(String[] args) {
          try (FakeGateway gateway = FakeGateway.start()) {
            gateway.answerRuns(FakeAnswer.json(new Order(3)));
            ForgeClient forge = gateway.client();
            Order order = forge.run(RunRequest.of("How many?"), Order.class);
            System.out.println(order + " by " + ForgeClient.class.getModule());
          }
        }
      }
      """;

  @TempDir private Path folder;

  private static String place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String modulePath(Class<?>... more) {
    return Stream.concat(
            Stream.of(
                ForgeClient.class,
                FakeGateway.class,
                JsonNode.class,
                JsonParser.class,
                JsonProperty.class),
            Stream.of(more))
        .map(ModularAppTest::place)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Compiles the app; returns what the compiler says. */
  private String compiled(String main) throws Exception {
    Path source = Files.createDirectories(folder.resolve("src/app"));
    Path module = Files.writeString(folder.resolve("src/module-info.java"), MODULE);
    Path code = Files.writeString(source.resolve("Main.java"), main);
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
    int unused =
        javac.run(
            out,
            out,
            "-proc:none",
            "-d",
            folder.resolve("app").toString(),
            "--module-path",
            modulePath(Nullable.class),
            module.toString(),
            code.toString());
    return said.toString();
  }

  @Test
  void an_app_that_is_a_module_compiles_and_runs() throws Exception {
    assertEquals("", compiled(MAIN));

    assertRuns(List.of());
  }

  @Test
  void an_app_that_prefers_ipv6_reaches_the_fake_too() throws Exception {
    assertEquals("", compiled(MAIN));

    assertRuns(List.of("-Djava.net.preferIPv6Addresses=true"));
  }

  private void assertRuns(List<String> options) throws Exception {
    List<String> command = new ArrayList<>(options);
    command.add(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--module-path");
    command.add(folder.resolve("app") + File.pathSeparator + modulePath());
    command.addAll(List.of("--module", "app/app.Main"));
    Process app = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(app.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertEquals(0, app.waitFor(), said);
    assertEquals("Order[quantity=3] by module com.clawdforge.client", said.strip());
  }

  @Test
  void an_app_that_is_a_module_sees_no_internal_class() throws Exception {
    String said =
        compiled(
            MAIN.replace(
                "client.RunRequest;",
                "client.RunRequest;\nimport com.clawdforge.client.internal.Json;"));

    assertTrue(said.contains("com.clawdforge.client.internal is not visible"), said);
  }

  @Test
  void the_jars_carry_the_license() throws Exception {
    for (Class<?> type : List.of(ForgeClient.class, FakeGateway.class)) {
      URL place = type.getProtectionDomain().getCodeSource().getLocation();
      try (URLClassLoader alone = new URLClassLoader(new URL[] {place}, null)) {
        assertNotNull(alone.getResource("META-INF/LICENSE"), place::toString);
      }
    }
  }
}
