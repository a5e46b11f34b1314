package com.clawdforge.client.internal;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.annotation.Annotation;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The JSON Schema of a record as Jackson reads it. Every component is required and not null, unless
 * an annotation named {@code Nullable}, from any library, says otherwise; nothing else is allowed.
 */
public final class RecordSchema {
  private static final Set<Class<?>> INTEGERS =
      Set.of(Byte.class, Short.class, Integer.class, Long.class, BigInteger.class);
  private static final Set<Class<?>> NUMBERS = Set.of(Float.class, Double.class, BigDecimal.class);

  // The records around the current one: a record that contains itself would never end.
  private final Deque<Class<?>> within = new ArrayDeque<>();

  private RecordSchema() {}

  /**
   * Returns the schema of a record.
   *
   * @throws IllegalArgumentException if the type is not a record, or a component has no schema
   */
  public static ObjectNode of(Class<?> type) {
    if (!type.isRecord()) {
      throw new IllegalArgumentException(type.getName() + " is not a record");
    }
    return new RecordSchema().record(Json.MAPPER.constructType(type));
  }

  private ObjectNode record(JavaType type) {
    Class<?> raw = type.getRawClass();
    if (within.contains(raw)) {
      throw new IllegalArgumentException(raw.getName() + " holds itself, which has no schema here");
    }
    within.push(raw);
    ObjectNode schema = Json.object().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    BeanDescription description = Json.MAPPER.getDeserializationConfig().introspect(type);
    for (BeanPropertyDefinition property : description.findProperties()) {
      ObjectNode member = schema(property.getPrimaryType(), raw, property.getName());
      String says = property.getMetadata().getDescription();
      if (says != null) {
        member.put("description", says);
      }
      if (isNullable(raw, property.getInternalName())) {
        member = orNull(member);
      }
      properties.set(property.getName(), member);
      required.add(property.getName());
    }
    within.pop();
    return schema.put("additionalProperties", false);
  }

  private ObjectNode schema(JavaType type, Class<?> holder, String name) {
    Class<?> raw = type.getRawClass();
    if (JsonNode.class.isAssignableFrom(raw) || raw == Object.class) {
      return Json.object();
    }
    if (raw.isRecord()) {
      return record(type);
    }
    if (raw.isEnum()) {
      ObjectNode choice = Json.object().put("type", "string");
      ArrayNode names = choice.putArray("enum");
      for (Object constant : raw.getEnumConstants()) {
        names.add(Json.MAPPER.convertValue(constant, String.class));
      }
      return choice;
    }
    if (type.isMapLikeType() && type.getKeyType().getRawClass() == String.class) {
      ObjectNode map = Json.object().put("type", "object");
      map.set("additionalProperties", schema(type.getContentType(), holder, name));
      return map;
    }
    if (type.isCollectionLikeType()) {
      ObjectNode array = Json.object().put("type", "array");
      array.set("items", schema(type.getContentType(), holder, name));
      return array;
    }
    return scalar(raw, holder, name);
  }

  private static ObjectNode scalar(Class<?> raw, Class<?> holder, String name) {
    Class<?> type = MethodType.methodType(raw).wrap().returnType();
    ObjectNode schema = Json.object();
    if (type == String.class) {
      return schema.put("type", "string");
    }
    if (type == Boolean.class) {
      return schema.put("type", "boolean");
    }
    if (INTEGERS.contains(type)) {
      return schema.put("type", "integer");
    }
    if (NUMBERS.contains(type)) {
      return schema.put("type", "number");
    }
    if (type == UUID.class) {
      return schema.put("type", "string").put("format", "uuid");
    }
    if (type == URI.class) {
      return schema.put("type", "string").put("format", "uri");
    }
    throw new IllegalArgumentException(
        holder.getName()
            + "."
            + name
            + " is a "
            + raw.getName()
            + ", which has no schema here; use a record, an enum, a String, a number, a boolean,"
            + " a List, a Map with String keys or a JsonNode");
  }

  private static ObjectNode orNull(ObjectNode schema) {
    if (schema.isEmpty()) {
      return schema;
    }
    ObjectNode either = Json.object();
    either.putArray("anyOf").add(schema).addObject().put("type", "null");
    return either;
  }

  private static boolean isNullable(Class<?> type, String component) {
    return Arrays.stream(type.getRecordComponents())
        .filter(candidate -> candidate.getName().equals(component))
        .flatMap(RecordSchema::annotations)
        .anyMatch(annotation -> annotation.annotationType().getSimpleName().equals("Nullable"));
  }

  private static Stream<Annotation> annotations(RecordComponent component) {
    return Stream.of(
            component.getAnnotations(),
            component.getAccessor().getAnnotations(),
            component.getAnnotatedType().getAnnotations())
        .flatMap(Arrays::stream);
  }
}
