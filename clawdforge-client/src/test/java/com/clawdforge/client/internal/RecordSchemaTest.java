package com.clawdforge.client.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RecordSchemaTest {
  enum Unit {
    GRAM,
    @JsonProperty("piece")
    PIECE
  }

  record Ingredient(String name, BigDecimal amount, Unit unit) {}

  record Recipe(
      String title,
      @JsonProperty("serves") int people,
      @JsonPropertyDescription("In order.") List<String> steps,
      List<Ingredient> ingredients,
      Map<String, Double> nutrition,
      boolean vegan,
      @Nullable String hint,
      JsonNode rest,
      UUID id,
      Set<Long> times) {}

  record Looped(List<Looped> more) {}

  record Timed(Instant when) {}

  record Keyed(Map<Integer, String> names) {}

  @Test
  void a_record_is_described_as_jackson_reads_it() throws Exception {
    JsonNode expected =
        Json.MAPPER.readTree(
            """
            {"type": "object",
             "properties": {
               "title": {"type": "string"},
               "serves": {"type": "integer"},
               "steps": {"type": "array", "items": {"type": "string"}, "description": "In order."},
               "ingredients": {"type": "array", "items": {
                 "type": "object",
                 "properties": {
                   "name": {"type": "string"},
                   "amount": {"type": "number"},
                   "unit": {"type": "string", "enum": ["GRAM", "piece"]}},
                 "required": ["name", "amount", "unit"],
                 "additionalProperties": false}},
               "nutrition": {"type": "object", "additionalProperties": {"type": "number"}},
               "vegan": {"type": "boolean"},
               "hint": {"anyOf": [{"type": "string"}, {"type": "null"}]},
               "rest": {},
               "id": {"type": "string", "format": "uuid"},
               "times": {"type": "array", "items": {"type": "integer"}}},
             "required": ["title", "serves", "steps", "ingredients", "nutrition", "vegan", "hint",
               "rest", "id", "times"],
             "additionalProperties": false}
            """);

    assertEquals(expected, RecordSchema.of(Recipe.class));
  }

  @Test
  void a_type_without_a_schema_is_named() {
    assertTrue(said(String.class).contains("java.lang.String is not a record"));
    assertTrue(said(Timed.class).contains("Timed.when is a java.time.Instant"));
    assertTrue(said(Looped.class).contains("Looped holds itself"));
    assertTrue(said(Keyed.class).contains("Keyed.names is a java.util.Map"));
  }

  private static String said(Class<?> type) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> RecordSchema.of(type)).getMessage());
  }
}
