package com.clawdforge.acpx.program;

import com.clawdforge.acpx.protocol.JsonLine;
import com.clawdforge.acpx.protocol.Money;
import com.clawdforge.core.agent.AgentDetails;
import com.clawdforge.core.agent.ProviderLimit;
import com.clawdforge.core.agent.ProviderRetry;
import com.clawdforge.core.agent.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message of the CLI, reduced to what a run or a turn needs (agent-facts.md, section 2). A run
 * reads them as lines of stream-json; in a session the adapter passes some of them on to its
 * client.
 */
public sealed interface ClaudeLine {
  /** Of the notifications by which the adapter passes on the CLI's own messages. */
  String PASSED_ON = "_claude/sdkMessage";

  /** The work begins; the model has the provider's id. */
  record Init(@Nullable String model) implements ClaudeLine {}

  /** The provider refused or failed, and the CLI will try again after the delay. */
  record Retry(ProviderRetry retry) implements ClaudeLine {}

  /** What the provider says of a limit of the account. */
  record Limit(ProviderLimit limit) implements ClaudeLine {}

  /**
   * Part of the control protocol between the CLI and us, not of its output.
   *
   * @param refused whether the CLI has not done what we asked for
   */
  record Control(boolean refused) implements ClaudeLine {}

  /**
   * A message of the model: from here on tools may run.
   *
   * @param error the kind of error that the CLI tells of in the model's place, or null
   */
  record Assistant(@Nullable String error) implements ClaudeLine {}

  /** The CLI could not write down the conversation; the code is the system's, such as ENOSPC. */
  record WritesLost(String code) implements ClaudeLine {}

  /** The model has refused a message; its id is that of the entry in the conversation. */
  record Refusal(String messageId) implements ClaudeLine {}

  /** Any other message. */
  record Other() implements ClaudeLine {}

  /**
   * The end of the work.
   *
   * @param apiStatus the HTTP status of the provider's error; 0 for none
   * @param apiError the CLI's name of an error that has no status, or null
   * @param structured the original JSON text
   * @param errors the reasons, for ends that the provider did not cause
   * @param terminalReason the CLI's word for why it stopped, or null
   * @param startupFailure the CLI's name of the reason why it could not start, or null
   * @param queuedTurns how many results will follow
   * @param index of the process's results, or -1 if it does not count them
   * @param models what each model used since the result before, if the CLI tells
   * @param credentialExpiresAt when the login expires, or null
   */
  record Result(
      String subtype,
      boolean error,
      int apiStatus,
      @Nullable String apiError,
      int turns,
      String text,
      @Nullable String stopReason,
      @Nullable BigDecimal costUsd,
      @Nullable Usage usage,
      @Nullable String structured,
      List<String> errors,
      @Nullable String terminalReason,
      @Nullable String startupFailure,
      int queuedTurns,
      int index,
      Optional<List<AgentDetails.ModelUse>> models,
      @Nullable Instant credentialExpiresAt)
      implements ClaudeLine {
    public Result {
      errors = List.copyOf(errors);
      models = models.map(List::copyOf);
    }

    /** Whether the model has answered, with a text or not. */
    public boolean succeeded() {
      return !error && subtype.equals("success");
    }

    /** This result with another text and usage. */
    public Result with(String otherText, @Nullable Usage otherUsage) {
      return new Result(
          subtype,
          error,
          apiStatus,
          apiError,
          turns,
          otherText,
          stopReason,
          costUsd,
          otherUsage,
          structured,
          errors,
          terminalReason,
          startupFailure,
          queuedTurns,
          index,
          models,
          credentialExpiresAt);
    }
  }

  /** Reads a line of stream-json; empty if it is not a JSON object, or is truncated. */
  static Optional<ClaudeLine> read(byte[] line) {
    return JsonLine.read(line, json -> new Reader(json, "").read());
  }

  /** Reads a notification {@link #PASSED_ON}. */
  static Optional<ClaudeLine> readPassedOn(byte[] line) {
    return JsonLine.read(line, json -> new Reader(json, "params.message.").read());
  }

  /** Collects the members of one message. */
  final class Reader {
    private static final String ANSWER = "control_response";
    private static final String MODELS = "modelUsage";
    private static final String MODELS_SINCE = "model_usage_since_last_result";
    private static final String LIMIT = "rate_limit_info";
    private static final long LATEST_SECOND = Instant.MAX.getEpochSecond();

    private final JsonLine json;
    private final String prefix;
    private final ModelUses uses = new ModelUses();
    private String type = "";
    private String subtype = "";
    private @Nullable String model;
    private @Nullable String errorWord;
    private String errorCode = "";
    private @Nullable String refusedMessage;
    private boolean refused;
    private int errorStatus;
    private long retryDelayMs;
    private boolean error;
    private int apiStatus;
    private @Nullable String apiError;
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
    private @Nullable String terminalReason;
    private @Nullable String startupFailure;
    private int queuedTurns;
    private int index = -1;
    private boolean hasModels;
    private @Nullable Instant credentialExpiresAt;
    private @Nullable String limitStatus;
    private @Nullable String limitWindow;
    private @Nullable Double utilization;
    private @Nullable Instant resetsAt;

