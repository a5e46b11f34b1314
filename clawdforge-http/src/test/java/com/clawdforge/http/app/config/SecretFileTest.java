package com.clawdforge.http.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.auth.BearerToken;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The administrator's secret in a file, as containers get it. */
class SecretFileTest {
  private static final String SECRET = "thirty-two-letters-of-a-secret!!";

  @TempDir Path temp;
  private Path file;

  @BeforeEach
  void name() {
    file = temp.resolve("admin-token");
  }

  @Test
  void the_secret_is_the_files_content_without_its_line_end() throws Exception {
    Files.writeString(file, SECRET + "\n");

    assertEquals(
        Optional.of(SECRET),
        Optional.ofNullable(config().server().adminSecret()).map(BearerToken::reveal));
  }

  @Test
  void a_missing_file_is_reported_with_its_name() {
    String told = mistake();

    assertTrue(told.contains(file.toString()), told);
  }

  @Test
  void an_unreadable_file_is_reported_with_the_user() throws Exception {
    Files.createDirectory(file);

    String told = mistake();

    assertTrue(told.contains(System.getProperty("user.name")), told);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " \n",
        "thirty-one-letters-of-a-secret!",
        "one-long-enough line\nand-another-line\n"
      })
  void an_unusable_secret_file_stops_the_start_and_is_not_quoted(String content) throws Exception {
    Files.writeString(file, content);

    String told = mistake();

    assertFalse(content.strip().length() > 1 && told.contains(content.strip()), told);
  }

  @Test
  void a_file_that_is_something_else_is_not_read_to_its_end() throws Exception {
    Files.writeString(file, "x".repeat(5000));

    assertTrue(mistake().endsWith("is too long for a secret"), mistake());
  }

  @Test
  void a_secret_in_both_places_is_refused_since_one_of_them_would_be_ignored() throws Exception {
    Files.writeString(file, SECRET);

    ConfigException mistake =
        assertThrows(
            ConfigException.class,
            () ->
                GatewayConfig.from(
                    Map.of(
                        "ADMIN_BOOTSTRAP_TOKEN_FILE",
                        file.toString(),
                        "ADMIN_BOOTSTRAP_TOKEN",
                        "another-secret-of-thirty-two-letters")));

    assertEquals(
        "ADMIN_BOOTSTRAP_TOKEN_FILE and ADMIN_BOOTSTRAP_TOKEN are both set; unset one of them",
        mistake.getMessage());
  }

  private GatewayConfig config() {
    return GatewayConfig.from(Map.of("ADMIN_BOOTSTRAP_TOKEN_FILE", file.toString()));
  }

  private String mistake() {
    String told = String.valueOf(assertThrows(ConfigException.class, this::config).getMessage());
    assertTrue(told.startsWith("ADMIN_BOOTSTRAP_TOKEN"), told);
    assertEquals(1, told.lines().count(), told);
    return told;
  }
}
