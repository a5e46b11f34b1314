package com.clawdforge.acpx.offline;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The offered tools, and that each call has its result right after it. */
final class StrictTools {
  private static final Pattern NAME = Pattern.compile("^[a-zA-Z0-9_-]{1,128}$");

  private StrictTools() {}

  static Stream<String> objections(JsonNode body) {
    List<Turn> turns = turns(body.path("messages"));
    return Stream.of(
            names(body.path("tools")),
            uniqueNames(body.path("tools")),
            uniqueIds(body),
            IntStream.range(0, turns.size()).boxed().flatMap(i -> pairs(turns, i)))
        .flatMap(Function.identity());
  }

  private static Stream<String> names(JsonNode tools) {
    return IntStream.range(0, tools.size())
        .filter(i -> isCustom(tools.path(i)))
        .filter(i -> !NAME.matcher(tools.path(i).path("name").asText()).matches())
        .mapToObj(i -> "tools." + i + ".custom.name: String should match pattern '" + NAME + "'");
  }

  /** Tools of the provider's own have a type and a fixed name. */
  private static boolean isCustom(JsonNode tool) {
    String type = tool.path("type").asText();
    return type.isEmpty() || type.equals("custom");
  }

  private static Stream<String> uniqueNames(JsonNode tools) {
    Set<String> seen = new HashSet<>();
    return tools
        .valueStream()
        .filter(tool -> tool.has("name") && !seen.add(tool.path("name").asText()))
        .map(tool -> "tools: Tool names must be unique.");
  }

  private static Stream<String> uniqueIds(JsonNode body) {
    Set<String> seen = new HashSet<>();
    return Placed.in(body).stream()
        .filter(block -> block.is("tool_use") && !seen.add(block.text("id")))
        .map(block -> block.path() + ": `tool_use` ids must be unique");
  }

  private static Stream<String> pairs(List<Turn> turns, int index) {
    Turn turn = turns.get(index);
    return turn.role().equals("user")
        ? results(turn, index > 0 ? turns.get(index - 1).ids("tool_use") : Set.of())
        : calls(
            turn, index + 1 < turns.size() ? turns.get(index + 1).ids("tool_result") : Set.of());
  }

  private static Stream<String> results(Turn turn, Set<String> called) {
    Set<String> seen = new HashSet<>();
    return turn.blocks("tool_result")
        .flatMap(
            result -> {
              String id = result.text("tool_use_id");
              if (!called.contains(id)) {
                return Stream.of(
                    result.path()
                        + ": unexpected `tool_use_id` found in `tool_result` blocks: "
                        + id
                        + ". Each `tool_result` block must have a corresponding `tool_use` block in"
                        + " the previous message.");
              }
              return seen.add(id)
                  ? Stream.empty()
                  : Stream.of(
                      result.path()
                          + ": each tool_use must have a single result. Found multiple"
                          + " `tool_result` blocks with id: "
                          + id);
            });
  }

  private static Stream<String> calls(Turn turn, Set<String> answered) {
    List<Placed> open =
        turn.blocks("tool_use").filter(call -> !answered.contains(call.text("id"))).toList();
    return open.stream()
        .limit(1)
        .map(
            first ->
                first.message()
                    + ": `tool_use` ids were found without `tool_result` blocks immediately after: "
                    + open.stream().map(call -> call.text("id")).collect(Collectors.joining(", "))
                    + ". Each `tool_use` block must have a corresponding `tool_result` block in the"
                    + " next message.");
  }

  /** The API takes messages of one role in a row as one; notes of the system part no turns. */
  private static List<Turn> turns(JsonNode messages) {
    List<Turn> turns = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      String role = messages.path(i).path("role").asText();
      if (role.equals("system")) {
        continue;
      }
      if (turns.isEmpty() || !turns.getLast().role().equals(role)) {
        turns.add(new Turn(role, new ArrayList<>()));
      }
      turns.getLast().blocks().addAll(Placed.inMessage(messages.path(i), "messages." + i));
    }
    return turns;
  }

  private record Turn(String role, List<Placed> blocks) {
    Stream<Placed> blocks(String type) {
      return blocks.stream().filter(block -> block.is(type));
    }

    /** The calls' ids in its blocks of a type. */
    Set<String> ids(String type) {
      return blocks(type)
          .map(block -> block.text(type.equals("tool_use") ? "id" : "tool_use_id"))
          .collect(Collectors.toSet());
    }
  }
}
