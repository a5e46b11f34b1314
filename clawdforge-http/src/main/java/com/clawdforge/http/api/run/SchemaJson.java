package com.clawdforge.http.api.run;

import com.clawdforge.core.error.Refusal;
import com.clawdforge.http.web.body.Fields;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The field {@code json_schema}. */
final class SchemaJson {
  private static final String FIELD = "json_schema";

  /** Members of the objects in which the APIs of models want a schema. */
  private static final List<String> INSIDE = List.of("schema", FIELD);

  private static final List<String> KEYWORDS =
      List.of(
          "$ref",
          "allOf",
          "anyOf",
          "const",
          "enum",
          "items",
          "not",
          "oneOf",
          "properties",
          "required");

  private SchemaJson() {}

  /**
   * Reads the schema as text; null if it is absent.
   *
   * @throws Refusal if it is not an object, or an object around a schema: as a schema that would
   *     allow everything
   */
  static @Nullable String read(Fields fields) {
    @Nullable String schema = fields.object(FIELD);
    @Nullable JsonNode value = fields.value(FIELD);
    if (value != null && KEYWORDS.stream().noneMatch(value::has)) {
      for (String inside : INSIDE) {
        if (value.path(inside).isObject()) {
          throw Refusal.invalid(
              FIELD, FIELD + " must be the schema itself: send only what is in its " + inside);
        }
      }
    }
    return schema;
  }
}
