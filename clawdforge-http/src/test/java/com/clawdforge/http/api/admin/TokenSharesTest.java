package com.clawdforge.http.api.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.TestServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenSharesTest {
  private static final String ALL =
      "\"max_concurrent\":2,\"max_sessions\":0,\"requests_per_minute\":60,"
          + "\"daily_budget_usd\":1.50,\"monthly_budget_usd\":20,\"max_storage_bytes\":1099511627776";

  @Test
  void a_token_is_minted_with_shares_that_every_view_of_it_has() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      JsonNode minted =
          forge.json(forge.admin(forge.post("/admin/tokens", "{\"name\":\"n\"," + ALL + "}")));
      JsonNode rotated =
          forge.json(
              forge.admin(
                  forge.to("/admin/tokens/n/rotate").POST(HttpRequest.BodyPublishers.noBody())));
      JsonNode listed = forge.json(forge.admin(forge.to("/admin/tokens?limit=1"))).at("/tokens/0");

      for (JsonNode token : List.of(minted, rotated, listed)) {
        assertEquals(2, token.get("max_concurrent").intValue());
        assertEquals(0, token.get("max_sessions").intValue());
        assertEquals(60, token.get("requests_per_minute").intValue());
        assertEquals("1.5", token.get("daily_budget_usd").asText());
        assertEquals("20", token.get("monthly_budget_usd").asText());
        assertEquals(1L << 40, token.get("max_storage_bytes").longValue());
      }
    }
  }

  @Test
  void a_change_leaves_what_it_does_not_name_and_null_is_the_default_again() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      forge.admin(forge.post("/admin/tokens", "{\"name\":\"n\"," + ALL + "}"));

      JsonNode changed =
          forge.json(patch(forge, "n", "{\"max_concurrent\":null,\"daily_budget_usd\":0.000001}"));
      assertFalse(changed.has("max_concurrent"), changed.toString());
      assertEquals(0.000001, changed.get("daily_budget_usd").doubleValue());
      assertEquals(60, changed.get("requests_per_minute").intValue());
      assertEquals("n", changed.get("name").textValue());

      assertEquals(changed, forge.json(patch(forge, "n", "{}")));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "max_concurrent|0",
        "max_concurrent|-1",
        "max_concurrent|1.5",
        "max_concurrent|\"2\"",
        "max_concurrent|99999999999999999999",
        "max_sessions|-1",
        "requests_per_minute|0",
        "daily_budget_usd|-0.01",
        "daily_budget_usd|1e999",
        "daily_budget_usd|0.0000001",
        "daily_budget_usd|\"NaN\"",
        "daily_budget_usd|true",
        "monthly_budget_usd|1000000001",
        "max_storage_bytes|-1",
        "max_storage_bytes|1e30",
        "max_storage_bytes|9223372036854775808",
      })
  void a_share_that_cannot_be_is_refused_by_its_name_and_changes_nothing(String field, String value)
      throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      String body = "\"max_storage_bytes\":7,\"" + field + "\":" + value;
      for (HttpResponse<String> answer :
          List.of(
              patch(forge, "app", "{" + body + "}"),
              forge.admin(forge.post("/admin/tokens", "{\"name\":\"n\"," + body + "}")))) {
        assertEquals(422, answer.statusCode(), answer.body());
        assertEquals(field, forge.json(answer).get("field").textValue());
      }
      assertEquals("{}", forge.json(forge.get("/usage")).get("limits").toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"name", "ip_cidrs", "agents", "max_permissions", "max_network"})
  void what_is_fixed_when_a_token_is_minted_cannot_be_changed(String field) throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> answer =
          patch(forge, "app", "{\"max_concurrent\":1,\"" + field + "\":null}");

      assertEquals(422, answer.statusCode(), answer.body());
      assertEquals(field, forge.json(answer).get("field").textValue());
      assertEquals("{}", forge.json(forge.get("/usage")).get("limits").toString());
    }
  }

  @Test
  void only_a_live_token_is_changed_and_only_by_the_administrator() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      assertEquals(404, patch(forge, "none", "{}").statusCode());
      assertEquals(
          403,
          forge
              .send(
                  forge
                      .to("/admin/tokens/app")
                      .method("PATCH", HttpRequest.BodyPublishers.ofString("{}")))
              .statusCode());
      forge.admin(forge.to("/admin/tokens/app").DELETE());
      HttpResponse<String> revoked = patch(forge, "app", "{\"max_sessions\":1}");
      assertEquals(404, revoked.statusCode());
      assertTrue(revoked.body().contains("no token named app"), revoked.body());
    }
  }

  private static HttpResponse<String> patch(TestServer forge, String name, String body)
      throws Exception {
    return forge.admin(
        forge
            .to("/admin/tokens/" + name)
            .method("PATCH", HttpRequest.BodyPublishers.ofString(body)));
  }
}
