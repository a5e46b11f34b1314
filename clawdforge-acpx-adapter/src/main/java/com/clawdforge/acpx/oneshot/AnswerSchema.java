package com.clawdforge.acpx.oneshot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Optional;

/**
 * The JSON Schema that a run's answer must satisfy. The CLI silently ignores a schema that its own
 * validator rejects (agent-facts.md, section 1.4): it gets a simpler one, and the answer is
 * validated here against the full schema.
 */
final class AnswerSchema {
  private static final JsonMapper mapper = new JsonMapper();
  private static final SpecificationVersion DEFAULT = SpecificationVersion.DRAFT_2020_12;
  private static final int LONGEST = 1000;
  private static final SchemaRegistry metaSchemas = registry();

  private final ObjectNode schema;
  private final Schema validator;

  private AnswerSchema(ObjectNode schema, Schema validator) {
    this.schema = schema;
    this.validator = validator;
  }

  /**
   * Reads and checks a schema.
   *
   * @throws IllegalArgumentException if it is not a valid schema; the message is for the app's
   *     developer
   */
  static AnswerSchema parse(String json) {
    try {
      if (!(mapper.readTree(json) instanceof ObjectNode schema)) {
        throw new IllegalArgumentException("it must be an object");
      }
      Schema metaSchema = metaSchemas.getSchema(SchemaLocation.of(dialect(schema).getDialectId()));
      firstOf(Validation.errors(metaSchema, schema))
          .ifPresent(
              problem -> {
                throw new IllegalArgumentException("it is not a valid schema: " + problem);
              });
      // A registry per schema: one app's $ref must not find another app's schema.
      Schema validator = registry().getSchema(schema);
      validator.initializeValidators();
      return new AnswerSchema(schema, validator);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is not JSON", e);
    } catch (SchemaException | Validation.Overtime | StackOverflowError e) {
      throw new IllegalArgumentException("it cannot be used: " + e.getMessage(), e);
    }
  }

  /** The schema for the CLI, which accepts at least what this one accepts. */
  String forTheCli() {
    return CliSchema.of(schema).toString();
  }

  /** The problem with an answer, given as JSON text; empty if it is valid. */
  Optional<String> problemWith(String answer) {
    try {
      return firstOf(Validation.errors(validator, mapper.readTree(answer)));
    } catch (JsonProcessingException e) {
      return Optional.of("it is not JSON");
    } catch (SchemaException | Validation.Overtime e) {
      return Optional.of("the schema cannot be applied: " + e.getMessage());
    } catch (StackOverflowError e) {
      return Optional.of("the schema refers to itself without end");
    }
  }

  private static Optional<String> firstOf(List<com.networknt.schema.Error> errors) {
    // The message may quote everything that the schema allows.
    return errors.stream()
        .findFirst()
        .map(com.networknt.schema.Error::toString)
        .map(words -> words.length() <= LONGEST ? words : words.substring(0, LONGEST) + "…");
  }

  private static SpecificationVersion dialect(JsonNode schema) {
    JsonNode declared = schema.path("$schema");
    if (declared.isMissingNode()) {
      return DEFAULT;
    }
    String id = declared.asText();
    String bare = id.endsWith("#") ? id.substring(0, id.length() - 1) : id;
    return SpecificationVersion.fromDialectId(bare)
        .or(() -> SpecificationVersion.fromDialectId(bare + "#"))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "it must name, in $schema, a draft from 4 to 2020-12"));
  }

  // A schema must not make us fetch URLs.
  private static SchemaRegistry registry() {
    return SchemaRegistry.withDefaultDialect(
        DEFAULT,
        builder ->
            builder
                .schemaLoader(loader -> loader.fetchRemoteResources(false))
                .schemaRegistryConfig(
                    SchemaRegistryConfig.builder()
                        .regularExpressionFactory(Validation.expressions())
                        .build()));
  }
}
