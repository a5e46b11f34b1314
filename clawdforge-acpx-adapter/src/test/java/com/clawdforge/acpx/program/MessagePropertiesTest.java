package com.clawdforge.acpx.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.protocol.AcpMessage;
import com.clawdforge.acpx.protocol.JsonLine;
import com.clawdforge.core.Randomly;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds of the agents' messages, whatever an agent writes. */
final class MessagePropertiesTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int TIMES = 3000;

  /** Members that the readers look for, and one that they do not know. */
  private static final List<String> NAMES =
      List.of(
          "id",
          "method",
          "params",
          "result",
          "error",
          "sessionId",
          "update",
          "sessionUpdate",
          "content",
          "text",
          "cost",
          "amount",
          "usage",
          "inputTokens",
          "stopReason",
          "code",
          "message",
          "data",
          "type",
          "subtype",
          "is_error",
          "num_turns",
          "result_index",
          "modelUsage",
          "rate_limit_info",
          "_meta",
          "codex",
          "outcome",
          "errors",
          "total_cost_usd",
          "input_tokens",
          "structured_output",
          "resetsAt",
          "other");

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1.5",
          "1e400",
          "99999999999999999999",
          "\"x\"",
          "\"\"",
          "\"\\ud800\"",
          "\"result\"",
          "\"assistant\"",
          "\"system\"",
          "\"init\"",
          "\"rate_limit_event\"",
          "\"control_response\"",
          "\"session/update\"",
          "\"2026-01-01T00:00:00Z\"",
          "\"success\"",
          "[]",
          "{}",
          "[1,[2]]");

  @Test
  void a_line_is_a_message_if_it_is_one_object_of_json_and_none_ever_throws() {
    Randomly.check(
        TIMES,
        random -> {
          byte[] line = broken(object(random, 4).getBytes(StandardCharsets.UTF_8), random);
          String shown = new String(line, StandardCharsets.ISO_8859_1);

          assertEquals(isObject(line), AcpMessage.read(line).isPresent(), shown);
          // A number that is too large for its member makes it no message of the CLI.
          assertTrue(isObject(line) || ClaudeLine.read(line).isEmpty(), shown);
          assertTrue(isObject(line) || ClaudeLine.readPassedOn(line).isEmpty(), shown);
        });
  }

  @Test
  void the_members_are_those_that_a_tree_has() {
    Randomly.check(
        TIMES,
        random -> {
          ObjectNode message = JSON.createObjectNode().put("jsonrpc", "2.0");
          message.put("id", random.nextInt(100)).put("method", Randomly.text(random, "a/", 10));
          ObjectNode params = message.putObject("params");
          params.put("sessionId", Randomly.text(random, "s-1", 10));
          ObjectNode update = params.putObject("update");
          update.set("other", JSON.readTree(object(random, 3)));
          update.putObject("content").put("text", Randomly.text(random, "\"\\\n", 20));
          AcpMessage read =
              AcpMessage.read(message.toString().getBytes(StandardCharsets.UTF_8)).orElseThrow();
          // What UTF-8 cannot express is a question mark in both.
          JsonNode tree = JSON.readTree(message.toString().getBytes(StandardCharsets.UTF_8));

          assertEquals(tree.path("id").asText(), read.id());
          assertEquals(tree.path("method").asText(), read.method());
          assertEquals(tree.at("/params/sessionId").asText(), read.conversation());
          assertEquals(tree.at("/params/update/content/text").asText(), read.update().text());
        });
  }

  private static boolean isObject(byte[] line) {
    try (JsonParser parser = JsonLine.FACTORY.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      parser.skipChildren();
      return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
    } catch (IOException notJson) {
      return false;
    }
  }

  private static String object(Random random, int depth) {
    StringBuilder object = new StringBuilder("{");
    for (int i = random.nextInt(6); i > 0; i--) {
      object
          .append(object.length() == 1 ? "\"" : ",\"")
          .append(any(random, NAMES))
          .append("\":")
          .append(
              depth > 0 && random.nextInt(3) == 0
                  ? object(random, depth - 1)
                  : any(random, VALUES));
    }
    return object.append('}').toString();
  }

  private static String any(Random random, List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static byte[] broken(byte[] line, Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> Arrays.copyOf(line, random.nextInt(line.length + 1));
      case 1 -> {
        byte[] broken = line.clone();
        broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
        yield broken;
      }
      case 2 -> {
        byte[] longer = Arrays.copyOf(line, line.length + 1);
        longer[line.length] = (byte) random.nextInt(256);
        yield longer;
      }
      default -> line;
    };
  }
}
