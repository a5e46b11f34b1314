package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads messages of the Agent Client Protocol as events; others become {@code Other}. */
final class TurnMessage {
  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", Pattern.CASE_INSENSITIVE);

  private TurnMessage() {}

  static TurnEvent read(JsonNode raw) {
    JsonNode update = raw.at("/params/update");
    TurnEvent known;
    if (update.isObject()) {
      known = update(update, raw);
    } else if (raw.path("method").asText().equals("session/request_permission")) {
      known = request(raw);
    } else if (raw.path("method").asText().equals("_claude/sdkMessage")) {
      known = ofClaude(raw.at("/params/message"), raw);
    } else {
      known = answer(raw);
    }
    return known == null ? new TurnEvent.Other(raw) : known;
  }

  private static @Nullable TurnEvent update(JsonNode update, JsonNode raw) {
    return switch (update.path("sessionUpdate").asText()) {
      case "agent_message_chunk" -> {
        String text = Json.text(update.path("content"), "text");
        yield text == null ? null : said(text, Json.text(update, "messageId"), raw);
      }
      case "agent_thought_chunk" -> {
        String text = Json.text(update.path("content"), "text");
        yield text == null ? null : new TurnEvent.Thought(text, raw);
      }
      case "tool_call" -> {
        String id = Json.text(update, "toolCallId");
        yield id == null
            ? null
            : new TurnEvent.ToolCall(id, title(update), kind(update), status(update), raw);
      }
      case "tool_call_update" -> {
        String id = Json.text(update, "toolCallId");
        yield id == null
            ? null
            : new TurnEvent.ToolUpdate(id, title(update), kind(update), status(update), raw);
      }
      case "plan" -> new TurnEvent.Plan(entries(update.path("entries")), raw);
      case "usage_update" -> usage(update, raw);
      case "session_info_update" -> ofCodex(update.at("/_meta/codex/error"), raw);
      default -> null;
    };
  }

  // Claude Code gives its own remarks a UUID; the model's messages have the id of the model's API.
  private static TurnEvent said(String text, @Nullable String messageId, JsonNode raw) {
    return messageId != null && UUID.matcher(messageId).matches()
        ? new TurnEvent.Notice(text, raw)
        : new TurnEvent.Text(text, raw);
  }

  private static @Nullable TurnEvent ofClaude(JsonNode message, JsonNode raw) {
    return message.path("subtype").asText().equals("api_retry")
        ? new TurnEvent.Retry(status(Json.integer(message, "error_status")), raw)
        : null;
  }

  // The error's kind is a word, or an object with one member, which may have the status.
  private static @Nullable TurnEvent ofCodex(JsonNode error, JsonNode raw) {
    if (!error.path("willRetry").asBoolean()) {
      return null;
    }
    JsonNode status = error.path("codexErrorInfo").findPath("httpStatusCode");
    return new TurnEvent.Retry(status(status.isIntegralNumber() ? status.longValue() : null), raw);
  }

  private static @Nullable Integer status(@Nullable Long status) {
    return status == null || status < 100 || status > 999 ? null : (Integer) status.intValue();
  }

  private static @Nullable String title(JsonNode update) {
    return Json.text(update, "title");
  }

  private static @Nullable String kind(JsonNode update) {
    return Json.text(update, "kind");
  }

  private static @Nullable String status(JsonNode update) {
    return Json.text(update, "status");
  }

  private static List<TurnEvent.Plan.Entry> entries(JsonNode entries) {
    List<TurnEvent.Plan.Entry> all = new ArrayList<>();
    for (JsonNode entry : entries) {
      String content = Json.text(entry, "content");
      if (content != null) {
        all.add(new TurnEvent.Plan.Entry(content, Json.text(entry, "priority"), status(entry)));
      }
    }
    return List.copyOf(all);
  }

  private static @Nullable TurnEvent usage(JsonNode update, JsonNode raw) {
    Long used = Json.integer(update, "used");
    JsonNode cost = update.path("cost");
    boolean dollars = "USD".equals(Json.text(cost, "currency"));
    BigDecimal amount = dollars ? Json.decimal(cost, "amount") : null;
    return used == null && amount == null
        ? null
        : new TurnEvent.Usage(used, Json.integer(update, "size"), amount, raw);
  }

  private static TurnEvent request(JsonNode raw) {
    JsonNode call = raw.at("/params/toolCall");
    return new TurnEvent.Permission(
        raw.path("id").asText(), Json.text(call, "toolCallId"), kind(call), null, raw);
  }

  private static @Nullable TurnEvent answer(JsonNode raw) {
    JsonNode outcome = raw.at("/result/outcome");
    String word = Json.text(outcome, "outcome");
    String option = Json.text(outcome, "optionId");
    return word == null
        ? null
        : new TurnEvent.Permission(
            raw.path("id").asText(), null, null, option == null ? word : option, raw);
  }
}
