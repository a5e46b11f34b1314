package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.protocol.JsonLine;
import com.clawdforge.acpx.protocol.Money;
import com.clawdforge.core.agent.Usage;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A line of the CLI's stream-json, reduced to what a run needs (agent-facts.md, section 2). */
sealed interface ClaudeLine {
  /** The work begins; the model has the provider's id. */
  record Init(@Nullable String model) implements ClaudeLine {}

  /** The provider refused or failed, and the CLI will retry. */
  record Retry(int status) implements ClaudeLine {}

  /** Part of the control protocol between the CLI and us, not of its output. */
  record Control() implements ClaudeLine {}

  /** A message of the model: from here on tools may run. */
  record Assistant() implements ClaudeLine {}

  /** Any other line. */
  record Other() implements ClaudeLine {}

  /**
   * The end of the work.
   *
   * @param structured the original JSON text
   * @param errors the reasons, for ends that the provider did not cause
   */
  record Result(
      String subtype,
      boolean error,
      int apiStatus,
      int turns,
      String text,
      @Nullable String stopReason,
      @Nullable BigDecimal costUsd,
      @Nullable Usage usage,
      @Nullable String structured,
      List<String> errors)
      implements ClaudeLine {}

  /** Reads a line; empty if it is not a JSON object, or is truncated. */
  static Optional<ClaudeLine> read(byte[] line) {
    try (JsonParser parser = JsonLine.FACTORY.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      return Optional.of(new Reader(line, parser).read());
    } catch (IOException notJson) {
      return Optional.empty();
    }
  }

  /** Collects the members of one line. */
  final class Reader {
    private final byte[] line;
    private final JsonParser parser;
    private String type = "";
    private String subtype = "";
    private @Nullable String model;
    private int errorStatus;
    private boolean error;
    private int apiStatus;
    // Not reported: nothing can be concluded.
    private int turns = -1;
    private String text = "";
    private @Nullable String stopReason;
    private @Nullable BigDecimal costUsd;
    private @Nullable Usage usage;
    private @Nullable String structured;
    private final List<String> errors = new ArrayList<>();

    private Reader(byte[] line, JsonParser parser) {
      this.line = line;
      this.parser = parser;
    }

    private ClaudeLine read() throws IOException {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        readMember(name);
        // The type comes first; most lines need nothing else.
        if (name.equals("type") && !type.equals("result") && !type.equals("system")) {
          return ofType();
        }
      }
      return line();
    }

    private ClaudeLine ofType() {
      if (type.equals("assistant")) {
        return new Assistant();
      }
      return type.startsWith("control_") ? new Control() : new Other();
    }

    private ClaudeLine line() {
      return switch (type) {
        case "result" ->
            new Result(
                subtype,
                error,
                apiStatus,
                turns,
                text,
                stopReason,
                costUsd,
                usage,
                structured,
                List.copyOf(errors));
        case "system" ->
            switch (subtype) {
              case "init" -> new Init(model);
              case "api_retry" -> new Retry(errorStatus);
              default -> new Other();
            };
        default -> new Other();
      };
    }

    private void readMember(String name) throws IOException {
      switch (name) {
        case "type" -> type = string("");
        case "subtype" -> subtype = string("");
        case "model" -> model = nullableString();
        case "error_status" -> errorStatus = parser.getValueAsInt();
        case "is_error" -> error = parser.getValueAsBoolean();
        case "api_error_status" -> apiStatus = parser.getValueAsInt();
        case "num_turns" -> turns = parser.getValueAsInt(-1);
        case "result" -> text = string("");
        case "stop_reason" -> stopReason = nullableString();
        case "total_cost_usd" -> {
          if (parser.currentToken().isNumeric()) {
            costUsd = Money.rounded(parser.getDecimalValue());
          }
        }
        case "usage" -> readUsage();
        case "structured_output" -> structured = raw();
        case "errors" -> readErrors();
        default -> parser.skipChildren();
      }
    }

    private @Nullable String nullableString() throws IOException {
      if (parser.currentToken() == JsonToken.VALUE_STRING) {
        return parser.getText();
      }
      parser.skipChildren();
      return null;
    }

    private String string(String otherwise) throws IOException {
      String value = nullableString();
      return value == null ? otherwise : value;
    }

    // The original bytes: reading and writing numbers again could lose digits.
    private @Nullable String raw() throws IOException {
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        return null;
      }
      int start = (int) parser.currentTokenLocation().getByteOffset();
      parser.skipChildren();
      parser.finishToken();
      int end = (int) parser.currentLocation().getByteOffset();
      return new String(Arrays.copyOfRange(line, start, end), StandardCharsets.UTF_8);
    }

    private void readErrors() throws IOException {
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        parser.skipChildren();
        return;
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        errors.add(string(""));
      }
    }

    private void readUsage() throws IOException {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        parser.skipChildren();
        return;
      }
      long input = 0;
      long output = 0;
      long cacheRead = 0;
      long cacheCreation = 0;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        switch (name) {
          case "input_tokens" -> input = parser.getValueAsLong();
          case "output_tokens" -> output = parser.getValueAsLong();
          case "cache_read_input_tokens" -> cacheRead = parser.getValueAsLong();
          case "cache_creation_input_tokens" -> cacheCreation = parser.getValueAsLong();
          default -> parser.skipChildren();
        }
      }
      usage = new Usage(input, output, cacheRead, cacheCreation);
    }
  }
}
