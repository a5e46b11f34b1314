package com.clawdforge.acpx.protocol;

import com.clawdforge.core.agent.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The members of an Agent Client Protocol message that a turn needs. Missing members are null.
 *
 * @param id the JSON-RPC id as text
 * @param conversation {@code params.sessionId}
 * @param update {@code params.update}
 * @param asWritten the agent's own text of a message that our shim has changed
 * @param error set in an error response
 */
public record AcpMessage(
    @Nullable String id,
    @Nullable String method,
    @Nullable String conversation,
    Update update,
    @Nullable String asWritten,
    @Nullable Result result,
    @Nullable Failure error) {

  /**
   * A session update.
   *
   * @param kind {@code sessionUpdate}
   * @param text {@code content.text}
   * @param costUsd {@code cost.amount}
   * @param mode {@code currentModeId}
   * @param title {@code title} of the session, or of a tool call
   * @param provider {@code _meta.codex}
   */
  public record Update(
      @Nullable String kind,
      @Nullable String text,
      @Nullable String messageId,
      @Nullable BigDecimal costUsd,
      @Nullable String mode,
      @Nullable String title,
      @Nullable ProviderNote provider) {}

  /**
   * What codex reports of its requests to the provider.
   *
   * @param status of the conversation, such as {@code systemError}
   * @param error a request that failed, or null
   */
  public record ProviderNote(@Nullable String status, @Nullable ProviderError error) {}

  /**
   * The response to a request.
   *
   * @param permission whether the request asked for permission
   */
  public record Result(@Nullable String stopReason, @Nullable Usage usage, boolean permission) {
    private static final String CANCELLED = "cancelled";

    /** The result of a prompt that was cancelled, of which no more is known. */
    public static Result cancelled() {
      return new Result(CANCELLED, null, false);
    }

    public boolean isCancelled() {
      return CANCELLED.equals(stopReason);
    }
  }

  /**
   * An error response.
   *
   * @param kind the agent's name for the error
   * @param details the agent's own text
   * @param acpxCode set if the error comes from acpx itself, not from the agent
   * @param provider set if codex says that the provider gave no answer
   */
  public record Failure(
      int code,
      String message,
      @Nullable String kind,
      @Nullable String details,
      @Nullable String acpxCode,
      @Nullable ProviderError provider) {
    /** All text of it that may say what went wrong. */
    public String words() {
      return message + " " + details + " " + acpxCode;
    }
  }

  /** The same without {@link #asWritten}, for messages that no shim has changed. */
  public AcpMessage unchanged() {
    return new AcpMessage(id, method, conversation, update, null, result, error);
  }

  /** A response that never came, with the reason. */
  public static AcpMessage failed(Failure failure) {
    Update none = new Update(null, null, null, null, null, null, null);
    return new AcpMessage(null, null, null, none, null, null, failure);
  }

  /** Reads a line; empty if it is not a JSON object, is truncated, or has trailing content. */
  public static Optional<AcpMessage> read(byte[] line) {
    return JsonLine.read(line, json -> new Reader(json).read());
  }

  /** Collects the members of one line. */
  private static final class Reader {
    private static final String UPDATE = "params.update.";
    private static final String CODEX = UPDATE + "_meta.codex";

    private final JsonLine json;
    private final FailureReader failure;
    private final ProviderError.Reader provider;
    private @Nullable String id;
    private @Nullable String method;
    private @Nullable String conversation;
    private @Nullable String asWritten;
    private @Nullable String kind;
    private @Nullable String text;
    private @Nullable String messageId;
    private @Nullable BigDecimal costUsd;
    private @Nullable String mode;
    private @Nullable String title;
    private boolean codex;
    private @Nullable String status;
    private boolean result;
    private @Nullable String stopReason;
    private boolean permission;
    private boolean usage;
    private long input;
    private long output;
    private long cacheRead;
    private long cacheWrite;

    private Reader(JsonLine json) {
      this.json = json;
      this.failure = new FailureReader(json);
      this.provider = new ProviderError.Reader(json, CODEX + ".error");
    }

    private AcpMessage read() throws IOException {
      for (String path = json.next(); path != null; path = json.next()) {
        if (path.startsWith(CODEX)) {
          readCodex(path);
        } else if (path.startsWith(UPDATE)) {
          readUpdate(path, path.substring(UPDATE.length()));
        } else if (path.startsWith("result")) {
          readResult(path);
        } else if (path.startsWith("error")) {
          failure.read(path);
        } else {
          readMember(path);
        }
      }
      return new AcpMessage(
          id, method, conversation, update(), asWritten, result(), failure.failure());
    }

    private void readMember(String path) throws IOException {
      switch (path) {
        case "id" -> id = json.text();
        case "method" -> method = json.text();
        case "params", "params._meta", "params.update" -> json.enter(path);
        case "params.sessionId" -> conversation = json.text();
        case "params._meta.clawdforge/asWritten" -> asWritten = json.text();
        default -> {}
      }
    }

    private void readUpdate(String path, String member) throws IOException {
      switch (member) {
        case "_meta", "content", "cost" -> json.enter(path);
        case "sessionUpdate" -> kind = json.text();
        case "messageId" -> messageId = json.text();
        case "currentModeId" -> mode = json.text();
        case "title" -> title = json.text();
        case "content.text" -> text = json.text();
        case "cost.amount" -> costUsd = json.money();
        default -> {}
      }
    }

    private void readCodex(String path) throws IOException {
      switch (path) {
        case CODEX -> {
          codex = true;
          json.enter(path);
        }
        case CODEX + ".threadStatus", CODEX + ".error" -> json.enter(path);
        case CODEX + ".threadStatus.type" -> status = json.text();
        default -> provider.read(path);
      }
    }

    private void readResult(String path) throws IOException {
      switch (path) {
        case "result" -> {
          result = true;
          json.enter(path);
        }
        case "result.stopReason" -> stopReason = json.text();
        case "result.outcome" -> permission = true;
        case "result.usage" -> usage = json.enter(path);
        case "result.usage.inputTokens" -> input = json.number(0);
        case "result.usage.outputTokens" -> output = json.number(0);
        case "result.usage.cachedReadTokens" -> cacheRead = json.number(0);
        case "result.usage.cachedWriteTokens" -> cacheWrite = json.number(0);
        default -> {}
      }
    }

    private Update update() {
      return new Update(
          kind,
          text,
          messageId,
          costUsd,
          mode,
          title,
          codex ? new ProviderNote(status, provider.error().orElse(null)) : null);
    }

    private @Nullable Result result() {
      Usage used = usage ? new Usage(input, output, cacheRead, cacheWrite) : null;
      return result ? new Result(stopReason, used, permission) : null;
    }
  }

  /** Collects the members of an error response. */
  static final class FailureReader {
    private final JsonLine json;
    private final ProviderError.Reader provider;
    private boolean failed;
    private int code;
    private @Nullable String message;
    private @Nullable String kind;
    private @Nullable String details;
    private @Nullable String acpxCode;

    FailureReader(JsonLine json) {
      this.json = json;
      this.provider = new ProviderError.Reader(json, "error.data");
    }

    void read(String path) throws IOException {
      switch (path) {
        case "error" -> {
          failed = true;
          json.enter(path);
        }
        case "error.data" -> json.enter(path);
        case "error.code" -> code = (int) json.number(0);
        case "error.message" -> message = json.text();
        case "error.data.errorKind" -> kind = json.text();
        case "error.data.details" -> details = json.text();
        case "error.data.acpxCode" -> acpxCode = json.text();
        default -> provider.read(path);
      }
    }

    @Nullable Failure failure() {
      return failed
          ? new Failure(
              code,
              message == null ? "" : message,
              kind,
              details,
              acpxCode,
              provider.told() ? provider.error().orElse(null) : null)
          : null;
    }
  }
}
