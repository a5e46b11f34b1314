package com.clawdforge.http.api.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.usage.UsageLedger;
import com.clawdforge.http.kit.TestServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the administrator sees of sessions and usage. */
final class AdminViewTest {
  @Test
  void sessions_of_all_tokens_are_listed_with_their_tokens() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      String first = forge.open();
      String other = forge.mint("other");
      forge.send(forge.post("/sessions", "{}").setHeader("Authorization", "Bearer " + other));
      JsonNode page = forge.json(forge.admin(forge.to("/admin/sessions?limit=1")));
      JsonNode rest =
          forge.json(
              forge.admin(
                  forge.to("/admin/sessions?cursor=" + page.get("next_cursor").textValue())));

      assertEquals("other", page.at("/sessions/0/token").textValue());
      assertEquals(1, rest.get("sessions").size());
      assertEquals("app", rest.at("/sessions/0/token").textValue());
      assertEquals(first, rest.at("/sessions/0/session_id").textValue());
      forge.send(forge.to("/sessions/" + first).DELETE());
      assertEquals(1, count(forge, "/admin/sessions"));
      assertEquals(2, count(forge, "/admin/sessions?include_closed=true"));
      assertFalse(forge.json(forge.get("/sessions/" + first)).has("token"));
    }
  }

  private static int count(TestServer forge, String path) throws Exception {
    return forge.json(forge.admin(forge.to(path))).get("sessions").size();
  }

  @ParameterizedTest
  @CsvSource({
    "'', TOKEN",
    "?group_by=token, TOKEN",
    "?group_by=model, MODEL",
    "?group_by=day, DAY"
  })
  void usage_is_summed_up_as_asked(String query, UsageLedger.GroupBy groupBy) throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.usage =
        by ->
            List.of(
                new UsageLedger.Sum(
                    "the " + by, 1, 2, new Usage(3, 4, 5, 6), new BigDecimal("0.000007")));
    try (TestServer forge = setup.start()) {
      HttpResponse<String> answer = forge.admin(forge.to("/admin/usage" + query));

      String wire = groupBy.name().toLowerCase(Locale.ROOT);
      assertEquals(200, answer.statusCode(), answer.body());
      assertEquals(
          "{\"ok\":true,\"group_by\":\"BY\",\"usage\":[{\"BY\":\"the GROUP\",\"runs\":1,\"turns\":2,"
                  .replace("BY", wire)
                  .replace("GROUP", groupBy.name())
              + "\"input_tokens\":3,\"output_tokens\":4,\"cache_read_input_tokens\":5,"
              + "\"cache_creation_input_tokens\":6,\"cost_usd\":0.000007}]}",
          answer.body());
    }
  }

  @Test
  void a_model_that_no_caller_named_is_null() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.usage =
        by -> List.of(new UsageLedger.Sum("", 1, 0, new Usage(0, 0, 0, 0), BigDecimal.ZERO));
    try (TestServer forge = setup.start()) {
      JsonNode usage = forge.json(forge.admin(forge.to("/admin/usage?group_by=model")));

      assertEquals(true, usage.at("/usage/0/model").isNull());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Token", "", "app", "month"})
  void usage_is_summed_up_by_nothing_else(String groupBy) throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> answer = forge.admin(forge.to("/admin/usage?group_by=" + groupBy));

      assertEquals(422, answer.statusCode());
      assertEquals("group_by", forge.json(answer).get("field").textValue());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/admin/sessions", "/admin/usage"})
  void an_app_sees_none_of_it(String path) throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      assertEquals(403, forge.get(path).statusCode());
    }
  }
}
