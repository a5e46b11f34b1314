package com.clawdforge.acpx.oneshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/**
 * Reduces a JSON Schema to what the CLI's validator accepts: draft 7 without formats and unknown
 * keywords. It silently rejects anything else, and the model would never see a schema.
 */
final class CliSchema {
  private static final Set<String> PLAIN =
      Set.of(
          "$comment",
          "$id",
          "$ref",
          "const",
          "default",
          "description",
          "enum",
          "examples",
          "exclusiveMaximum",
          "exclusiveMinimum",
          "maxItems",
          "maxLength",
          "maxProperties",
          "maximum",
          "minItems",
          "minLength",
          "minProperties",
          "minimum",
          "multipleOf",
          "nullable",
          "pattern",
          "required",
          "title",
          "type",
          "uniqueItems");
  private static final Set<String> WITH_SCHEMAS =
      Set.of(
          "additionalItems",
          "additionalProperties",
          "allOf",
          "anyOf",
          "contains",
          "else",
          "if",
          "items",
          "not",
          "oneOf",
          "propertyNames",
          "then");
  private static final Set<String> WITH_NAMED_SCHEMAS =
      Set.of("$defs", "definitions", "patternProperties", "properties");

  private CliSchema() {}

  static JsonNode of(JsonNode schema) {
    if (schema instanceof ArrayNode schemas) {
      ArrayNode cleaned = JsonNodeFactory.instance.arrayNode();
      schemas.forEach(each -> cleaned.add(of(each)));
      return cleaned;
    }
    if (!(schema instanceof ObjectNode object)) {
      return schema;
    }
    ObjectNode cleaned = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> keyword : object.properties()) {
      String name = keyword.getKey();
      if (PLAIN.contains(name)) {
        cleaned.set(name, keyword.getValue());
      } else if (WITH_SCHEMAS.contains(name)) {
        cleaned.set(name, of(keyword.getValue()));
      } else if (WITH_NAMED_SCHEMAS.contains(name)) {
        cleaned.set(name, named(keyword.getValue()));
      }
    }
    spellTupleAsDraft7(object, cleaned);
    return cleaned;
  }

  private static ObjectNode named(JsonNode schemas) {
    ObjectNode cleaned = JsonNodeFactory.instance.objectNode();
    schemas.properties().forEach(each -> cleaned.set(each.getKey(), of(each.getValue())));
    return cleaned;
  }

  // Newer drafts call the tuple prefixItems and the remaining elements items.
  private static void spellTupleAsDraft7(ObjectNode schema, ObjectNode cleaned) {
    JsonNode tuple = schema.get("prefixItems");
    if (tuple == null) {
      return;
    }
    JsonNode rest = cleaned.remove("items");
    if (rest != null) {
      cleaned.set("additionalItems", rest);
    }
    cleaned.set("items", of(tuple));
  }
}
