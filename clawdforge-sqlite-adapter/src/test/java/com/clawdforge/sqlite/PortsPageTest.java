package com.clawdforge.sqlite;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of that page are the classes that this build compiles and runs. */
final class PortsPageTest {
  private static final Path ROOT = Path.of(System.getProperty("clawdforge.root", ".."));

  @ParameterizedTest
  @ValueSource(strings = {"UsageSumsTest", "ReopenedLedgerTest", "AnswersTest", "ConversationTest"})
  void an_example_is_shown_as_it_is_compiled(String name) throws IOException {
    String code =
        Files.readString(
            ROOT.resolve("clawdforge-sqlite-adapter/src/test/java/com/example/ledger")
                .resolve(name + ".java"));
    String shown = code.substring(code.indexOf("final class"));

    String page = Files.readString(ROOT.resolve("docs/testing-against-the-ports.md"));
    assertTrue(page.contains("```java\n" + shown + "```"), shown);
  }
}
