package com.clawdforge.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
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
    try (Forge forge = Forge.setup().start()) {
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
  void revoking_a_token_cancels_its_runs() throws Exception {
    try (Forge forge = Forge.with(FakeAgentRunner.scripted(o -> FakeRun.silent()))) {
      FutureTask<HttpResponse<String>> waiting =
          new FutureTask<>(() -> forge.run("{\"prompt\":\"p\"}"));
      Thread.ofVirtual().start(waiting);
      forge.agents.awaitStarted(1);

      forge.admin(forge.to("/admin/tokens/app").DELETE());

      assertEquals(502, waiting.get(20, TimeUnit.SECONDS).statusCode());
    }
  }

  @Test
  void a_rotated_token_keeps_what_it_owns_and_loses_the_old_secret() throws Exception {
    try (Forge forge = Forge.setup().start()) {
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
    try (Forge forge = Forge.setup().start()) {
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
    try (Forge forge = Forge.setup().start()) {
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
        "max_concurrent|{\"name\":\"n\",\"max_concurrent\":1}",
        "requests_per_minute|{\"name\":\"n\",\"requests_per_minute\":1}",
        "daily_budget_usd|{\"name\":\"n\",\"daily_budget_usd\":1}",
        "agents|{\"name\":\"n\",\"agents\":[\"claude\"]}",
        "max_permissions|{\"name\":\"n\",\"max_permissions\":\"deny-all\"}",
      })
  void what_cannot_be_minted_is_refused_by_its_fields_name(String field, String body)
      throws Exception {
    try (Forge forge = Forge.setup().start()) {
      HttpResponse<String> answer = forge.admin(forge.post("/admin/tokens", body));

      assertEquals(422, answer.statusCode());
      assertEquals(field, forge.json(answer).get("field").textValue());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/admin/tokens", "/admin/runs"})
  void administration_is_for_the_administrator(String path) throws Exception {
    try (Forge forge = Forge.setup().start()) {
      HttpResponse<String> app = forge.get(path);
      HttpResponse<String> nobody = as(forge, "cf_unknown", path);

      assertEquals(403, app.statusCode());
      assertEquals("admin_required", forge.json(app).get("code").textValue());
      assertEquals(401, nobody.statusCode());
      assertEquals(200, forge.admin(forge.to(path)).statusCode());
      assertEquals(401, as(forge, Forge.ADMIN, "/runs").statusCode());
    }
  }

  @Test
  void an_unknown_token_cannot_be_revoked_or_rotated() throws Exception {
    try (Forge forge = Forge.setup().start()) {
      assertEquals(404, forge.admin(forge.to("/admin/tokens/none").DELETE()).statusCode());
      assertEquals(404, forge.admin(forge.post("/admin/tokens/none/rotate", "")).statusCode());
    }
  }

  @Test
  void without_an_admin_secret_there_is_no_administration() throws Exception {
    Forge.Setup setup = Forge.setup();
    setup.admin = null;
    try (Forge forge = setup.start()) {
      assertEquals(404, forge.admin(forge.to("/admin/tokens")).statusCode());
      assertEquals(404, forge.get("/admin/tokens").statusCode());
    }
  }

  private static HttpResponse<String> as(Forge forge, String secret) throws Exception {
    return as(forge, secret, "/runs");
  }

  private static HttpResponse<String> as(Forge forge, String secret, String path) throws Exception {
    return forge.send(forge.to(path).setHeader("Authorization", "Bearer " + secret));
  }
}
