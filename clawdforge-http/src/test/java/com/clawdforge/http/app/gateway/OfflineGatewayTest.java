package com.clawdforge.http.app.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OfflineGatewayTest {
  @TempDir private Path temp;

  @Test
  void nothing_stays_when_the_model_does_not_start() throws Exception {
    Path folder = Files.createDirectory(temp.resolve("offline"));
    UncheckedIOException noPort = new UncheckedIOException(new IOException("no free port"));

    assertEquals(
        noPort,
        assertThrows(
            UncheckedIOException.class,
            () ->
                OfflineGateway.start(
                    folder,
                    () -> {
                      throw noPort;
                    },
                    Map.of())));

    assertFalse(Files.exists(folder));
  }
}
