package com.clawdforge.http.app.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Arguments of the client commands, checked before anything is sent. */
final class CommandInput {
  static final long MOST_SECONDS = 3600;
  private static final JsonMapper JSON = new JsonMapper();

  private CommandInput() {}

  /** The argument itself, or standard input if it is a dash. */
  static String prompt(String given) throws IOException {
    return given.equals("-") ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : given;
  }

  static Duration timeout(long seconds, CommandSpec spec) {
    if (seconds < 1 || seconds > MOST_SECONDS) {
      throw new ParameterException(
          spec.commandLine(), "--timeout must be from 1 to " + MOST_SECONDS);
    }
    return Duration.ofSeconds(seconds);
  }

  static Path readable(Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new CommandFailed("cannot read " + file, null);
    }
    return file;
  }

  static JsonNode json(Path file) throws IOException {
    try {
      return JSON.readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new CommandFailed(file + " is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Parses the value of an option as a JSON object. */
  static ObjectNode object(String option, String text) {
    try {
      if (JSON.readTree(text) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new CommandFailed(option + " is not JSON: " + e.getOriginalMessage(), e);
    }
    throw new CommandFailed(option + " must be a JSON object, such as {\"project\":\"x\"}", null);
  }
}
