package com.clawdforge.http.app.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Arguments of the client commands, checked before anything is sent. */
public final class CommandInput {
  private static final long MOST_SECONDS = 3600;
  private static final Pattern TIME = Pattern.compile("(\\d{1,6})([smh]?)");
  private static final JsonMapper JSON = new JsonMapper();

  private CommandInput() {}

  /**
   * Reads a timeout such as {@code 90}, {@code 90s}, {@code 5m} or {@code 1h}.
   *
   * @throws ParameterException if it is not from a second to an hour
   */
  public static Duration timeout(String text, CommandSpec spec) {
    Matcher time = TIME.matcher(text.strip());
    if (time.matches()) {
      long number = Long.parseLong(time.group(1));
      long seconds =
          switch (time.group(2)) {
            case "h" -> TimeUnit.HOURS.toSeconds(number);
            case "m" -> TimeUnit.MINUTES.toSeconds(number);
            default -> number;
          };
      if (seconds >= 1 && seconds <= MOST_SECONDS) {
        return Duration.ofSeconds(seconds);
      }
    }
    throw new ParameterException(
        spec.commandLine(), "--timeout must be from 1s to 1h, such as 90, 90s or 5m");
  }

  /** Returns the file; throws {@link CommandFailed} if it cannot be read. */
  public static Path readable(Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw CommandFailed.misused("cannot read " + file, null);
    }
    return file;
  }

  static ObjectNode schema(Path file) throws IOException {
    try {
      // An empty file is no node at all.
      if (JSON.readTree(readable(file).toFile()) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw CommandFailed.misused(file + " is not JSON: " + e.getOriginalMessage(), e);
    }
    throw CommandFailed.misused(file + " has no JSON object; it must hold a JSON Schema", null);
  }

  /** Parses the value of an option as a JSON object. */
  public static ObjectNode object(String option, String text) {
    try {
      if (JSON.readTree(text) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw CommandFailed.misused(option + " is not JSON: " + e.getOriginalMessage(), e);
    }
    throw CommandFailed.misused(
        option + " must be a JSON object, such as {\"project\":\"x\"}", null);
  }
}
