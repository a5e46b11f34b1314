package com.clawdforge.http.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes bodies of requests that are almost, or not at all, what is described. For one thread. */
final class FuzzedJson {
  private static final JsonMapper JSON = new JsonMapper();

  /** JSON texts of values that some parser, check or store could stumble over. */
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "\"\"",
          "\" \"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\udfff x\"",
          "\"\\u202e\\ufeff\"",
          "\"\ud83e\udd80\"",
          "\"../../../etc/passwd\"",
          "\"a/b\"",
          "\"'; DROP TABLE runs; --\"",
          "\"$(id)\"",
          "\"%s%n%x\"",
          "\"\\n\\r\\t\"",
          "-1",
          "0",
          "1",
          "-0.0",
          "1.5",
          "60.0",
          "1e2",
          "1e400",
          "1e-400",
          "1e999999999",
          "-1e999999999",
          "2147483648",
          "-2147483649",
          "9223372036854775808",
          "99999999999999999999999999",
          "[]",
          "{}",
          "[[]]",
          "[null]",
          "[\"\"]",
          "[\"a\",1]",
          "{\"\":\"\"}",
          "{\"a\":{\"b\":{}}}",
          "{\"default\":\"deny\"}",
          "{\"auto_approve\":[\"read\"],\"default\":\"deny\"}",
          "\"approve-all\"",
          "\"replace\"",
          "\"cancel\"",
          "\"high\"",
          "{\"type\":\"object\",\"$ref\":\"#\"}",
          "{\"$ref\":\"file:///etc/passwd\"}",
          "{\"type\":\"string\",\"pattern\":\"(\"}",
          "\"2026-01-01T00:00:00Z\"",
          "\"10.0.0.0/8\"",
          "[\"10.0.0.0/8\",\"::1\",\"x\"]",
          "[\"Read\"]",
          "[\"faulty\"]",
          "NaN",
          "Infinity",
          "+1",
          "01",
          ".5",
          "'x'",
          "undefined",
          "\"\\x\"",
          "\"\\u12\"",
          "\"\t\"");

  private final Random random;

  FuzzedJson(Random random) {
    this.random = random;
  }

  /** The body itself, or one that differs from it in a few places. */
  byte[] like(JsonNode example) {
    JsonNode body = example.deepCopy();
    for (int i = random.nextInt(4); i > 0; i--) {
      change(body);
    }
    String text = body.toString();
    return switch (random.nextInt(24)) {
      case 0 ->
          text.replaceFirst("\\{", "{\"prompt\":7,\"prompt\":\"x\",")
              .getBytes(StandardCharsets.UTF_8);
      case 1 -> deep(random.nextBoolean() ? '[' : '{', 1 << random.nextInt(17));
      case 2 -> text.getBytes(StandardCharsets.UTF_16);
      case 3 -> ("\ufeff" + text).getBytes(StandardCharsets.UTF_8);
      case 4 -> broken(text.getBytes(StandardCharsets.UTF_8));
      case 5 ->
          Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), random.nextInt(text.length() + 1));
      case 6 -> (text + text).getBytes(StandardCharsets.UTF_8);
      case 7 -> value().getBytes(StandardCharsets.UTF_8);
      case 8 -> noise(random.nextInt(3000));
      default -> text.getBytes(StandardCharsets.UTF_8);
    };
  }

  private void change(JsonNode body) {
    if (!(body instanceof ObjectNode object)) {
      return;
    }
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    String name = names.isEmpty() ? "prompt" : names.get(random.nextInt(names.size()));
    switch (random.nextInt(6)) {
      case 0 -> object.remove(name);
      case 1 -> object.put(name + "s", 1);
      case 2 -> object.put(name, "x".repeat(random.nextInt(200_000)));
      case 3 -> object.putRawValue(known(), new RawValue(value()));
      default -> object.putRawValue(name, new RawValue(value()));
    }
  }

  private String known() {
    List<String> names =
        List.of(
            "prompt",
            "model",
            "system",
            "system_mode",
            "effort",
            "files",
            "timeout_secs",
            "on_disconnect",
            "json_schema",
            "max_budget_usd",
            "tools",
            "detach",
            "agent",
            "meta",
            "permissions",
            "allowed_tools",
            "max_turns",
            "background",
            "queue",
            "name",
            "ip_cidrs",
            "max_concurrent",
            "requests_per_minute",
            "daily_budget_usd",
            "agents",
            "max_permissions",
            "ok");
    return names.get(random.nextInt(names.size()));
  }

  String value() {
    return VALUES.get(random.nextInt(VALUES.size()));
  }

  /** Bytes of any kind. */
  byte[] noise(int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  private byte[] broken(byte[] text) {
    byte[] broken = text.clone();
    for (int i = 0; broken.length > 0 && i <= random.nextInt(4); i++) {
      broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
    }
    return broken;
  }

  private static byte[] deep(char bracket, int depth) {
    String open = bracket == '[' ? "[" : "{\"a\":";
    String close = bracket == '[' ? "]" : "}";
    return ("{\"prompt\":\"x\",\"meta\":" + open.repeat(depth) + "1" + close.repeat(depth) + "}")
        .getBytes(StandardCharsets.UTF_8);
  }

  static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
