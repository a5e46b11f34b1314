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
   * @param provider {@code _meta.codex}
   */
  public record Update(
      @Nullable String kind,
      @Nullable String text,
      @Nullable String messageId,
      @Nullable BigDecimal costUsd,
      @Nullable ProviderNote provider) {
    static final Update NONE = new Update(null, null, null, null, null);
  }

  /**
   * What codex reports of its requests to the provider.
   *
   * @param status of the conversation, such as {@code systemError}
   * @param error the error's text, or null if there was no error
   * @param loginRefused whether the provider refused the login
   */
  public record ProviderNote(
      @Nullable String status, @Nullable String error, boolean loginRefused) {}

  /**
   * The response to a request.
   *
   * @param permission whether the request asked for permission
   */
  public record Result(@Nullable String stopReason, @Nullable Usage usage, boolean permission) {}

  /**
   * An error response.
   *
   * @param kind the agent's name for the error
   * @param details the agent's own text
   * @param acpxCode set if the error comes from acpx itself, not from the agent
   */
  public record Failure(
      int code,
      String message,
      @Nullable String kind,
      @Nullable String details,
      @Nullable String acpxCode) {
    /** All text of it that may say what went wrong. */
    public String words() {
      return message + " " + details + " " + acpxCode;
    }
  }

  /** Reads a line; empty if it is not a JSON object, is truncated, or has trailing content. */
  public static Optional<AcpMessage> read(byte[] line) {
    return JsonLine.read(line, AcpMessage::read);
  }

  private static AcpMessage read(JsonLine json) throws IOException {
    @Nullable String id = null;
    @Nullable String method = null;
    Params params = Params.NONE;
    @Nullable Result result = null;
    @Nullable Failure error = null;
    while (json.next()) {
      switch (json.name()) {
        case "id" -> id = json.text();
        case "method" -> method = json.text();
        case "params" -> params = params(json);
        case "result" -> result = result(json);
        case "error" -> error = failure(json);
        default -> json.skip();
      }
    }
    return new AcpMessage(
        id, method, params.conversation, params.update, params.asWritten, result, error);
  }

  private record Params(@Nullable String conversation, Update update, @Nullable String asWritten) {
    private static final Params NONE = new Params(null, Update.NONE, null);
  }

  private static Params params(JsonLine json) throws IOException {
    @Nullable String conversation = null;
    Update update = Update.NONE;
    @Nullable String asWritten = null;
    for (boolean in = json.enter(); in && json.next(); ) {
      switch (json.name()) {
        case "sessionId" -> conversation = json.text();
        case "update" -> update = update(json);
        case "_meta" -> asWritten = json.textAt("clawdforge/asWritten");
        default -> json.skip();
      }
    }
    return new Params(conversation, update, asWritten);
  }

  private static Update update(JsonLine json) throws IOException {
    @Nullable String kind = null;
    @Nullable String text = null;
    @Nullable String messageId = null;
    @Nullable BigDecimal costUsd = null;
    @Nullable ProviderNote provider = null;
    for (boolean in = json.enter(); in && json.next(); ) {
      switch (json.name()) {
        case "sessionUpdate" -> kind = json.text();
        case "messageId" -> messageId = json.text();
        case "_meta" -> provider = json.at("codex", AcpMessage::providerNote);
        case "content" -> text = json.textAt("text");
        case "cost" -> costUsd = json.at("amount", AcpMessage::amount);
        default -> json.skip();
      }
    }
    return new Update(kind, text, messageId, costUsd, provider);
  }

  private static @Nullable BigDecimal amount(JsonLine json) throws IOException {
    boolean number = json.isNumber();
    @Nullable String text = json.text();
    return number && text != null ? Money.of(text).orElse(null) : null;
  }

  private static ProviderNote providerNote(JsonLine json) throws IOException {
    @Nullable String status = null;
    ProviderNote error = new ProviderNote(null, null, false);
    for (boolean in = json.enter(); in && json.next(); ) {
      switch (json.name()) {
        case "threadStatus" -> status = json.textAt("type");
        case "error" -> error = providerError(json);
        default -> json.skip();
      }
    }
    return new ProviderNote(status, error.error, error.loginRefused);
  }

  private static ProviderNote providerError(JsonLine json) throws IOException {
    @Nullable String message = null;
    @Nullable String details = null;
    boolean loginRefused = false;
    for (boolean in = json.enter(); in && json.next(); ) {
      switch (json.name()) {
        case "message" -> message = json.text();
        case "additionalDetails" -> details = json.text();
        case "codexErrorInfo" -> loginRefused = refusesLogin(json);
        default -> json.skip();
      }
    }
    return new ProviderNote(null, details == null ? message : details, loginRefused);
  }

  // Either a word, or an object with one member, which may contain the HTTP status.
  private static boolean refusesLogin(JsonLine json) throws IOException {
    if (!json.isObject()) {
      return "unauthorized".equals(json.text());
    }
    boolean refused = false;
    for (boolean in = json.enter(); in && json.next(); ) {
      @Nullable String status = json.textAt("httpStatusCode");
      refused |= "401".equals(status) || "403".equals(status);
    }
    return refused;
  }

  private static Result result(JsonLine json) throws IOException {
    @Nullable String stopReason = null;
    @Nullable Usage usage = null;
    boolean permission = false;
    for (boolean in = json.enter(); in && json.next(); ) {
      switch (json.name()) {
        case "stopReason" -> stopReason = json.text();
        case "usage" -> usage = usage(json);
        case "outcome" -> {
          permission = true;
          json.skip();
        }
        default -> json.skip();
      }
    }
    return new Result(stopReason, usage, permission);
  }

  private static @Nullable Usage usage(JsonLine json) throws IOException {
    if (!json.enter()) {
      return null;
    }
    long input = 0;
    long output = 0;
    long cacheRead = 0;
    long cacheWrite = 0;
    while (json.next()) {
      switch (json.name()) {
        case "inputTokens" -> input = json.number();
        case "outputTokens" -> output = json.number();
        case "cachedReadTokens" -> cacheRead = json.number();
        case "cachedWriteTokens" -> cacheWrite = json.number();
        default -> json.skip();
      }
    }
    return new Usage(input, output, cacheRead, cacheWrite);
  }

  static Failure failure(JsonLine json) throws IOException {
    int code = 0;
    @Nullable String message = null;
    ErrorData data = new ErrorData(null, null, null);
    for (boolean in = json.enter(); in && json.next(); ) {
      switch (json.name()) {
        case "code" -> code = (int) json.number();
        case "message" -> message = json.text();
        case "data" -> data = errorData(json);
        default -> json.skip();
      }
    }
    return new Failure(
        code, message == null ? "" : message, data.kind, data.details, data.acpxCode);
  }

  private record ErrorData(
      @Nullable String kind, @Nullable String details, @Nullable String acpxCode) {}

  private static ErrorData errorData(JsonLine json) throws IOException {
    @Nullable String kind = null;
    @Nullable String details = null;
    @Nullable String acpxCode = null;
    for (boolean in = json.enter(); in && json.next(); ) {
      switch (json.name()) {
        case "errorKind" -> kind = json.text();
        case "details" -> details = json.text();
        case "acpxCode" -> acpxCode = json.text();
        default -> json.skip();
      }
    }
    return new ErrorData(kind, details, acpxCode);
  }
}
