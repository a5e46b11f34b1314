package com.clawdforge.acpx.protocol;

import com.clawdforge.core.agent.Usage;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message of the Agent Client Protocol, read only as far as it matters. What is missing is null.
 *
 * @param id the JSON-RPC id as text
 * @param conversation {@code params.sessionId}
 * @param update {@code params.update.sessionUpdate}
 * @param text {@code params.update.content.text}
 * @param asWritten what our shim has changed, as the agent wrote it
 * @param messageId {@code params.update.messageId}
 * @param costUsd {@code params.update.cost.amount}
 * @param codex {@code params.update._meta.codex}
 * @param error not null in an error's answer
 * @param action what acpx says it has done, in a line that is none of the protocol
 */
public record AcpLine(
    @Nullable String id,
    @Nullable String method,
    @Nullable String conversation,
    @Nullable String update,
    @Nullable String text,
    @Nullable String asWritten,
    @Nullable String messageId,
    @Nullable BigDecimal costUsd,
    @Nullable CodexNote codex,
    @Nullable Result result,
    @Nullable Failure error,
    @Nullable String action,
    @Nullable String recordId,
    boolean cancelled) {
  /**
   * The answer to a request.
   *
   * @param permission whether it answers a request for permission
   */
  public record Result(@Nullable String stopReason, @Nullable Usage usage, boolean permission) {}

  /**
   * A request's failure.
   *
   * @param kind the agent's word for what went wrong
   * @param details of the agent
   * @param acpxCode set when acpx itself says this, and not the agent
   */
  public record Failure(
      int code,
      String message,
      @Nullable String kind,
      @Nullable String details,
      @Nullable String acpxCode) {}

  /**
   * What codex tells of its dealings with the provider.
   *
   * @param status of the conversation, {@code systemError} for one
   * @param error words, or null if it tells of none
   * @param loginRefused whether that was the login
   */
  public record CodexNote(@Nullable String status, @Nullable String error, boolean loginRefused) {}

  /**
   * For lines that are bounded where they are read: within that a string and a name may be as long
   * as they like. What is nested a thousand deep is no message: few who get it could read it.
   */
  public static JsonFactory factory() {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxStringLength(Integer.MAX_VALUE)
                .maxNameLength(Integer.MAX_VALUE)
                .build())
        .build();
  }

  /** Reads a line; empty if it is not a JSON object, is cut off, or has more behind it. */
  public static Optional<AcpLine> read(byte[] line, JsonFactory json) {
    try (JsonParser parser = json.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      AcpLine read = new Reader(parser).read();
      // It is handed on within other JSON, which this would break.
      return parser.nextToken() == null ? Optional.of(read) : Optional.empty();
    } catch (IOException notJson) {
      return Optional.empty();
    }
  }

  /** Collects the members of one line. */
  static final class Reader {
    private final JsonParser parser;
    private @Nullable String id;
    private @Nullable String method;
    private @Nullable String conversation;
    private @Nullable String update;
    private @Nullable String text;
    private @Nullable String asWritten;
    private @Nullable String messageId;
    private @Nullable BigDecimal costUsd;
    private @Nullable CodexNote codex;
    private @Nullable Result result;
    private @Nullable Failure error;
    private @Nullable String action;
    private @Nullable String recordId;
    private boolean cancelled;

    private Reader(JsonParser parser) {
      this.parser = parser;
    }

    private interface Value {
      void read() throws IOException;
    }

    private void only(String name, String wanted, Value value) throws IOException {
      if (name.equals(wanted)) {
        value.read();
      } else {
        parser.skipChildren();
      }
    }

    private interface Member {
      void read(String name) throws IOException;
    }

    private AcpLine read() throws IOException {
      members(this::readMember);
      return new AcpLine(
          id,
          method,
          conversation,
          update,
          text,
          asWritten,
          messageId,
          costUsd,
          codex,
          result,
          error,
          action,
          recordId,
          cancelled);
    }

    private void readMember(String name) throws IOException {
      switch (name) {
        case "id" -> id = scalar();
        case "method" -> method = scalar();
        case "params" -> object(this::readParams);
        case "result" -> readResult();
        case "error" -> readError();
        case "action" -> action = scalar();
        case "acpxRecordId" -> recordId = scalar();
        case "cancelled" -> cancelled = parser.getValueAsBoolean();
        default -> parser.skipChildren();
      }
    }

    private void readParams(String name) throws IOException {
      switch (name) {
        case "sessionId" -> conversation = scalar();
        case "update" -> object(this::readUpdate);
        case "_meta" ->
            object(
                inner -> {
                  if (inner.equals("clawdforge/asWritten")) {
                    asWritten = scalar();
                  } else {
                    parser.skipChildren();
                  }
                });
        default -> parser.skipChildren();
      }
    }

    private void readUpdate(String name) throws IOException {
      switch (name) {
        case "sessionUpdate" -> update = scalar();
        case "messageId" -> messageId = scalar();
        case "_meta" -> object(inner -> only(inner, "codex", this::readCodex));
        case "content" -> object(inner -> only(inner, "text", () -> text = scalar()));
        case "cost" ->
            object(
                inner -> {
                  if (inner.equals("amount") && parser.currentToken().isNumeric()) {
                    costUsd = Money.of(parser.getText()).orElse(costUsd);
                  } else {
                    parser.skipChildren();
                  }
                });
        default -> parser.skipChildren();
      }
    }

    private void readCodex() throws IOException {
      @Nullable String[] said = new @Nullable String[3];
      boolean[] refused = new boolean[1];
      object(
          name -> {
            switch (name) {
              case "threadStatus" -> object(inner -> only(inner, "type", () -> said[0] = scalar()));
              case "error" ->
                  object(
                      inner -> {
                        switch (inner) {
                          case "message" -> said[1] = scalar();
                          case "additionalDetails" -> said[2] = scalar();
                          case "codexErrorInfo" -> refused[0] = refusesLogin();
                          default -> parser.skipChildren();
                        }
                      });
              default -> parser.skipChildren();
            }
          });
      codex = new CodexNote(said[0], said[2] == null ? said[1] : said[2], refused[0]);
    }

    // A word, or an object of one member that is named by a word and may have the HTTP status.
    private boolean refusesLogin() throws IOException {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        return "unauthorized".equals(scalar());
      }
      int[] status = new int[1];
      members(
          kind ->
              object(
                  inner ->
                      only(inner, "httpStatusCode", () -> status[0] = parser.getValueAsInt())));
      return status[0] == 401 || status[0] == 403;
    }

    private void readResult() throws IOException {
      @Nullable String[] stopReason = new @Nullable String[1];
      @Nullable Usage[] usage = new @Nullable Usage[1];
      boolean[] permission = new boolean[1];
      object(
          name -> {
            switch (name) {
              case "stopReason" -> stopReason[0] = scalar();
              case "usage" -> usage[0] = usage();
              case "outcome" -> {
                permission[0] = true;
                parser.skipChildren();
              }
              default -> parser.skipChildren();
            }
          });
      result = new Result(stopReason[0], usage[0], permission[0]);
    }

    private @Nullable Usage usage() throws IOException {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        parser.skipChildren();
        return null;
      }
      long[] tokens = new long[4];
      members(
          name -> {
            switch (name) {
              case "inputTokens" -> tokens[0] = parser.getValueAsLong();
              case "outputTokens" -> tokens[1] = parser.getValueAsLong();
              case "cachedReadTokens" -> tokens[2] = parser.getValueAsLong();
              case "cachedWriteTokens" -> tokens[3] = parser.getValueAsLong();
              default -> parser.skipChildren();
            }
          });
      return new Usage(tokens[0], tokens[1], tokens[2], tokens[3]);
    }

    private void readError() throws IOException {
      int[] code = new int[1];
      @Nullable String[] said = new @Nullable String[4];
      object(
          name -> {
            switch (name) {
              case "code" -> code[0] = parser.getValueAsInt();
              case "message" -> said[0] = scalar();
              case "data" ->
                  object(
                      inner -> {
                        switch (inner) {
                          case "errorKind" -> said[1] = scalar();
                          case "details" -> said[2] = scalar();
                          case "acpxCode" -> said[3] = scalar();
                          default -> parser.skipChildren();
                        }
                      });
              default -> parser.skipChildren();
            }
          });
      error = new Failure(code[0], said[0] == null ? "" : said[0], said[1], said[2], said[3]);
    }

    private void object(Member member) throws IOException {
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        members(member);
      } else {
        parser.skipChildren();
      }
    }

    private void members(Member member) throws IOException {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        member.read(name);
      }
    }

    private @Nullable String scalar() throws IOException {
      JsonToken token = parser.currentToken();
      if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
        return parser.getText();
      }
      parser.skipChildren();
      return null;
    }
  }
}
