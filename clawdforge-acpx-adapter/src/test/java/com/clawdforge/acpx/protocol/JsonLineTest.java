package com.clawdforge.acpx.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLineTest {
  @Test
  void members_of_entered_objects_have_paths_and_others_are_skipped() {
    assertEquals(
        Optional.of(List.of("a", "in", "in.b", "in.deep", "in.c", "list", "z")),
        paths(
            "{\"a\":1,\"in\":{\"b\":2,\"deep\":{\"x\":{}},\"c\":3},\"list\":[{\"y\":1}],\"z\":4}"));
  }

  @Test
  void an_empty_object_can_be_entered() {
    assertEquals(Optional.of(List.of("in", "z")), paths("{\"in\":{},\"z\":1}"));
    assertEquals(Optional.of(List.of()), paths("{}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "1", "{\"a\":1", "{\"a\":{}}}", "{} {}", "{\"a\":tru}"})
  void what_is_not_exactly_one_object_is_not_read(String line) {
    assertEquals(Optional.empty(), paths(line));
  }

  @Test
  void a_value_can_be_taken_as_it_is_written() {
    String value = "{\"n\": 1.50, \"t\": \"\u00e9\"}";

    assertEquals(
        Optional.of(value),
        JsonLine.read(
            bytes("{\"a\":" + value + ",\"b\":1}"),
            json -> {
              json.next();
              String raw = String.valueOf(json.raw());
              assertEquals("b", json.next());
              return raw;
            }));
  }

  private static Optional<List<String>> paths(String line) {
    return JsonLine.read(
        bytes(line),
        json -> {
          List<String> paths = new ArrayList<>();
          for (String path = json.next(); path != null; path = json.next()) {
            paths.add(path);
            if (path.equals("in")) {
              json.enter(path);
            }
          }
          return paths;
        });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
