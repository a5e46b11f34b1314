package com.clawdforge.http.app.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.core.agent.Usage;
import com.clawdforge.http.kit.Api;
import com.clawdforge.http.kit.GatewayFixture;
import com.clawdforge.http.kit.Installation;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Budgets that hold while the real claude works, by what its requests to the model take. */
@Tag("agent")
@Timeout(120)
class ModelBudgetIT {
  private static final String THEFT = "a request of a command";

  /** Each of the model's answers takes so many tokens: 30 cents for a model of 10 dollars. */
  private static final Usage DEAR = new Usage(10, 30_000, 0, 0);

  private static final Usage CHEAP = new Usage(10, 10, 0, 0);

  @TempDir Path temp;

  @Test
  void a_turn_that_asks_and_asks_ends_once_the_money_of_its_token_is_spent() throws Exception {
    Script endless = request -> tool(DEAR, "true");
    try (GatewayFixture gateway =
        GatewayFixture.start(
            temp,
            endless,
            Map.of(
                "CLAWDFORGE_DEFAULT_DAILY_BUDGET_USD",
                "1.5",
                "ACPX_BIN",
                Installation.PINNED.resolve("acpx").toString()))) {
      HttpResponse<String> opened =
          gateway.api.send(
              gateway.api.post("/sessions", gateway.token, "{\"model\":\"claude-sonnet-5\"}"));
      String session = Api.json(opened).path("session_id").asText();
      assertTrue(session.length() > 30, opened::body);

      HttpResponse<String> turn =
          gateway.api.send(
              gateway.api.post(
                  "/sessions/" + session + "/turn", gateway.token, "{\"prompt\":\"go\"}"));

      assertEquals(402, turn.statusCode(), turn::body);
      JsonNode problem = Api.json(turn);
      assertEquals("budget_exhausted", problem.path("code").asText(), turn::body);
      int asked = gateway.model.requests().size();
      assertTrue(asked >= 5 && asked <= 6, () -> asked + " requests");
      double spent = spent(gateway);
      assertTrue(spent >= 1.5 && spent < 1.9, () -> spent + " USD");
      HttpResponse<String> metrics = gateway.api.get("/metrics", Api.ADMIN);
      assertTrue(
          metrics.body().contains("outcome=\"no_money\""),
          () -> metrics.body().lines().filter(line -> line.contains("_model_")).toList() + "");
    }
  }

  @Test
  void what_a_command_asks_with_the_secret_of_its_run_is_spent_by_the_run() throws Exception {
    Script script =
        request -> {
          String body = request.body().toString();
          return body.contains(THEFT) && !body.contains("\"tools\"")
              ? text(DEAR)
              : body.contains("\"tool_result\"") ? text(CHEAP) : tool(CHEAP, steal());
        };
    try (GatewayFixture gateway = GatewayFixture.start(temp, script)) {
      HttpResponse<String> run =
          gateway.run(
              Map.of(
                  "prompt",
                  "go",
                  "model",
                  "claude-sonnet-5",
                  "tools",
                  List.of("Bash"),
                  "max_budget_usd",
                  0.25));

      assertEquals(402, run.statusCode(), run::body);
      assertEquals("budget_exhausted", Api.json(run).path("code").asText(), run::body);
      assertTrue(Api.json(run).path("detail").asText().contains("max_budget_usd"), run::body);
      assertEquals(2, gateway.model.requests().size(), () -> "" + gateway.model.requests());
      String id = Api.json(gateway.api.get("/runs", gateway.token)).at("/runs/0/run_id").asText();
      double cost = gateway.api.ledgerRun(gateway.token, id).path("cost_usd").asDouble();
      assertTrue(cost >= 0.3 && cost < 0.4, () -> cost + " USD");
      String metrics = gateway.api.get("/metrics", Api.ADMIN).body();
      assertTrue(
          metrics.contains(
              "clawdforge_model_requests_total{model=\"none\",outcome=\"no_money\",status=\"none\"} 1"),
          () -> metrics.lines().filter(line -> line.contains("_model_")).toList() + "");
    }
  }

  @Test
  void a_run_that_is_cut_off_has_spent_what_it_had_asked() throws Exception {
    Script script =
        request ->
            request.body().toString().contains("\"tool_result\"")
                ? ModelReply.silent()
                : tool(DEAR, "true");
    try (GatewayFixture gateway =
        GatewayFixture.start(temp, script, Map.of("CLAWDFORGE_DEFAULT_DAILY_BUDGET_USD", "5"))) {
      String run =
          gateway.api.detached(
              gateway.token,
              Map.of(
                  "prompt",
                  "go",
                  "model",
                  "claude-sonnet-5",
                  "tools",
                  List.of("Bash"),
                  "detach",
                  true));
      awaitRequests(gateway, 2);
      gateway.api.send(
          gateway.api.to("/runs/" + run + "/cancel", gateway.token).POST(BodyPublishers.noBody()));
      JsonNode ended = gateway.api.ledgerRun(gateway.token, run);
      assertEquals("cancelled", ended.path("state").asText(), ended::toString);

      double spent = spent(gateway);
      assertTrue(spent >= 0.3 && spent < 0.8, () -> spent + " USD");
    }
  }

  private static void awaitRequests(GatewayFixture gateway, int count) {
    long deadline = System.nanoTime() + Api.PATIENCE.toNanos();
    while (gateway.model.requests().size() < count) {
      if (System.nanoTime() - deadline >= 0) {
        throw new AssertionError("asked only " + gateway.model.requests().size() + " times");
      }
      Thread.onSpinWait();
    }
  }

  private static double spent(GatewayFixture gateway) throws Exception {
    return Api.json(gateway.api.get("/usage", gateway.token))
        .findValue("spent_today_usd")
        .asDouble();
  }

  // By the shell alone: there need not be another program for it.
  private static String steal() {
    return """
        at=${ANTHROPIC_BASE_URL#http://}; body='{"model":"claude-sonnet-5","stream":false,\
        "max_tokens":9,"messages":[{"role":"user","content":"%s"}]}'
        exec 3<>"/dev/tcp/${at%%%%:*}/${at##*:}"
        printf 'POST /v1/messages HTTP/1.1\\r\\nHost: %%s\\r\\nx-api-key: %%s\\r\\n' "$at" "$ANTHROPIC_API_KEY" >&3
        printf 'Connection: close\\r\\nContent-Type: application/json\\r\\nContent-Length: %%s\\r\\n\\r\\n%%s' \
        "${#body}" "$body" >&3
        cat <&3
        """
        .formatted(THEFT);
  }

  private static ModelReply tool(Usage usage, String command) {
    return new ModelReply.Message(
        List.of(
            new ModelReply.Block.ToolUse(
                "Bash", new JsonMapper().valueToTree(Map.of("command", command)))),
        "tool_use",
        Optional.of(usage),
        Duration.ZERO);
  }

  private static ModelReply text(Usage usage) {
    return ModelReply.text("done", "end_turn", usage);
  }
}
