package com.clawdforge.http.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.auth.TokenShares;
import com.clawdforge.core.share.PromptSpool;
import com.clawdforge.http.kit.TestServer;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The metrics of a server whose apps share it. */
final class ShareMetersTest {
  private static final String LONG = "x".repeat(100);

  // As the server's own does, which writes them to files.
  private static PromptSpool.Spooled spooled(String text) {
    PromptSpool.Spooled inMemory = PromptSpool.IN_MEMORY.keep(text);
    return new PromptSpool.Spooled() {
      @Override
      public String read() {
        return inMemory.read();
      }

      @Override
      public boolean onDisk() {
        return text.length() >= LONG.length();
      }

      @Override
      public void close() {
        inMemory.close();
      }
    };
  }

  private static TestServer.Setup setup(GatewayMetrics metrics) {
    TestServer.Setup setup = TestServer.setup();
    setup.spool = ShareMetersTest::spooled;
    setup.work = metrics.work();
    setup.requests = metrics.requests();
    setup.maxWaitingPromptBytes = 4000;
    return setup;
  }

  private static void shows(GatewayMetrics metrics, String... lines) {
    String shown = metrics.scrape();
    for (String line : lines) {
      assertTrue(shown.contains(line + "\n"), () -> line + " is not in\n" + shown);
    }
  }

  @Test
  void apps_and_prompts_that_wait_are_shown_without_a_time_series_for_each_app() throws Exception {
    FakeRun.Hold hold = new FakeRun.Hold();
    try (GatewayMetrics metrics = new GatewayMetrics("1", List.of(), () -> 0)) {
      TestServer.Setup setup = setup(metrics);
      setup.agents = FakeAgentRunner.scripted(shot -> FakeRun.answers("x").heldBy(hold));
      setup.shares = new TokenShares(1, null, null, null, null, null);
      try (TestServer forge = setup.start()) {
        metrics.show(forge.shares);
        for (String prompt : List.of("runs", "short", LONG)) {
          forge.run("{\"detach\":true,\"prompt\":\"" + prompt + "\"}");
        }
        forge.send(
            forge
                .post("/run", "{\"detach\":true,\"prompt\":\"theirs\"}")
                .setHeader("Authorization", "Bearer " + forge.mint("other")));

        shows(
            metrics,
            "clawdforge_apps{state=\"working\"} 2.0",
            "clawdforge_apps{state=\"waiting\"} 1.0",
            "clawdforge_apps{state=\"limited\"} 1.0",
            "clawdforge_app_places_most 1.0",
            "clawdforge_prompts_waiting{where=\"memory\"} 1.0",
            "clawdforge_prompts_waiting{where=\"disk\"} 1.0",
            "clawdforge_prompts_waiting_size_bytes{where=\"memory\"} 5.0",
            "clawdforge_prompts_waiting_size_bytes{where=\"disk\"} 100.0",
            "clawdforge_prompts_waiting_limit_bytes 4000.0",
            "clawdforge_budget_reserved_usd 4.0");
        hold.release();
      }
    }
  }

  @Test
  void refusals_are_counted_by_their_reason() throws Exception {
    try (GatewayMetrics metrics = new GatewayMetrics("1", List.of(), () -> 0)) {
      TestServer.Setup setup = setup(metrics);
      setup.shares = new TokenShares(null, 0, 4, new BigDecimal("0.0001"), null, null);
      try (TestServer forge = setup.start()) {
        metrics.show(forge.shares);
        shows(
            metrics,
            "clawdforge_refusals_total{reason=\"rate_limited\"} 0.0",
            "clawdforge_budget_spent_usd_total 0.0");
        assertEquals(200, forge.run("{\"prompt\":\"p\"}").statusCode());
        assertEquals(402, forge.run("{\"prompt\":\"p\"}").statusCode());
        assertEquals(429, forge.send(forge.post("/sessions", "{}")).statusCode());
        assertEquals(404, forge.get("/runs/unknown").statusCode());
        assertEquals(429, forge.get("/usage").statusCode());
        assertEquals(429, forge.get("/usage").statusCode());

        shows(
            metrics,
            "clawdforge_refusals_total{reason=\"budget_exhausted\"} 1.0",
            "clawdforge_refusals_total{reason=\"quota_exceeded\"} 1.0",
            "clawdforge_refusals_total{reason=\"rate_limited\"} 2.0",
            "clawdforge_budget_spent_usd_total 1.41E-4",
            "clawdforge_budget_reserved_usd 0.0");
      }
    }
  }
}
