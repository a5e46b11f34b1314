package com.clawdforge.http.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecretsTest {
  @TempDir Path temp;

  @Test
  void the_administrators_secret_is_masked_also_when_a_file_holds_it() throws Exception {
    Path file =
        Files.writeString(temp.resolve("admin-token"), "thirty-two-letters-of-a-secret!!\n");

    assertEquals(
        "id ***",
        Secrets.mask(Map.of("ADMIN_BOOTSTRAP_TOKEN_FILE", file.toString()))
            .apply("id thirty-two-letters-of-a-secret!!"));
  }

  @Test
  void a_secret_in_both_places_is_masked_though_the_start_will_be_refused() {
    Map<String, String> both =
        Map.of(
            "ADMIN_BOOTSTRAP_TOKEN",
            "thirty-two-letters-of-a-secret!!",
            "ADMIN_BOOTSTRAP_TOKEN_FILE",
            "/nowhere");

    assertEquals("id ***", Secrets.mask(both).apply("id thirty-two-letters-of-a-secret!!"));
  }

  @Test
  void each_header_for_the_collector_is_masked_by_itself() {
    Map<String, String> headers =
        Map.of("OTEL_EXPORTER_OTLP_HEADERS", "x-key=collector-secret, team=fourteen-apes");

    assertEquals(
        "401 with x-key: ***", Secrets.mask(headers).apply("401 with x-key: collector-secret"));
  }
}
