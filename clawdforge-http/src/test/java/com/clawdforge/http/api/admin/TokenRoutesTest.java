package com.clawdforge.http.api.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.http.kit.TestServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenRoutesTest {
  @Test
  void a_minted_token_is_shown_once_and_works_until_it_is_revoked() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> minted =
          forge.admin(
              forge.post(
                  "/admin/tokens", "{\"name\":\"cauldron\",\"ip_cidrs\":[\"172.24.0.0/16\"]}"));

      assertEquals(200, minted.statusCode(), minted.body());
      assertEquals(List.of("ok", "name", "token", "ip_cidrs", "created_at"), forge.members(minted));
      JsonNode token = forge.json(minted);
      assertEquals("[\"172.24.0.0/16\"]", token.get("ip_cidrs").toString());
      assertTrue(token.get("created_at").isIntegralNumber());
      String secret = token.get("token").textValue();
      assertTrue(secret.startsWith("cf_"));
      assertEquals(200, as(forge, secret).statusCode());

      HttpResponse<String> listed = forge.admin(forge.to("/admin/tokens"));
      assertFalse(listed.body().contains(secret));
      assertEquals(List.of("ok", "tokens", "next_cursor"), forge.members(listed));
      assertEquals(
          List.of("name", "ip_cidrs", "created_at", "last_used_at", "revoked_at"),
          forge.json(listed).at("/tokens/0").properties().stream().map(e -> e.getKey()).toList());

      HttpResponse<String> revoked = forge.admin(forge.to("/admin/tokens/cauldron").DELETE());
      assertEquals("{\"ok\":true}", revoked.body());
      HttpResponse<String> after = as(forge, secret);
      assertEquals(401, after.statusCode());
      assertEquals("Bearer", after.headers().firstValue("WWW-Authenticate").orElseThrow());
    }
  }

  @Test
  void limits_follow_the_other_members_and_survive_a_rotation() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> minted =
          forge.admin(
              forge.post(
                  "/admin/tokens",
                  "{\"name\":\"n\",\"agents\":[\"codex\",\"claude\"],\"max_permissions\":"
                      + "{\"auto_approve\":[\"search\",\"read\"]}}"));
      HttpResponse<String> rotated =
          forge.admin(forge.to("/admin/tokens/n/rotate").POST(HttpRequest.BodyPublishers.noBody()));
      JsonNode listed = forge.json(forge.admin(forge.to("/admin/tokens?limit=1"))).at("/tokens/0");

      for (HttpResponse<String> answer : List.of(minted, rotated)) {
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(
            List.of("ok", "name", "token", "ip_cidrs", "created_at", "agents", "max_permissions"),
            forge.members(answer));
      }
      for (JsonNode token : List.of(forge.json(minted), forge.json(rotated), listed)) {
        assertEquals("[\"claude\",\"codex\"]", token.get("agents").toString());
        assertEquals(
            "{\"auto_approve\":[\"read\",\"search\"],\"auto_deny\":[],\"default\":\"deny\"}",
            token.get("max_permissions").toString());
      }
      assertEquals("revoked_at", members(listed).get(4));
    }
  }

  @Test
  void a_limit_that_a_token_does_not_have_is_not_shown() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> minted =
          forge.admin(
              forge.post(
                  "/admin/tokens",
                  "{\"name\":\"n\",\"agents\":null,\"max_permissions\":\"approve-reads\"}"));

      assertEquals(
          List.of("ok", "name", "token", "ip_cidrs", "created_at", "max_permissions"),
          forge.members(minted));
      assertEquals("approve-reads", forge.json(minted).get("max_permissions").textValue());
    }
  }

  @Test
  void what_a_tokens_agents_may_reach_of_the_network_is_shown_if_it_is_not_all() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> minted =
          forge.admin(forge.post("/admin/tokens", "{\"name\":\"n\",\"max_network\":\"model\"}"));
      HttpResponse<String> all =
          forge.admin(forge.post("/admin/tokens", "{\"name\":\"m\",\"max_network\":\"all\"}"));

      assertEquals(
          List.of("ok", "name", "token", "ip_cidrs", "created_at", "max_network"),
          forge.members(minted));
      assertEquals("model", forge.json(minted).get("max_network").textValue());
      assertEquals(List.of("ok", "name", "token", "ip_cidrs", "created_at"), forge.members(all));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"max_network\":\"model\"|{\"prompt\":\"p\",\"network\":\"all\"}",
        "\"max_network\":\"none\"|{\"prompt\":\"p\",\"network\":\"model\"}",
        "\"agents\":[\"codex\"]|{\"prompt\":\"p\"}",
        "\"max_permissions\":\"approve-reads\"|{\"prompt\":\"p\",\"tools\":[\"Bash\"]}",
        "\"max_permissions\":\"deny-all\"|{\"prompt\":\"p\",\"tools\":[\"Read\"]}",
      })
  void a_run_beyond_the_limits_of_its_token_is_refused(String limit, String run) throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> answer = run(forge, limit, run);

      assertEquals(403, answer.statusCode(), answer.body());
      assertEquals("permission_ceiling", forge.json(answer).get("code").textValue());
      assertEquals(List.of(), forge.agents.received());
    }
  }

  @Test
  void a_run_within_the_limits_of_its_token_runs_under_them() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> answer =
          run(
              forge,
              "\"agents\":[\"claude\"],\"max_permissions\":\"approve-reads\"",
              "{\"prompt\":\"p\",\"tools\":[\"Read\",\"Grep\"]}");

      assertEquals(200, answer.statusCode(), answer.body());
      assertEquals(
          Permissions.Mode.APPROVE_READS, forge.agents.received().getLast().oneShot().ceiling());
    }
  }

  @Test
  void revoking_a_token_cancels_its_runs() throws Exception {
    try (TestServer forge = TestServer.with(FakeAgentRunner.scripted(o -> FakeRun.silent()))) {
      FutureTask<HttpResponse<String>> waiting =
          new FutureTask<>(() -> forge.run("{\"prompt\":\"p\"}"));
      Thread.ofVirtual().start(waiting);
      forge.agents.awaitStarted(1);

      forge.admin(forge.to("/admin/tokens/app").DELETE());

      assertEquals(502, waiting.get(20, TimeUnit.SECONDS).statusCode());
    }
  }

  @Test
  void a_rotated_token_keeps_its_objects_and_loses_the_old_secret() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      forge.run("{\"prompt\":\"p\"}");

      HttpResponse<String> rotated =
          forge.admin(
              forge.to("/admin/tokens/app/rotate").POST(HttpRequest.BodyPublishers.noBody()));

      assertEquals(
          List.of("ok", "name", "token", "ip_cidrs", "created_at"), forge.members(rotated));
      assertEquals(401, forge.get("/runs").statusCode());
      HttpResponse<String> runs = as(forge, forge.json(rotated).get("token").textValue());
      assertEquals(1, forge.json(runs).get("runs").size());
    }
  }

  @Test
  void without_limit_and_cursor_all_tokens_are_listed() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      for (int i = 0; i < 60; i++) {
        forge.mint("t" + i);
      }

      JsonNode all = forge.json(forge.admin(forge.to("/admin/tokens")));
      JsonNode part = forge.json(forge.admin(forge.to("/admin/tokens?limit=10")));
      String next = part.get("next_cursor").textValue();
      JsonNode rest = forge.json(forge.admin(forge.to("/admin/tokens?cursor=" + next)));

      assertEquals(61, all.get("tokens").size());
      assertTrue(all.get("next_cursor").isNull());
      assertEquals(10, part.get("tokens").size());
      assertEquals("t49", rest.at("/tokens/0/name").textValue());
      assertEquals(50, rest.get("tokens").size());
    }
  }

  @Test
  void a_live_name_is_taken() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> answer = forge.admin(forge.post("/admin/tokens", "{\"name\":\"app\"}"));

      assertEquals(409, answer.statusCode());
      assertEquals("name_taken", forge.json(answer).get("code").textValue());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "name|{}",
        "name|{\"name\":7}",
        "name|{\"name\":\"Upper\"}",
        "ip_cidrs|{\"name\":\"n\",\"ip_cidrs\":\"10.0.0.0/8\"}",
        "ip_cidrs|{\"name\":\"n\",\"ip_cidrs\":[\"10.0.0.0/99\"]}",
        "agents|{\"name\":\"n\",\"agents\":\"claude\"}",
        "agents|{\"name\":\"n\",\"agents\":[]}",
        "agents|{\"name\":\"n\",\"agents\":[\"claude\",\"claude\"]}",
        "agents|{\"name\":\"n\",\"agents\":[\"a b\"]}",
        "agents|{\"name\":\"n\",\"agents\":[7]}",
        "max_permissions|{\"name\":\"n\",\"max_permissions\":\"approve-some\"}",
        "max_permissions|{\"name\":\"n\",\"max_permissions\":{\"auto_deny\":[\"x\"]}}",
        "max_permissions|{\"name\":\"n\",\"max_permissions\":{\"deny\":[\"execute\"]}}",
        "max_permissions|{\"name\":\"n\",\"max_permissions\":[]}",
        "max_network|{\"name\":\"n\",\"max_network\":\"some\"}",
        "max_network|{\"name\":\"n\",\"max_network\":true}",
      })
  void what_cannot_be_minted_is_refused_by_its_fields_name(String field, String body)
      throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> answer = forge.admin(forge.post("/admin/tokens", body));

      assertEquals(422, answer.statusCode());
      assertEquals(field, forge.json(answer).get("field").textValue());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/admin/tokens", "/admin/runs"})
  void administration_is_for_the_administrator(String path) throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> app = forge.get(path);
      HttpResponse<String> nobody = as(forge, "cf_unknown", path);

      assertEquals(403, app.statusCode());
      assertEquals("admin_required", forge.json(app).get("code").textValue());
      assertEquals(401, nobody.statusCode());
      assertEquals(200, forge.admin(forge.to(path)).statusCode());
      assertEquals(401, as(forge, TestServer.ADMIN, "/runs").statusCode());
    }
  }

  @Test
  void an_unknown_token_cannot_be_revoked_or_rotated() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      assertEquals(404, forge.admin(forge.to("/admin/tokens/none").DELETE()).statusCode());
      assertEquals(404, forge.admin(forge.post("/admin/tokens/none/rotate", "")).statusCode());
    }
  }

  @Test
  void without_an_admin_secret_there_is_no_administration() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.admin = null;
    try (TestServer forge = setup.start()) {
      assertEquals(404, forge.admin(forge.to("/admin/tokens")).statusCode());
      assertEquals(404, forge.get("/admin/tokens").statusCode());
    }
  }

  private static HttpResponse<String> run(TestServer forge, String limits, String body)
      throws Exception {
    HttpResponse<String> minted =
        forge.admin(forge.post("/admin/tokens", "{\"name\":\"n\"," + limits + "}"));
    String secret = forge.json(minted).get("token").textValue();
    return forge.send(forge.post("/run", body).setHeader("Authorization", "Bearer " + secret));
  }

  private static List<String> members(JsonNode object) {
    return object.properties().stream().map(e -> e.getKey()).toList();
  }

  private static HttpResponse<String> as(TestServer forge, String secret) throws Exception {
    return as(forge, secret, "/runs");
  }

  private static HttpResponse<String> as(TestServer forge, String secret, String path)
      throws Exception {
    return forge.send(forge.to(path).setHeader("Authorization", "Bearer " + secret));
  }
}
