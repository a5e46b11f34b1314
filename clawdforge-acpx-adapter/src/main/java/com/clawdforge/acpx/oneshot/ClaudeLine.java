package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.protocol.JsonLine;
import com.clawdforge.acpx.protocol.Money;
import com.clawdforge.core.agent.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
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
    return JsonLine.read(line, json -> new Reader(json).read());
  }

  /** Collects the members of one line. */
  final class Reader {
    private final JsonLine json;
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
    private boolean usage;
    private long input;
    private long output;
    private long cacheRead;
    private long cacheCreation;
    private @Nullable String structured;
    private List<String> errors = List.of();

    private Reader(JsonLine json) {
      this.json = json;
    }

    private ClaudeLine read() throws IOException {
      for (String path = json.next(); path != null; path = json.next()) {
        readMember(path);
        // The type comes first; most lines need nothing else.
        if (path.equals("type") && !type.equals("result") && !type.equals("system")) {
          break;
        }
      }
      return switch (type) {
        case "assistant" -> new Assistant();
        case "result" -> result();
        case "system" -> system();
        default -> type.startsWith("control_") ? new Control() : new Other();
      };
    }

    private ClaudeLine system() {
      return switch (subtype) {
        case "init" -> new Init(model);
        case "api_retry" -> new Retry(errorStatus);
        default -> new Other();
      };
    }

    private Result result() {
      Usage used = usage ? new Usage(input, output, cacheRead, cacheCreation) : null;
      return new Result(
          subtype,
          error,
          apiStatus,
          turns,
          text,
          stopReason,
          costUsd,
          used,
          structured,
          List.copyOf(errors));
    }

    private void readMember(String path) throws IOException {
      switch (path) {
        case "type" -> type = Objects.requireNonNullElse(json.text(), "");
        case "subtype" -> subtype = Objects.requireNonNullElse(json.text(), "");
        case "model" -> model = json.text();
        case "error_status" -> errorStatus = (int) json.number(0);
        case "is_error" -> error = json.flag();
        case "api_error_status" -> apiStatus = (int) json.number(0);
        case "num_turns" -> turns = (int) json.number(-1);
        case "result" -> text = Objects.requireNonNullElse(json.text(), "");
        case "stop_reason" -> stopReason = json.text();
        case "total_cost_usd" -> costUsd = cost();
        case "usage" -> usage = json.enter(path);
        case "usage.input_tokens" -> input = json.number(0);
        case "usage.output_tokens" -> output = json.number(0);
        case "usage.cache_read_input_tokens" -> cacheRead = json.number(0);
        case "usage.cache_creation_input_tokens" -> cacheCreation = json.number(0);
        case "structured_output" -> structured = json.raw();
        case "errors" -> errors = json.texts();
        default -> {}
      }
    }

    private @Nullable BigDecimal cost() throws IOException {
      @Nullable BigDecimal cost = json.money();
      return cost == null ? null : Money.rounded(cost);
    }
  }
}
