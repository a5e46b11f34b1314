package com.clawdforge.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.TestServer;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the answer says of a bearer that was pasted wrongly. */
final class BearerWordsTest {
  private final TestServer forge = TestServer.setup().start();

  @AfterEach
  void stop() {
    forge.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "Bearer Bearer TOKEN|twice",
        "Bearer \"TOKEN\"|quotes",
        "Bearer 'TOKEN'|quotes",
        "Bearer Authorization: Bearer TOKEN|name of the header",
        "Bearer TOK EN|blank",
        "Bearer $CLAWDFORGE_TOKEN|placeholder",
        "Bearer <token>|placeholder",
        "Bearer|empty",
        "Bearer cf_short|whole token",
        "TOKEN|Bearer is missing",
        "Basic eDp5|another scheme",
        "Bearer sk-something-else|unknown or revoked",
      })
  void a_bearer_that_was_pasted_wrongly_is_told_what_is_wrong(String header, String words)
      throws Exception {
    String sent = header.replace("TOKEN", forge.token);
    HttpResponse<String> answer = forge.send(forge.to("/runs").setHeader("Authorization", sent));

    assertEquals(401, answer.statusCode(), answer.body());
    assertEquals("unauthenticated", forge.json(answer).get("code").textValue());
    String detail = forge.json(answer).get("detail").textValue();
    assertTrue(detail.contains(words), detail);
    assertFalse(detail.contains(forge.token), detail);
  }

  @Test
  void the_administrators_secret_on_a_route_of_apps_is_told_apart() throws Exception {
    HttpResponse<String> answer = forge.admin(forge.post("/run", "{\"prompt\":\"p\"}"));
    HttpResponse<String> nearly =
        forge.send(
            forge.to("/runs").setHeader("Authorization", "Bearer " + TestServer.ADMIN + "x"));

    assertEquals(401, answer.statusCode());
    assertEquals("unauthenticated", forge.json(answer).get("code").textValue());
    String detail = forge.json(answer).get("detail").textValue();
    assertTrue(detail.contains("administrator's secret"), detail);
    assertTrue(detail.contains("token mint"), detail);
    assertFalse(nearly.body().contains("administrator"), nearly.body());
  }

  @Test
  void an_apps_token_on_a_route_of_the_administrator_is_told_which_to_send() throws Exception {
    HttpResponse<String> answer = forge.get("/admin/tokens");

    assertEquals(403, answer.statusCode());
    assertEquals("admin_required", forge.json(answer).get("code").textValue());
    String detail = forge.json(answer).get("detail").textValue();
    assertTrue(detail.contains("the token of app "), detail);
    assertTrue(detail.contains("ADMIN_BOOTSTRAP_TOKEN"), detail);
  }
}
