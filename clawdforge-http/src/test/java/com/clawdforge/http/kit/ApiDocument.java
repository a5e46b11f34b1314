package com.clawdforge.http.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The API as its {@code openapi.yaml} describes it. Safe for any thread. */
public final class ApiDocument {
  private static final String ID = "urn:clawdforge:openapi";
  private static final List<String> METHODS = List.of("get", "post", "put", "patch", "delete");

  /** The document that the server sends. */
  public static final ApiDocument SERVED = read();

  private final JsonNode root;
  private final SchemaRegistry schemas;
  private final Map<JsonNode, Schema> compiled = new ConcurrentHashMap<>();
  private final List<Operation> operations = new ArrayList<>();

  ApiDocument(JsonNode root) {
    this.root = root;
    this.schemas =
        SchemaRegistry.withDialect(
            Dialects.getDraft202012(),
            registry ->
                registry.schemas(Map.of(ID, new ObjectMapper().valueToTree(root).toString())));
    for (Map.Entry<String, JsonNode> path : root.get("paths").properties()) {
      for (String method : METHODS) {
        if (path.getValue().has(method)) {
          operations.add(
              new Operation(
                  method.toUpperCase(Locale.ROOT), path.getKey(), path.getValue().get(method)));
        }
      }
    }
  }

  /** An operation: a method, a path with parameters in braces, and its description. */
  public record Operation(String method, String path, JsonNode node) {
    private boolean serves(String requested) {
      String regex = Pattern.quote(path).replaceAll("\\{[a-z_]+}", "\\\\E[^/]+\\\\Q");
      return requested.matches(regex);
    }

    private boolean isConcrete() {
      return !path.contains("{");
    }
  }

  private static ApiDocument read() {
    try (InputStream in = ApiDocument.class.getResourceAsStream("/openapi.yaml")) {
      return new ApiDocument(new YAMLMapper().readTree(Objects.requireNonNull(in)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public JsonNode root() {
    return root;
  }

  public List<Operation> operations() {
    return List.copyOf(operations);
  }

  /** The node itself, or the target of its reference. */
  public JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? resolved(root.at(node.get("$ref").textValue().substring(1))) : node;
  }

  /**
   * The answers that a request may get, by status.
   *
   * @param path without query
   */
  JsonNode answers(String method, String path) {
    String bare = path.length() > 1 ? path.replaceFirst("/+$", "") : path;
    List<Operation> there =
        operations.stream().filter(operation -> operation.serves(bare)).toList();
    if (there.isEmpty()) {
      return others("other-path");
    }
    if (method.equals("OPTIONS")) {
      return others("options");
    }
    String asked = method.equals("HEAD") ? "GET" : method;
    List<Operation> fitting =
        there.stream().filter(operation -> operation.method().equals(asked)).toList();
    Optional<Operation> concrete = fitting.stream().filter(Operation::isConcrete).findFirst();
    return concrete
        .or(() -> fitting.stream().findFirst())
        .map(operation -> operation.node().get("responses"))
        .orElseGet(() -> others("other-method"));
  }

  /** The answers to requests that match no operation. */
  JsonNode others(String kind) {
    return root.get("x-other-requests").get(kind).get("responses");
  }

  /** The reasons why a value is not valid under a schema of this document. */
  public List<String> objections(JsonNode schema, JsonNode value) {
    return compiled(schema).validate(value).stream().map(Error::toString).toList();
  }

  private Schema compiled(JsonNode schema) {
    return compiled.computeIfAbsent(
        schema, node -> schemas.getSchema(withAbsoluteRefs(node.deepCopy())));
  }

  // A schema is compiled by itself, outside of the document that its references are relative to.
  private static JsonNode withAbsoluteRefs(JsonNode node) {
    if (node instanceof ObjectNode object && object.path("$ref").isTextual()) {
      object.put("$ref", ID + object.get("$ref").textValue());
    }
    node.forEach(ApiDocument::withAbsoluteRefs);
    return node;
  }
}
