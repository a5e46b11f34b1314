package com.clawdforge.http.app.demo;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** Answers requests with a JSON Schema by the smallest value that satisfies a simple schema. */
public final class SchemaExample {
  // The tool by which claude lets its model answer under a schema.
  private static final String TOOL = "StructuredOutput";
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private SchemaExample() {}

  /** The answer, if the request asks for one and does not have it yet. */
  public static Optional<ModelReply> wanted(ModelRequest request) {
    boolean given =
        request.userBlocks().stream()
            .anyMatch(block -> block.path("type").asText().equals("tool_result"));
    if (given) {
      return Optional.empty();
    }
    return request
        .body()
        .path("tools")
        .valueStream()
        .filter(tool -> tool.path("name").asText().equals(TOOL))
        .findFirst()
        .map(tool -> ModelReply.toolUse(TOOL, of(tool.path("input_schema"))));
  }

  static JsonNode of(JsonNode schema) {
    if (schema.path("enum").has(0)) {
      return schema.path("enum").get(0);
    }
    JsonNode type = schema.path("type");
    return switch (type.isArray() ? type.path(0).asText() : type.asText()) {
      case "object" -> {
        ObjectNode object = JSON.objectNode();
        schema
            .path("properties")
            .properties()
            .forEach(e -> object.set(e.getKey(), of(e.getValue())));
        yield object;
      }
      case "array" -> JSON.arrayNode().add(of(schema.path("items")));
      case "integer" -> JSON.numberNode(1);
      case "number" -> JSON.numberNode(1.5);
      case "boolean" -> JSON.booleanNode(true);
      case "string" -> JSON.textNode("text");
      default -> JSON.nullNode();
    };
  }
}
