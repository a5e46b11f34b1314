package com.clawdforge.http.app.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.File;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class StandardInputTest {
  @TempDir private Path folder;

  @Test
  void a_pipe_and_a_new_file_have_data_and_nothing_else_does() throws Exception {
    Path file = Files.writeString(folder.resolve("lines"), "one\ntwo\n");

    assertEquals("PIPE", kind("cat " + file + " | %s"));
    assertEquals("FILE", kind("%s < " + file));
    assertEquals("OTHER", kind("%s < /dev/null"));
    // What a loop over the lines of a file leaves to the commands in it.
    assertEquals("OTHER", kind("{ read line; %s; } < " + file));
    assertEquals("OTHER", kind("%s <&-"));
  }

  @Test
  void a_pipe_that_stays_silent_is_given_up() throws Exception {
    try (PipedOutputStream silent = new PipedOutputStream();
        PipedInputStream pipe = new PipedInputStream(silent)) {
      assertNull(
          StandardInput.of(StandardInput.Kind.PIPE, pipe, Duration.ofMillis(20)).textIfAny());
    }
  }

  @Test
  void a_pipe_that_has_begun_is_read_to_its_end() throws Exception {
    try (PipedInputStream pipe = new PipedInputStream();
        PipedOutputStream writer = new PipedOutputStream(pipe)) {
      writer.write("be".getBytes(StandardCharsets.UTF_8));
      Thread rest =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (writer) {
                      writer.write("gun".getBytes(StandardCharsets.UTF_8));
                    } catch (IOException e) {
                      throw new IllegalStateException(e);
                    }
                  });

      assertEquals(
          "begun",
          StandardInput.of(StandardInput.Kind.PIPE, pipe, Duration.ofSeconds(20)).textIfAny());
      rest.join();
    }
  }

  /** Runs a line of the shell in which a JVM, in the place of %s, prints the kind of its input. */
  private static String kind(String line) throws Exception {
    String java =
        "'%s' -XX:TieredStopAtLevel=1 -cp '%s' '%s'"
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path").replace(File.pathSeparator, ":"),
                Printer.class.getName());
    Process shell =
        new ProcessBuilder(List.of("sh", "-c", line.formatted(java)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, shell.waitFor(), line);
    return printed.strip();
  }

  /** The program in the shell's lines. */
  static final class Printer {
    private Printer() {}

    public static void main(String[] args) {
      System.out.println(StandardInput.ofProcess().kind());
    }
  }
}
