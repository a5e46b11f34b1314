package com.clawdforge.http.api.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.auth.TokenShares;
import com.clawdforge.http.kit.TestServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class OwnUsageRoutesTest {
  @Test
  void a_token_sees_its_own_use_and_the_limits_in_force() throws Exception {
    FakeRun.Hold hold = new FakeRun.Hold();
    TestServer.Setup setup = TestServer.setup();
    setup.agents =
        FakeAgentRunner.scripted(
            shot ->
                shot.prompt().text().equals("hold")
                    ? FakeRun.answers("x").heldBy(hold)
                    : FakeRun.answers("x"));
    setup.shares = new TokenShares(null, 7, null, new BigDecimal("5"), null, null);
    try (TestServer forge = setup.start()) {
      patch(forge, "{\"max_concurrent\":1}");
      forge.run("{\"prompt\":\"p\"}");
      forge.run("{\"prompt\":\"hold\",\"detach\":true,\"max_budget_usd\":1.25}");
      forge.run("{\"prompt\":\"waits\",\"detach\":true}");

      JsonNode usage = forge.json(forge.get("/usage"));
      assertEquals("app", usage.get("name").textValue());
      assertEquals(
          "{\"max_concurrent\":1,\"max_sessions\":7,\"daily_budget_usd\":5}",
          usage.get("limits").toString());
      JsonNode use = usage.get("use");
      assertEquals(1, use.get("running").intValue());
      assertEquals(1, use.get("waiting").intValue());
      assertEquals(5, use.get("waiting_prompt_bytes").intValue());
      assertEquals("0.000141", use.get("spent_today_usd").decimalValue().toPlainString());
      assertEquals("0.000141", use.get("spent_this_month_usd").decimalValue().toPlainString());
      assertEquals("2.25", use.get("reserved_usd").asText());
      assertTrue(usage.get("day_ends").textValue().endsWith("T00:00:00.000Z"));

      String other = forge.mint("other");
      JsonNode others =
          forge.json(forge.send(forge.to("/usage").setHeader("Authorization", "Bearer " + other)));
      assertEquals(0, others.at("/use/running").intValue());
      assertEquals("0", others.at("/use/spent_today_usd").asText());
      hold.release();
    }
  }

  @Test
  void requests_beyond_the_minute_are_refused_with_what_is_left_and_when() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      patch(forge, "{\"requests_per_minute\":3}");

      HttpResponse<String> first = forge.get("/usage");
      assertEquals("\"requests_per_minute\";r=2", header(first, "RateLimit"));
      assertEquals("\"requests_per_minute\";q=3;w=60", header(first, "RateLimit-Policy"));
      forge.get("/runs");
      assertEquals(200, forge.get("/usage").statusCode());

      HttpResponse<String> over = forge.get("/usage");
      assertEquals(429, over.statusCode(), over.body());
      assertEquals("rate_limited", forge.json(over).get("code").textValue());
      assertEquals(0, forge.json(over).get("left").intValue());
      int wait = Integer.parseInt(String.valueOf(header(over, "Retry-After")));
      assertTrue(wait >= 1 && wait <= 20, () -> "wait " + wait);
      assertEquals("\"requests_per_minute\";r=0;t=" + wait, header(over, "RateLimit"));
      assertNull(header(over, "x-should-retry"));

      assertEquals(200, as(forge, forge.mint("other"), "/usage").statusCode());
      patch(forge, "{\"requests_per_minute\":null}");
      HttpResponse<String> free = forge.get("/usage");
      assertEquals(200, free.statusCode());
      assertNull(header(free, "RateLimit"));
    }
  }

  @Test
  void a_higher_limit_does_not_forget_what_was_used() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      patch(forge, "{\"requests_per_minute\":2}");
      forge.get("/usage");
      forge.get("/usage");
      assertEquals(429, forge.get("/usage").statusCode());

      patch(forge, "{\"requests_per_minute\":4}");
      assertEquals("\"requests_per_minute\";r=1", header(forge.get("/usage"), "RateLimit"));
    }
  }

  @Test
  void an_exhausted_budget_is_402_until_midnight_and_not_worth_a_retry() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      patch(forge, "{\"daily_budget_usd\":0.0001}");
      assertEquals(200, forge.run("{\"prompt\":\"p\"}").statusCode());

      HttpResponse<String> over = forge.run("{\"prompt\":\"p\"}");
      assertEquals(402, over.statusCode(), over.body());
      JsonNode problem = forge.json(over);
      assertEquals("budget_exhausted", problem.get("code").textValue());
      assertEquals("daily_budget_usd", problem.get("limit").textValue());
      assertEquals(0, problem.get("left").intValue());
      assertTrue(problem.get("resets_at").textValue().endsWith("T00:00:00.000Z"));
      String wait = String.valueOf(header(over, "Retry-After"));
      assertEquals("\"daily_budget_usd\";r=0;t=" + wait, header(over, "RateLimit"));
      assertEquals(
          "\"daily_budget_usd\";q=100;qu=\"micro-usd\";w=86400", header(over, "RateLimit-Policy"));
    }
  }

  @Test
  void sessions_and_uploads_beyond_the_tokens_own_are_429() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      patch(forge, "{\"max_sessions\":1,\"max_storage_bytes\":0}");
      assertEquals(200, forge.send(forge.post("/sessions", "{}")).statusCode());

      HttpResponse<String> session = forge.send(forge.post("/sessions", "{}"));
      assertEquals(429, session.statusCode(), session.body());
      assertEquals("quota_exceeded", forge.json(session).get("code").textValue());
      assertEquals("max_sessions", forge.json(session).get("limit").textValue());
      assertEquals("\"max_sessions\";q=1;qu=\"sessions\"", header(session, "RateLimit-Policy"));
      HttpResponse<String> upload =
          forge.send(
              forge
                  .to("/files")
                  .setHeader("Content-Type", "multipart/form-data; boundary=b")
                  .POST(HttpRequest.BodyPublishers.ofString("--b--\r\n")));
      assertEquals(429, upload.statusCode(), upload.body());
      assertEquals("max_storage_bytes", forge.json(upload).get("limit").textValue());
    }
  }

  @Test
  void a_token_that_is_minted_anew_under_a_name_begins_anew() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      patch(forge, "{\"daily_budget_usd\":0.0001}");
      assertEquals(200, run(forge, forge.token).statusCode());
      HttpResponse<String> rotated =
          forge.admin(
              forge.to("/admin/tokens/app/rotate").POST(HttpRequest.BodyPublishers.noBody()));
      String secret = forge.json(rotated).get("token").textValue();
      assertEquals(402, run(forge, secret).statusCode(), "the same token, rotated");

      forge.admin(forge.to("/admin/tokens/app").DELETE());
      assertEquals(200, run(forge, forge.mint("app")).statusCode());
    }
  }

  private static HttpResponse<String> run(TestServer forge, String secret) throws Exception {
    return forge.send(
        forge.post("/run", "{\"prompt\":\"p\"}").setHeader("Authorization", "Bearer " + secret));
  }

  private static HttpResponse<String> as(TestServer forge, String secret, String path)
      throws Exception {
    return forge.send(forge.to(path).setHeader("Authorization", "Bearer " + secret));
  }

  private static void patch(TestServer forge, String body) throws Exception {
    HttpResponse<String> answer =
        forge.admin(
            forge
                .to("/admin/tokens/app")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(body)));
    assertEquals(200, answer.statusCode(), answer.body());
  }

  private static @Nullable String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse(null);
  }
}
