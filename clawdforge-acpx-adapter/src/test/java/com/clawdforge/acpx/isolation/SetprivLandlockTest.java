package com.clawdforge.acpx.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SetprivLandlockTest {
  @TempDir Path temp;

  @Test
  void files_get_no_right_that_only_directories_have() throws Exception {
    Path file = Files.createFile(temp.resolve("file"));
    List<String> argv =
        SetprivLandlock.prefix(
            List.of(
                new Rule(file, Rule.Access.READ),
                new Rule(file, Rule.Access.CHANGE),
                new Rule(temp, Rule.Access.READ),
                new Rule(Path.of("/dev/null"), Rule.Access.DEVICE)));

    assertEquals("--", argv.getLast());
    assertTrue(argv.containsAll(List.of("--no-new-privs", "--landlock-access", "fs")));
    assertEquals(
        List.of(
            "path-beneath:execute,read-file:" + file,
            "path-beneath:execute,read-file,write-file,truncate:" + file,
            "path-beneath:execute,read-file,read-dir:" + temp,
            "path-beneath:read-file,write-file:/dev/null"),
        argv.stream().filter(word -> word.startsWith("path-beneath:")).toList());
  }

  @Test
  void a_directory_may_be_changed_but_for_devices() {
    List<String> argv = SetprivLandlock.prefix(List.of(new Rule(temp, Rule.Access.CHANGE)));
    String rule = argv.get(argv.size() - 2);
    for (String right : List.of("make-reg", "make-dir", "remove-file", "refer", "read-dir")) {
      assertTrue(rule.contains(right), rule);
    }
    assertTrue(!rule.contains("make-char") && !rule.contains("make-block"), rule);
  }
}
