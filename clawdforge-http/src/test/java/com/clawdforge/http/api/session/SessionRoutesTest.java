package com.clawdforge.http.api.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.agent.Network;
import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.core.session.SessionTerms;
import com.clawdforge.http.kit.TestServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SessionRoutesTest {
  private static final List<String> MEMBERS =
      List.of(
          "ok",
          "session_id",
          "agent",
          "model",
          "status",
          "turn_count",
          "created_at",
          "last_turn_at",
          "closed_at",
          "meta",
          "permissions");

  @Test
  void a_new_session_is_answered_with_the_members_of_the_contract() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> answer = forge.send(forge.post("/sessions", "{}"));

      assertEquals(200, answer.statusCode(), answer.body());
      JsonNode session = forge.json(answer);
      String id = session.get("session_id").textValue();
      assertEquals(id, UUID.fromString(id).toString());
      assertEquals(
          "{\"ok\":true,\"session_id\":\"ID\",\"agent\":\"claude\",\"model\":null,\"status\":\"open\","
              + "\"turn_count\":0,\"created_at\":AT,\"last_turn_at\":null,\"closed_at\":null,"
              + "\"meta\":{},\"permissions\":\"approve-all\"}",
          answer.body().replace(id, "ID").replace(session.get("created_at").toString(), "AT"));
      assertTrue(session.get("created_at").isIntegralNumber());
    }
  }

  @Test
  void work_between_turns_is_shown_where_it_was_asked_for() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> with = forge.send(forge.post("/sessions", "{\"background\":true}"));
      HttpResponse<String> without = forge.send(forge.post("/sessions", "{\"background\":false}"));

      assertTrue(forge.json(with).get("background").booleanValue(), with.body());
      assertFalse(forge.json(without).has("background"), without.body());
      assertEquals(
          422, forge.send(forge.post("/sessions", "{\"background\":\"yes\"}")).statusCode());
    }
  }

  @Test
  void what_a_session_may_reach_of_the_network_is_kept_and_shown_if_it_is_not_all()
      throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      forge.agents.keepingNetwork();
      for (String network : List.of("none", "model")) {
        HttpResponse<String> opened =
            forge.send(forge.post("/sessions", "{\"network\":\"" + network + "\"}"));
        String id = forge.json(opened).path("session_id").asText();
        for (HttpResponse<String> shown : List.of(opened, forge.get("/sessions/" + id))) {
          assertEquals(network, forge.json(shown).path("network").asText(), shown.body());
        }
        assertEquals(
            Network.ofWire(network),
            forge.sessionStore.find(null, id).map(session -> session.terms().network()));
      }
      HttpResponse<String> all = forge.send(forge.post("/sessions", "{\"network\":\"all\"}"));
      assertFalse(forge.json(all).has("network"), all.body());
    }
  }

  @Test
  void a_session_that_nothing_keeps_from_the_network_cannot_be_asked_for() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> answer = forge.send(forge.post("/sessions", "{\"network\":\"model\"}"));

      assertEquals(422, answer.statusCode(), answer.body());
      assertEquals("network", forge.json(answer).path("field").asText(), answer.body());
    }
  }

  @Test
  void what_a_session_is_asked_for_is_kept_and_echoed() throws Exception {
    String meta = "{\"n\":12345678901234567890,\"d\":1.50,\"a\":[null,{\"ü\":\"\\u0000\"}]}";
    String policy =
        "{\"auto_approve\":[\"read\",\"search\"],\"auto_deny\":[\"execute\"],\"default\":\"deny\"}";
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> answer =
          forge.send(
              forge.post(
                  "/sessions",
                  "{\"agent\":\"codex\",\"model\":\"m-1\",\"system\":\"s\",\"system_mode\":\"replace\","
                      + "\"allowed_tools\":[\"Read\"],\"max_turns\":3,\"unknown\":1,\"meta\":"
                      + meta
                      + ",\"permissions\":"
                      + policy
                      + "}"));

      assertEquals(200, answer.statusCode(), answer.body());
      String id = forge.json(answer).get("session_id").textValue();
      SessionTerms terms = forge.sessionStore.find(null, id).orElseThrow().terms();
      assertEquals("codex", terms.agent());
      assertEquals(new SystemPrompt("s", SystemPrompt.Mode.REPLACE), terms.system());
      assertEquals(List.of("Read"), terms.allowedTools());
      assertEquals(3, terms.maxTurns());
      for (HttpResponse<String> shown : List.of(answer, forge.get("/sessions/" + id))) {
        assertEquals("codex", forge.json(shown).get("agent").textValue());
        assertEquals("m-1", forge.json(shown).get("model").textValue());
        assertTrue(shown.body().contains("\"meta\":" + meta), shown.body());
        assertTrue(shown.body().contains("\"permissions\":" + policy), shown.body());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "agent|{\"agent\":\"gemini\"}",
        "agent|{\"agent\":\"a b\"}",
        "agent|{\"agent\":7}",
        "model|{\"model\":\"-m\"}",
        "model|{\"model\":[]}",
        "system|{\"system\":{}}",
        "system_mode|{\"system_mode\":\"prepend\"}",
        "meta|{\"meta\":[]}",
        "meta|{\"meta\":\"{}\"}",
        "meta|{\"meta\":{\"n\":1e99999}}",
        "meta|{\"meta\":{\"a\":[[1e-401]]}}",
        "permissions|{\"permissions\":\"approve-some\"}",
        "network|{\"network\":\"some\"}",
        "network|{\"network\":[]}",
        "permissions|{\"permissions\":{\"auto_approve\":[\"teleport\"]}}",
        "permissions|{\"permissions\":{\"escalate\":true}}",
        "allowed_tools|{\"allowed_tools\":\"Read\"}",
        "allowed_tools|{\"allowed_tools\":[\"--x\"]}",
        "max_turns|{\"max_turns\":0}",
        "max_turns|{\"max_turns\":1.5}",
        "max_turns|{\"max_turns\":\"3\"}",
      })
  void what_cannot_be_had_is_refused_by_its_fields_name(String field, String body)
      throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> answer = forge.send(forge.post("/sessions", body));

      assertEquals(422, answer.statusCode(), answer.body());
      assertEquals(field, forge.json(answer).get("field").textValue());
      assertEquals(0, forge.sessionStore.countOpen());
    }
  }

  @Test
  void meta_may_have_16_kib_as_it_is_written_without_spaces() throws Exception {
    int around = "{\"k\":\"\"}".length();
    try (TestServer forge = TestServer.setup().start()) {
      String fits = "{ \"k\" : \"" + "x".repeat((16 << 10) - around) + "\" }";
      String tooLong = "{\"k\":\"" + "x".repeat((16 << 10) - around + 1) + "\"}";

      assertEquals(
          200, forge.send(forge.post("/sessions", "{\"meta\":" + fits + "}")).statusCode());
      HttpResponse<String> refused =
          forge.send(forge.post("/sessions", "{\"meta\":" + tooLong + "}"));
      assertEquals(422, refused.statusCode());
      assertEquals("meta", forge.json(refused).get("field").textValue());
    }
  }

  @Test
  void one_session_is_shown_with_its_running_turn_usage_and_cost() throws Exception {
    FakeRun.Hold hold = new FakeRun.Hold();
    try (TestServer forge =
        TestServer.with(
            FakeAgentRunner.scriptedTurns(
                (s, prompt) ->
                    prompt.text().equals("p")
                        ? FakeRun.turn("x").heldBy(hold)
                        : FakeRun.turn("x")))) {
      String id = forge.open();
      HttpResponse<String> before = forge.get("/sessions/" + id);
      forge.turn(id, "{\"prompt\":\"first\"}");
      forge.detach(id);
      forge.agents.awaitTurns(2);
      JsonNode during = forge.json(forge.get("/sessions/" + id));
      hold.release();
      JsonNode after =
          forge.until("/sessions/" + id, session -> session.get("active_turn").isNull());

      List<String> members = new ArrayList<>(MEMBERS);
      members.addAll(List.of("active_turn", "usage", "cost_usd"));
      assertEquals(members, forge.members(before));
      assertTrue(before.body().endsWith("\"active_turn\":null,\"usage\":null,\"cost_usd\":null}"));
      assertEquals(2, during.get("active_turn").intValue());
      assertEquals(2, during.get("turn_count").intValue());
      assertTrue(during.get("last_turn_at").isIntegralNumber());
      assertEquals(
          "{\"input_tokens\":24,\"output_tokens\":14,\"cache_read_input_tokens\":0,"
              + "\"cache_creation_input_tokens\":0}",
          after.get("usage").toString());
      assertEquals("2.82E-4", after.get("cost_usd").asText());
    }
  }

  @Test
  void closed_sessions_are_listed_only_on_demand() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      String first = forge.open();
      String second = forge.open();
      forge.send(forge.to("/sessions/" + first).DELETE());
      HttpResponse<String> open = forge.get("/sessions?include_closed=false");
      HttpResponse<String> all = forge.get("/sessions?include_closed=true");

      assertEquals(List.of("ok", "sessions", "next_cursor"), forge.members(open));
      assertEquals(open.body(), forge.get("/sessions").body());
      assertEquals(List.of(second), ids(forge.json(open)));
      assertEquals(List.of(second, first), ids(forge.json(all)));
      JsonNode closed = forge.json(all).at("/sessions/1");
      assertEquals("closed", closed.get("status").textValue());
      assertTrue(closed.get("closed_at").isIntegralNumber());
      assertEquals(
          MEMBERS.subList(1, MEMBERS.size()),
          closed.properties().stream().map(member -> member.getKey()).toList());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "TRUE", "", "yes"})
  void include_closed_is_true_or_false(String value) throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> answer = forge.get("/sessions?include_closed=" + value);

      assertEquals(422, answer.statusCode());
      assertEquals("include_closed", forge.json(answer).get("field").textValue());
    }
  }

  @Test
  void sessions_are_listed_in_pages_only_with_a_limit() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      for (int i = 0; i < 51; i++) {
        forge.open();
      }
      JsonNode all = forge.json(forge.get("/sessions"));
      JsonNode page = forge.json(forge.get("/sessions?limit=50"));
      JsonNode rest =
          forge.json(forge.get("/sessions?cursor=" + page.get("next_cursor").textValue()));

      assertEquals(51, all.get("sessions").size());
      assertTrue(all.get("next_cursor").isNull());
      assertEquals(50, page.get("sessions").size());
      assertEquals(ids(all).subList(50, 51), ids(rest));
      assertTrue(rest.get("next_cursor").isNull());
    }
  }

  @Test
  void beyond_the_open_sessions_there_is_no_room() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.maxOpen = 1;
    try (TestServer forge = setup.start()) {
      forge.open();
      HttpResponse<String> answer = forge.send(forge.post("/sessions", "{}"));

      assertEquals(503, answer.statusCode());
      assertEquals("at_capacity", forge.json(answer).get("code").textValue());
      assertTrue(answer.headers().firstValue("Retry-After").isPresent());
    }
  }

  private static List<String> ids(JsonNode list) {
    return list.get("sessions").findValuesAsText("session_id");
  }
}
