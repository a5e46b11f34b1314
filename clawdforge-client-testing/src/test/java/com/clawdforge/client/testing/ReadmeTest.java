package com.clawdforge.client.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of the README are the classes that this build compiles and runs. */
final class ReadmeTest {
  private static final Path MODULE =
      Path.of(System.getProperty("clawdforge.root", "..")).resolve("clawdforge-client-testing");

  private static String read(String file) throws IOException {
    return Files.readString(MODULE.resolve(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Kitchen", "KitchenTest"})
  void an_example_is_shown_as_it_is_compiled(String name) throws IOException {
    String code = read("src/test/java/com/example/app/" + name + ".java");
    String shown = code.substring(code.indexOf("final class"));

    assertTrue(read("README.md").contains("```java\n" + shown + "```"), shown);
  }
}
