package com.clawdforge.core.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** How a full disk is told from other failures of files. */
final class NoRoomTest {
  private static final Optional<String> GERMAN =
      Optional.of("Auf dem Gerät ist kein Speicherplatz mehr verfügbar");

  @TempDir private Path folder;

  @Test
  void a_full_disk_is_recognised_in_the_language_of_the_system() {
    IOException full = new FileSystemException("/data/a", null, GERMAN.orElseThrow());

    assertTrue(NoRoom.isIn(full, GERMAN));
    assertFalse(NoRoom.isIn(full, Optional.empty()));
    assertFalse(NoRoom.isIn(new IOException("Keine Berechtigung"), GERMAN));
    assertFalse(NoRoom.isIn(new IOException(), GERMAN));
  }

  @Test
  void english_is_recognised_whatever_the_language_is() {
    assertTrue(NoRoom.isIn(new IOException("No space left on device"), GERMAN));
    assertTrue(NoRoom.isIn(new IOException("/a: Disk quota exceeded"), Optional.empty()));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void the_system_itself_is_asked_for_its_words() {
    Path full = Path.of("/dev/full");
    IOException real = assertThrows(IOException.class, () -> Files.writeString(full, "x"));

    assertTrue(NoRoom.isIn(real, NoRoom.said(full)));
    assertEquals(
        real.getMessage(), NoRoom.said(full).orElseThrow(), "both are one word for one fault");
    assertTrue(NoRoom.isIn(real));
  }

  @Test
  void a_system_without_such_a_device_is_asked_nothing() throws Exception {
    Path missing = folder.resolve("full");
    Path file = Files.writeString(folder.resolve("file"), "kept");

    assertEquals(Optional.empty(), NoRoom.said(missing));
    assertEquals(Optional.empty(), NoRoom.said(file));
    assertFalse(Files.exists(missing));
    assertEquals("kept", Files.readString(file));
  }
}
