package com.clawdforge.http.app.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.http.kit.Api;
import com.clawdforge.http.kit.GatewayFixture;
import com.clawdforge.http.kit.Installation;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A conversation through the whole gateway, with the real acpx and claude. */
@Tag("agent")
@Timeout(180)
class SessionIT {
  @TempDir Path temp;

  @Test
  void a_session_continues_after_a_restart_of_the_server() throws Exception {
    Map<String, String> real = Map.of("ACPX_BIN", Installation.PINNED.resolve("acpx").toString());
    Script script = request -> ModelReply.text("you said " + request.lastUserText());
    String token;
    String id;
    String events;
    try (GatewayFixture gateway = GatewayFixture.start(temp, script, real)) {
      token = gateway.token;
      id = open(gateway.api, token);
      HttpResponse<String> first = turn(gateway.api, token, id, "the first thing");

      assertEquals(200, first.statusCode(), first.body());
      events = first.body().replaceFirst("(?s).*?\"events\":(\\[.*]),\"stop_reason\".*", "$1");
      assertTrue(events.contains("you said the first thing"), events);
      assertEquals("end_turn", Api.json(first).path("stop_reason").asText());
      assertEquals(1, openSessions(gateway.api));
    }
    try (GatewayFixture gateway = GatewayFixture.restart(temp, script, real)) {
      HttpResponse<String> second = turn(gateway.api, token, id, "the second thing");

      assertEquals(200, second.statusCode(), second.body());
      List<ModelRequest> requests = gateway.model.requests();
      assertTrue(requests.getLast().body().toString().contains("the first thing"), "it remembers");
      JsonNode turn = Api.json(gateway.api.get("/sessions/" + id + "/turns/2", token));
      assertEquals("completed", turn.path("state").asText());
      assertEquals(false, turn.path("context_lost").asBoolean(true));
      String replay = gateway.api.get("/sessions/" + id + "/turns/1/events", token).body();
      assertTrue(replay.contains("\"events\":" + events + ",\"state\""), replay);
      JsonNode usage = Api.json(gateway.api.get("/admin/usage?group_by=token", Api.ADMIN));
      assertEquals(2, usage.at("/usage/0/turns").asInt(), usage::toString);
      gateway.api.send(gateway.api.to("/sessions/" + id, token).DELETE());
      assertEquals(0, openSessions(gateway.api));
    }
  }

  private static String open(Api api, String token) throws Exception {
    return Api.json(api.send(api.post("/sessions", token, "{}"))).path("session_id").asText();
  }

  private static HttpResponse<String> turn(Api api, String token, String id, String prompt)
      throws Exception {
    return api.send(
        api.post("/sessions/" + id + "/turn", token, Api.text(Map.of("prompt", prompt))));
  }

  private static int openSessions(Api api) throws Exception {
    return Api.json(api.get("/healthz", "")).path("open_sessions").asInt(-1);
  }
}
