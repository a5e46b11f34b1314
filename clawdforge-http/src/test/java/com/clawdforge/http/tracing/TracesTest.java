package com.clawdforge.http.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.http.kit.OtlpStub;
import com.clawdforge.http.kit.TestServer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The traces that a collector gets from a server on fakes. */
final class TracesTest {
  private static final int SERVER = 2;
  private static final int CLIENT = 3;
  private static final int ERROR = 2;
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String CALLER = "b7ad6b7169203331";

  private final OtlpStub collector;
  private final Tracing tracing;

  TracesTest() throws IOException {
    collector = OtlpStub.start();
    tracing = new Tracing(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url()), "1.2.3");
  }

  @AfterEach
  void stop() {
    collector.close();
  }

  @Test
  void a_run_is_traced_below_the_callers_own_span() throws Exception {
    serve(
        FakeAgentRunner.answeringOk(),
        forge ->
            forge.run(
                "{\"prompt\":\"the-prompt\",\"model\":\"sonnet\"}",
                request ->
                    request
                        .header("traceparent", "00-" + TRACE + "-" + CALLER + "-01")
                        .header("X-Request-Id", "req-7")));

    OtlpStub.Span request = collector.named("POST /run");
    assertEquals(TRACE, request.traceId());
    assertEquals(CALLER, request.parentId());
    assertEquals(SERVER, request.kind());
    assertEquals("200", request.attributes().get("http.response.status_code"));
    assertEquals("app", request.attributes().get("clawdforge.app"));
    assertEquals("clawdforge", request.attributes().get("service.name"));
    assertEquals("1.2.3", request.attributes().get("service.version"));
    for (String name : List.of("wait for a place", "invoke_agent claude")) {
      assertEquals(TRACE, collector.named(name).traceId());
      assertEquals(request.id(), collector.named(name).parentId());
    }
    assertFalse(collector.spans().toString().contains("the-prompt"));
  }

  @Test
  void the_agents_work_follows_the_genai_conventions() throws Exception {
    serve(
        FakeAgentRunner.answeringOk(),
        forge -> forge.run("{\"prompt\":\"p\",\"model\":\"sonnet\"}"));

    OtlpStub.Span agent = collector.named("invoke_agent claude");
    assertEquals(CLIENT, agent.kind());
    assertEquals(List.of("first message"), agent.events());
    Map<String, String> attributes = agent.attributes();
    assertEquals("invoke_agent", attributes.get("gen_ai.operation.name"));
    assertEquals("anthropic", attributes.get("gen_ai.provider.name"));
    assertEquals("claude", attributes.get("gen_ai.agent.name"));
    assertEquals("sonnet", attributes.get("gen_ai.request.model"));
    assertEquals("fake-model-1", attributes.get("gen_ai.response.model"));
    assertEquals("[end_turn]", attributes.get("gen_ai.response.finish_reasons"));
    assertEquals("12", attributes.get("gen_ai.usage.input_tokens"));
    assertEquals("7", attributes.get("gen_ai.usage.output_tokens"));
    assertEquals("completed", attributes.get("clawdforge.outcome"));
    assertEquals("1.41E-4", attributes.get("clawdforge.cost_usd"));
  }

  @Test
  void turns_share_their_conversation() throws Exception {
    serve(
        FakeAgentRunner.answeringOk(),
        forge -> {
          String session = forge.open();
          forge.turn(session, "{\"prompt\":\"p\"}");
          forge.turn(session, "{\"prompt\":\"p\"}");
        });

    List<Map<String, String>> turns =
        collector.spans().stream()
            .filter(span -> span.name().equals("invoke_agent claude"))
            .map(OtlpStub.Span::attributes)
            .toList();
    assertEquals(2, turns.size());
    assertEquals(
        turns.getFirst().get("gen_ai.conversation.id"),
        turns.getLast().get("gen_ai.conversation.id"));
    assertEquals("2", turns.getLast().get("clawdforge.turn"));
  }

  @Test
  void a_failure_is_an_error_of_the_agent_and_of_the_request() throws Exception {
    serve(
        FakeAgentRunner.scripted(oneShot -> FakeRun.fails(AgentFailure.FAILED, "secret words", "")),
        forge -> forge.run("{\"prompt\":\"p\"}"));

    OtlpStub.Span agent = collector.named("invoke_agent claude");
    assertEquals(ERROR, agent.status());
    assertEquals("agent_failed", agent.attributes().get("error.type"));
    assertEquals(ERROR, collector.named("POST /run").status());
    assertFalse(collector.spans().toString().contains("secret words"));
  }

  @Test
  void a_caller_can_turn_sampling_off_and_probes_are_not_traced() throws Exception {
    UnaryOperator<HttpRequest.Builder> unsampled =
        request -> request.header("traceparent", "00-" + TRACE + "-" + CALLER + "-00");
    serve(
        FakeAgentRunner.answeringOk(),
        forge -> {
          forge.run("{\"prompt\":\"p\"}", unsampled);
          forge.get("/healthz");
          forge.get("/readyz");
          forge.admin(forge.to("/metrics"));
          forge.get("/runs");
        });

    assertEquals(List.of("GET /runs"), names());
    assertTrue(collector.spans().getFirst().parentId().isEmpty());
  }

  @Test
  void a_stranger_can_have_nothing_traced() throws Exception {
    serve(
        FakeAgentRunner.answeringOk(),
        forge -> {
          for (String path : List.of("/runs", "/admin/tokens", "/metrics", "/nowhere", "/docs")) {
            forge.send(
                forge
                    .to(path)
                    .setHeader("Authorization", "Bearer cf_unknown")
                    .header("traceparent", "00-" + TRACE + "-" + CALLER + "-01"));
          }
          forge.get("/sessions");
        });

    assertEquals(List.of("GET /sessions"), names());
  }

  private List<String> names() {
    return collector.spans().stream().map(OtlpStub.Span::name).toList();
  }

  /** A request of an app. */
  @FunctionalInterface
  private interface Calls {
    void make(TestServer forge) throws Exception;
  }

  private void serve(FakeAgentRunner agents, Calls calls) throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.agents = agents;
    setup.requests = tracing.requests();
    setup.work = tracing.work();
    try (TestServer forge = setup.start()) {
      calls.make(forge);
    }
    tracing.close();
  }
}
