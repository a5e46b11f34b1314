package com.clawdforge.sqlite;

import com.clawdforge.core.agent.AgentDetails;
import com.clawdforge.core.agent.ProviderLimit;
import com.clawdforge.core.agent.ProviderRetry;
import com.clawdforge.core.agent.RetryAdvice;
import com.clawdforge.core.agent.Usage;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * An agent's details and its advice on a retry as the text of a column: JSON, null for nothing.
 * Reading ignores members that it does not know, and takes those that are missing for nothing; a
 * text that is not JSON counts as nothing too, because a run must be readable without its details.
 * Times are milliseconds since 1970.
 */
final class DetailsJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private DetailsJson() {}

  static @Nullable String of(AgentDetails details) {
    ObjectNode json = MAPPER.createObjectNode();
    addAll(json, "retries", details.retries(), DetailsJson::retry);
    addAll(json, "warnings", details.warnings(), MAPPER.getNodeFactory()::textNode);
    addAll(json, "models", details.models(), DetailsJson::model);
    add(json, "terminal_reason", details.terminalReason());
    addAll(json, "limits", details.limits(), DetailsJson::limit);
    add(json, "credential_expires_at", details.credentialExpiresAt());
    return json.isEmpty() ? null : json.toString();
  }

  static AgentDetails details(@Nullable String text) {
    JsonNode json = parse(text);
    return json.isEmpty()
        ? AgentDetails.NONE
        : new AgentDetails(
            list(json, "retries", DetailsJson::retry),
            list(json, "warnings", JsonNode::asText),
            list(json, "models", DetailsJson::model),
            text(json, "terminal_reason"),
            list(json, "limits", DetailsJson::limit),
            time(json, "credential_expires_at"));
  }

  static @Nullable String of(RetryAdvice retry) {
    ObjectNode json = MAPPER.createObjectNode();
    add(json, "not_before", retry.notBefore());
    add(json, "limit", retry.limit());
    if (retry.acted()) {
      json.put("acted", true);
    }
    return json.isEmpty() ? null : json.toString();
  }

  static RetryAdvice advice(@Nullable String text) {
    JsonNode json = parse(text);
    return new RetryAdvice(
        time(json, "not_before"), text(json, "limit"), json.path("acted").asBoolean());
  }

  private static JsonNode parse(@Nullable String text) {
    if (text == null) {
      return MissingNode.getInstance();
    }
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException unreadable) {
      return MissingNode.getInstance();
    }
  }

  private static ObjectNode retry(ProviderRetry retry) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("status", retry.status());
    add(json, "error", retry.error());
    json.put("delay_ms", retry.delay().toMillis());
    return json;
  }

  private static ProviderRetry retry(JsonNode json) {
    return new ProviderRetry(
        json.path("status").asInt(),
        text(json, "error"),
        Duration.ofMillis(json.path("delay_ms").asLong()));
  }

  private static ObjectNode model(AgentDetails.ModelUse use) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("model", use.model());
    json.put("input_tokens", use.usage().inputTokens());
    json.put("output_tokens", use.usage().outputTokens());
    json.put("cache_read_tokens", use.usage().cacheReadInputTokens());
    json.put("cache_write_tokens", use.usage().cacheCreationInputTokens());
    if (use.costUsd() != null) {
      json.put("cost_usd", use.costUsd());
    }
    return json;
  }

  private static AgentDetails.ModelUse model(JsonNode json) {
    @Nullable BigDecimal cost =
        json.path("cost_usd").isNumber() ? json.path("cost_usd").decimalValue() : null;
    return new AgentDetails.ModelUse(
        json.path("model").asText(),
        new Usage(
            json.path("input_tokens").asLong(),
            json.path("output_tokens").asLong(),
            json.path("cache_read_tokens").asLong(),
            json.path("cache_write_tokens").asLong()),
        cost);
  }

  private static ObjectNode limit(ProviderLimit limit) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("window", limit.window());
    json.put("status", limit.status());
    if (limit.utilization() != null) {
      json.put("utilization", limit.utilization());
    }
    add(json, "resets_at", limit.resetsAt());
    return json;
  }

  private static ProviderLimit limit(JsonNode json) {
    @Nullable Double utilization =
        json.path("utilization").isNumber() ? json.path("utilization").doubleValue() : null;
    return new ProviderLimit(
        json.path("window").asText(),
        json.path("status").asText(),
        utilization,
        time(json, "resets_at"));
  }

  private static void add(ObjectNode json, String name, @Nullable String value) {
    if (value != null) {
      json.put(name, value);
    }
  }

  private static void add(ObjectNode json, String name, @Nullable Instant value) {
    if (value != null) {
      json.put(name, value.toEpochMilli());
    }
  }

  private static <T> void addAll(
      ObjectNode json, String name, List<T> values, Function<T, ? extends JsonNode> write) {
    if (!values.isEmpty()) {
      ArrayNode array = json.putArray(name);
      values.forEach(value -> array.add(write.apply(value)));
    }
  }

  private static @Nullable String text(JsonNode json, String name) {
    return json.path(name).textValue();
  }

  private static @Nullable Instant time(JsonNode json, String name) {
    return json.path(name).isIntegralNumber()
        ? Instant.ofEpochMilli(json.path(name).longValue())
        : null;
  }

  private static <T> List<T> list(JsonNode json, String name, Function<JsonNode, T> read) {
    return StreamSupport.stream(json.path(name).spliterator(), false).map(read).toList();
  }
}
