package com.clawdforge.acpx.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreeMemoryTest {
  @TempDir Path temp;

  @Test
  void what_the_system_counts_as_available_is_free() throws Exception {
    system();

    assertEquals(3L << 30, new FreeMemory(temp, temp.resolve("none")).bytes());
  }

  @Test
  void a_containers_limit_leaves_what_is_not_used_or_only_cached() throws Exception {
    system();
    Files.writeString(temp.resolve("memory.max"), "2000000000\n");
    Files.writeString(temp.resolve("memory.current"), "1500000000\n");
    Files.writeString(temp.resolve("memory.stat"), "anon 1\ninactive_file 300000000\n");

    assertEquals(800_000_000, new FreeMemory(temp, temp).bytes());
  }

  @Test
  void a_container_without_a_limit_has_what_the_system_has() throws Exception {
    system();
    Files.writeString(temp.resolve("memory.max"), "max\n");
    Files.writeString(temp.resolve("memory.current"), "1500000000\n");

    assertEquals(3L << 30, new FreeMemory(temp, temp).bytes());
  }

  @Test
  void what_cannot_be_found_out_is_enough() {
    assertEquals(Long.MAX_VALUE, new FreeMemory(temp, temp).bytes());
  }

  private void system() throws Exception {
    Files.writeString(
        temp.resolve("meminfo"), "MemTotal:  8000000 kB\nMemAvailable:   3145728 kB\n");
  }
}
