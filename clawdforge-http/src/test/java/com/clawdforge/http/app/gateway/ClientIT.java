package com.clawdforge.http.app.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.client.ForgeAdmin;
import com.clawdforge.client.ForgeAgentException;
import com.clawdforge.client.ForgeAuthenticationException;
import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.ForgeNotFoundException;
import com.clawdforge.client.ForgeSessionClosedException;
import com.clawdforge.client.ForgeTimeoutException;
import com.clawdforge.client.RunRequest;
import com.clawdforge.client.Session;
import com.clawdforge.client.TurnEvent;
import com.clawdforge.client.TurnStream;
import com.clawdforge.client.UsageTotal;
import com.clawdforge.http.kit.Api;
import com.clawdforge.http.kit.GatewayFixture;
import com.clawdforge.http.kit.Installation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Java client and the whole gateway, with the real claude and acpx. */
@Tag("agent")
@Timeout(180)
class ClientIT {
  @TempDir Path temp;

  record Dish(String name, int servings, List<Step> steps, @Nullable String hint) {}

  record Step(String text, double minutes) {}

  @Test
  void an_answer_is_a_record_whose_schema_the_agent_got() throws Exception {
    Map<String, @Nullable Object> pancakes = new HashMap<>();
    pancakes.put("name", "pancakes");
    pancakes.put("servings", 4);
    pancakes.put("steps", List.of(Map.of("text", "fry", "minutes", 2.5)));
    pancakes.put("hint", null);
    Script script =
        Script.sequence(ModelReply.toolUse("StructuredOutput", pancakes), ModelReply.text("there"));
    try (GatewayFixture gateway = GatewayFixture.start(temp, script);
        ForgeClient client = client(gateway, gateway.token)) {
      Dish dish = client.run(RunRequest.of("How do I make pancakes?"), Dish.class);

      assertEquals(new Dish("pancakes", 4, List.of(new Step("fry", 2.5)), null), dish);
      assertTrue(gateway.model.requests().get(0).toolNames().contains("StructuredOutput"));
    }
  }

  @Test
  void an_answer_that_is_no_such_record_is_a_failure_of_the_agent() throws Exception {
    try (GatewayFixture gateway =
            GatewayFixture.start(temp, Script.always(ModelReply.text("{\"name\":\"pancakes\"}")));
        ForgeClient client = client(gateway, gateway.token)) {
      ForgeAgentException e =
          assertThrows(
              ForgeAgentException.class, () -> client.run(RunRequest.of("Pancakes?"), Dish.class));

      assertEquals("agent_output_invalid", e.code());
    }
  }

  @Test
  void a_session_is_streamed_listed_summed_up_and_closed() throws Exception {
    Script script = request -> ModelReply.text("you said " + request.lastUserText());
    Map<String, String> real = Map.of("ACPX_BIN", Installation.PINNED.resolve("acpx").toString());
    try (GatewayFixture gateway = GatewayFixture.start(temp, script, real);
        ForgeClient client = client(gateway, gateway.token);
        ForgeAdmin admin =
            ForgeAdmin.builder().baseUrl(url(gateway)).adminToken(Api.ADMIN).build()) {
      Session session = client.session();
      assertEquals("you said one", session.turn("one").text());
      List<String> texts = new ArrayList<>();
      try (TurnStream turn = session.stream("two")) {
        for (TurnEvent event : turn) {
          if (event instanceof TurnEvent.Text text) {
            texts.add(text.text());
          }
        }
        assertEquals(2, turn.result().turnIndex());
      }
      assertEquals("you said two", String.join("", texts));

      assertEquals(List.of(session.id()), ids(admin));
      UsageTotal used = admin.usage(UsageTotal.By.TOKEN).get(0);
      assertEquals("app", used.group());
      assertEquals(2, used.turns());
      assertTrue(used.usage().inputTokens() > 0);
      session.close();
      assertThrows(ForgeSessionClosedException.class, () -> session.turn("three"));
      assertFalse(client.closeSession(session.id()));
      assertThrows(ForgeNotFoundException.class, () -> client.getSession("no-such-session"));
    }
  }

  @Test
  void what_is_in_the_way_has_a_class_of_its_own() throws Exception {
    try (GatewayFixture gateway = GatewayFixture.start(temp, Script.always(ModelReply.silent()));
        ForgeClient client = client(gateway, gateway.token);
        ForgeClient stranger = client(gateway, "cf_nobody")) {
      assertThrows(ForgeAuthenticationException.class, () -> stranger.run("hello"));
      RunRequest brief =
          RunRequest.builder().prompt("hello").timeout(Duration.ofSeconds(1)).build();
      assertThrows(ForgeTimeoutException.class, () -> client.run(brief));

      assertEquals(1, client.runs(10).size());
    }
  }

  private static ForgeClient client(GatewayFixture gateway, String token) {
    return ForgeClient.builder().baseUrl(url(gateway)).token(token).build();
  }

  private static String url(GatewayFixture gateway) {
    return "http://127.0.0.1:" + gateway.gateway.port();
  }

  private static List<String> ids(ForgeAdmin admin) {
    return admin.sessions(false).stream().map(session -> session.sessionId()).toList();
  }
}