    private Reader(JsonLine json, String prefix) {
      this.json = json;
      this.prefix = prefix;
    }

    private ClaudeLine read() throws IOException {
      for (String path = json.next(); path != null; path = json.next()) {
        if (prefix.startsWith(path + ".")) {
          json.enter(path);
        } else if (path.startsWith(prefix)) {
          String member = path.substring(prefix.length());
          readMember(path, member);
          if (member.equals("type") && isOfNoUse()) {
            // It is passed on, and has to be JSON to its end.
            json.skipRest();
            break;
          }
        }
      }
      return switch (type) {
        case "assistant" -> new Assistant(errorWord);
        case "result" -> result();
        case "system" -> system();
        case "rate_limit_event" -> limit();
        default -> type.startsWith("control_") ? new Control(refused) : new Other();
      };
    }

    // Most messages come with their type first, and nothing else of them is needed.
    private boolean isOfNoUse() {
      return switch (type) {
        case "assistant", "result", "system", "rate_limit_event", ANSWER -> false;
        default -> true;
      };
    }

    private ClaudeLine system() {
      return switch (subtype) {
        case "init" -> new Init(model);
        case "api_retry" ->
            new Retry(new ProviderRetry(errorStatus, errorWord, Duration.ofMillis(retryDelayMs)));
        case "model_refusal_no_fallback" ->
            refusedMessage == null ? new Other() : new Refusal(refusedMessage);
        case "session_writes_lost" -> new WritesLost(errorCode);
        default -> new Other();
      };
    }

    private ClaudeLine limit() {
      return limitStatus == null || limitWindow == null
          ? new Other()
          : new Limit(new ProviderLimit(limitWindow, limitStatus, utilization, resetsAt));
    }

    private Result result() {
      Usage used = usage ? new Usage(input, output, cacheRead, cacheCreation) : null;
      return new Result(
          subtype,
          error,
          apiStatus,
          apiError,
          turns,
          text,
          stopReason,
          costUsd,
          used,
          structured,
          errors,
          terminalReason,
          startupFailure,
          queuedTurns,
          index,
          hasModels ? Optional.of(uses.all()) : Optional.empty(),
          credentialExpiresAt);
    }

    private void readMember(String path, String member) throws IOException {
      switch (member) {
        case "type" -> type = Objects.requireNonNullElse(json.text(), "");
        case "subtype" -> subtype = Objects.requireNonNullElse(json.text(), "");
        case "model" -> model = json.text();
        case "error" -> errorWord = json.text();
        case "error_code" -> errorCode = Objects.requireNonNullElse(json.text(), "");
        case "refused_user_message_uuid" -> refusedMessage = json.text();
        case "error_status" -> errorStatus = (int) json.number(0);
        case "retry_delay_ms" -> retryDelayMs = json.number(0);
        case "response" -> {
          if (type.equals(ANSWER)) {
            json.enter(path);
          }
        }
        case "response.subtype" -> refused = "error".equals(json.text());
        case LIMIT -> json.enter(path);
        case MODELS_SINCE -> hasModels = json.enter(path);
        default -> {
          if (member.startsWith(LIMIT)) {
            readLimit(member.substring(LIMIT.length() + 1));
          } else if (member.startsWith(MODELS_SINCE)) {
            uses.read(json, path, prefix.length() + MODELS_SINCE.length() + 1);
          } else if (!member.startsWith(MODELS)) {
            readResult(path, member);
          }
        }
      }
    }

    private void readResult(String path, String member) throws IOException {
      switch (member) {
        case "is_error" -> error = json.flag();
        case "api_error_status" -> apiStatus = (int) json.number(0);
        case "api_error" -> apiError = json.text();
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
        case "startup_failure_reason" -> startupFailure = json.text();
        case "terminal_reason" -> terminalReason = json.text();
        case "queued_turn_count" -> queuedTurns = (int) json.number(0);
        case "result_index" -> index = (int) json.number(-1);
        case "credential_expires_at" -> credentialExpiresAt = written();
        default -> {}
      }
    }

    private void readLimit(String member) throws IOException {
      switch (member) {
        case "status" -> limitStatus = json.text();
        case "rateLimitType" -> limitWindow = json.text();
        case "utilization" -> utilization = json.decimal();
        case "resetsAt" -> resetsAt = seconds();
        default -> {}
      }
    }

    private @Nullable Instant seconds() throws IOException {
      long seconds = json.number(0);
      return seconds <= 0 || seconds > LATEST_SECOND ? null : Instant.ofEpochSecond(seconds);
    }

    private @Nullable Instant written() throws IOException {
      @Nullable String written = json.text();
      try {
        return written == null ? null : Instant.parse(written);
      } catch (DateTimeParseException noTime) {
        return null;
      }
    }

    private @Nullable BigDecimal cost() throws IOException {
      @Nullable BigDecimal cost = json.money();
      return cost == null ? null : Money.rounded(cost);
    }
  }
}
