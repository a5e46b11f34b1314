package com.clawdforge.http.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file {@code .env}, read as Docker Compose reads it. */
class EnvFileTest {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "K=v|v",
        "  K = v  |v",
        "export K=v|v",
        "K=|~~",
        "K=  # a comment|~~",
        "K=v # a comment|v",
        "K=v#no comment|v#no comment",
        "K=a b=c|a b=c",
        "K=it's \"so\"|it's \"so\"",
        "K='v'|v",
        "K=\"v\" # a comment|v",
        "K=' # v '| # v ",
        "K='$(touch x) `touch x` ${HOME}'|$(touch x) `touch x` ${HOME}",
        "K=`touch x`; touch x && touch x|`touch x`; touch x && touch x",
        "K='it\\'s'|it's",
        "K='a\\n'|a\\n",
        "K=\"a\\tb\\\"c\\\\d\\$e\"|a\tb\"c\\d$e",
        "K=ü日|ü日",
      })
  void a_line_gives_the_value_that_compose_takes_it_for(String line, String value)
      throws Exception {
    assertEquals(Map.of("K", value), read(line + "\n"));
    assertEquals(Map.of("K", value), read("# before\r\n\r\n" + line + "\r\n# after"));
    assertEquals(Map.of("K", value), read("\uFEFF" + line));
  }

  @Test
  void an_installed_program_reads_the_users_settings() throws Exception {
    Path file = temp.resolve("settings/clawdforge/env");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "CLAWDFORGE_DATA_DIR=kept\n");
    Map<String, String> environment = Map.of("XDG_CONFIG_HOME", temp.resolve("settings") + "");
    assertTrue(EnvFile.ofLauncher(environment).isEmpty(), "a jar that nobody installed");

    System.setProperty(EnvFile.INSTALLED, "/anywhere");
    try {
      EnvFile read = EnvFile.ofLauncher(environment).orElseThrow();

      assertEquals(
          file.resolveSibling("kept").toString(),
          read.under(environment).get("CLAWDFORGE_DATA_DIR"));
      assertTrue(EnvFile.ofLauncher(Map.of("HOME", temp.toString())).isEmpty());
    } finally {
      System.clearProperty(EnvFile.INSTALLED);
    }
  }

  @Test
  void a_value_in_quotes_may_have_several_lines() throws Exception {
    assertEquals(
        Map.of("A", "1\n2", "B", "3\n# 4", "C", "5"), read("A='1\n2'\nB=\"3\n# 4\"\nC=5\n"));
  }

  @Test
  void of_two_lines_with_one_name_the_last_counts() throws Exception {
    assertEquals(Map.of("K", "b"), read("K=a\nK=b\n"));
  }

  @Test
  void the_environment_wins_even_with_an_empty_value() throws Exception {
    Files.writeString(file(), "A=file\nB=file\nC=file\n");

    assertEquals(
        Map.of("A", "environment", "B", "", "C", "file"),
        new EnvFile(file()).under(Map.of("A", "environment", "B", "")));
  }

  @Test
  void paths_of_the_file_are_relative_to_its_folder() throws Exception {
    Map<String, String> read =
        read("CLAWDFORGE_DATA_DIR=./data\nRUNS_DIR=/srv/runs\nACPX_SESSIONS_CWD=\nHOME=home\n");

    assertEquals(temp.resolve("./data").toString(), read.get("CLAWDFORGE_DATA_DIR"));
    assertEquals("/srv/runs", read.get("RUNS_DIR"));
    assertEquals("", read.get("ACPX_SESSIONS_CWD"));
    assertEquals("home", read.get("HOME"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secret",
        "K-K=secret",
        "=secret",
        "1K=secret",
        "K K=secret",
        "$(touch x)=secret",
        "K='secret",
        "K=\"secret\nmore",
        "K='secret' more",
        "K=secret$(touch x)",
        "K=\"${HOME}secret\"",
        "K=secret$HOME",
        "K=secret\0",
      })
  void a_mistake_names_file_and_line_and_tells_no_value(String line) throws Exception {
    Files.writeString(file(), "# a comment\nA=1\n" + line + "\nB=2\n");

    String told =
        String.valueOf(
            assertThrows(ConfigException.class, () -> new EnvFile(file()).under(Map.of()))
                .getMessage());

    assertTrue(told.startsWith(file() + " line "), told);
    assertTrue(told.contains(" line 3: ") || line.endsWith("\0"), told);
    assertFalse(told.contains("secret"), told);
    assertEquals(1, told.lines().count(), told);
  }

  @Test
  void what_is_no_text_file_is_refused() throws Exception {
    Files.write(file(), "K=ü".getBytes(StandardCharsets.ISO_8859_1));
    assertThrows(ConfigException.class, () -> new EnvFile(file()).under(Map.of()));

    Files.writeString(file(), "#".repeat((1 << 20) + 1));
    assertThrows(ConfigException.class, () -> new EnvFile(file()).under(Map.of()));

    Files.delete(file());
    Files.createDirectory(file());
    assertThrows(ConfigException.class, () -> new EnvFile(file()).under(Map.of()));
  }

  private Map<String, String> read(String text) throws Exception {
    Files.writeString(file(), text);
    return new EnvFile(file()).under(Map.of());
  }

  private Path file() {
    return temp.resolve(".env");
  }
}
