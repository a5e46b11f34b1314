package com.clawdforge.http.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the data is if nothing says where. Its tests are programs outside of any clone. */
@Timeout(60)
class DataFolderTest {
  @TempDir Path temp;

  /** Prints the data folder. */
  static final class Asked {
    private Asked() {}

    public static void main(String[] args) {
      System.out.print(GatewayConfig.from(System.getenv()).storage().dataDir());
    }
  }

  @Test
  void it_is_in_the_clone_whatever_the_current_directory_is() throws Exception {
    assertEquals("/a/clone/data", asked(Map.of("XDG_DATA_HOME", "/x"), "/a/clone"));
  }

  @ParameterizedTest
  @CsvSource({
    "/srv/xdg, /srv/xdg/clawdforge",
    "relative, /home/.local/share/clawdforge",
    ", /home/.local/share/clawdforge"
  })
  void without_a_clone_it_is_among_the_users_data(@Nullable String xdg, String folder)
      throws Exception {
    Map<String, String> environment = new HashMap<>(Map.of("HOME", "/home"));
    if (xdg != null) {
      environment.put("XDG_DATA_HOME", xdg);
    }

    assertEquals(folder, asked(environment, null));
  }

  @Test
  void the_setting_wins() throws Exception {
    assertEquals("/chosen", asked(Map.of("CLAWDFORGE_DATA_DIR", "/chosen"), "/a/clone"));
  }

  // The classes are copied to where no clone is around them.
  private String asked(Map<String, String> environment, @Nullable String clone) throws Exception {
    Path classes = temp.resolve("a/b/c/classes");
    copy(
        Path.of(GatewayConfig.class.getProtectionDomain().getCodeSource().getLocation().toURI()),
        classes);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (clone != null) {
      command.add("-Dclawdforge.clone=" + clone);
    }
    command.addAll(
        List.of(
            "-cp", classes + ":" + System.getProperty("java.class.path"), Asked.class.getName()));
    Path output = temp.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(temp.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertEquals(true, process.waitFor(50, TimeUnit.SECONDS), "it ends");
    return Files.readString(output);
  }

  private static void copy(Path from, Path to) throws Exception {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
