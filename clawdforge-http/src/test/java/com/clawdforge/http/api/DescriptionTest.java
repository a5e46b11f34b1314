package com.clawdforge.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.RetryAdvice;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.work.WorkError;
import com.clawdforge.http.api.wire.WorkProblem;
import com.clawdforge.http.kit.AnswerCheck;
import com.clawdforge.http.kit.ApiDocument;
import com.clawdforge.http.kit.TestServer;
import com.clawdforge.http.web.Problem;
import com.clawdforge.http.web.RouteTable;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code openapi.yaml} describes the server exactly. */
final class DescriptionTest {
  private static final ApiDocument document = ApiDocument.SERVED;

  @Test
  void the_routes_and_who_may_use_them_are_those_of_the_document() {
    TreeSet<String> served;
    try (TestServer forge = TestServer.setup().start()) {
      served =
          forge.server.routes().stream()
              .map(route -> route.method() + " " + route.path() + " " + security(route.access()))
              .collect(Collectors.toCollection(TreeSet::new));
    }
    TreeSet<String> described =
        document.operations().stream()
            .map(
                operation ->
                    operation.method()
                        + " "
                        + operation.path()
                        + " "
                        + operation.node().get("security"))
            .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(String.join("\n", served), String.join("\n", described));
  }

  private static String security(RouteTable.Access access) {
    return switch (access) {
      case OPEN -> "[]";
      case APP -> "[{\"app\":[]}]";
      case ADMIN -> "[{\"admin\":[]}]";
      case ADMIN_OR_LISTED -> "[{\"admin\":[]},{}]";
    };
  }

  @Test
  void the_codes_of_errors_are_those_of_the_document() {
    JsonNode codes = document.root().at("/components/schemas/ErrorCode");
    TreeSet<String> described =
        StreamSupport.stream(codes.get("enum").spliterator(), false)
            .map(JsonNode::textValue)
            .collect(Collectors.toCollection(TreeSet::new));
    TreeSet<String> known =
        Arrays.stream(ErrorCode.values())
            .map(ErrorCode::wire)
            .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(known, described);
    for (String code : known) {
      assertTrue(codes.get("description").textValue().contains("`" + code + "`"), code);
    }
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void every_error_is_an_answer_to_something(ErrorCode code) {
    RetryAdvice retry = new RetryAdvice(Instant.EPOCH, "five_hour", true);
    WorkError error = new WorkError(code, "d", "", "field", retry);
    Problem problem = WorkProblem.of(error, Duration.ZERO, null, true, Instant.EPOCH);
    JsonNode body = new ObjectMapper().valueToTree(problem.body("r-1"));

    assertTrue(
        allAnswers().stream()
            .map(answers -> answers.path(Integer.toString(problem.status())))
            .filter(JsonNode::isObject)
            .map(answer -> document.resolved(answer).at("/content/application~1problem+json"))
            .anyMatch(media -> document.objections(media.get("schema"), body).isEmpty()),
        body.toString());
  }

  private static List<JsonNode> allAnswers() {
    List<JsonNode> answers = new ArrayList<>();
    document.operations().forEach(operation -> answers.add(operation.node().get("responses")));
    document.root().get("x-other-requests").forEach(kind -> answers.add(kind.get("responses")));
    return answers;
  }

  @Test
  void every_answer_to_a_request_that_carries_an_example_is_as_described() {
    int seen = 0;
    for (ApiDocument.Operation operation : document.operations()) {
      for (Map.Entry<String, JsonNode> status : operation.node().get("responses").properties()) {
        JsonNode content = document.resolved(status.getValue()).path("content");
        for (Map.Entry<String, JsonNode> media : content.properties()) {
          for (JsonNode example : media.getValue().path("examples")) {
            JsonNode value = document.resolved(example).get("value");
            assertEquals(
                List.of(), objections(media, value), operation + " " + status.getKey() + value);
            seen++;
          }
        }
      }
    }
    assertTrue(seen > 20, "there are examples: " + seen);
  }

  private static List<String> objections(Map.Entry<String, JsonNode> media, JsonNode value) {
    return media.getKey().equals("text/event-stream")
        ? AnswerCheck.eventObjections(
            document, media.getValue().get("x-itemSchema"), value.textValue())
        : document.objections(media.getValue().get("schema"), value);
  }

  @Test
  void every_example_of_a_request_is_as_described() {
    int seen = 0;
    for (ApiDocument.Operation operation : document.operations()) {
      for (JsonNode media : operation.node().at("/requestBody/content")) {
        for (JsonNode example : media.path("examples")) {
          assertEquals(
              List.of(),
              document.objections(media.get("schema"), example.get("value")),
              example::toString);
          seen++;
        }
      }
    }
    assertTrue(seen > 5, "there are examples: " + seen);
  }

  @Test
  void no_reference_leads_nowhere() {
    List<String> references = document.root().findValuesAsText("$ref");

    assertFalse(references.isEmpty());
    for (String reference : references) {
      assertTrue(document.root().at(reference.substring(1)).isObject(), reference);
    }
  }
}
