package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TurnEventTest {
  private static TurnEvent event(String json) throws Exception {
    return TurnEvent.of(Json.MAPPER.readTree(json));
  }

  private static TurnEvent update(String members) throws Exception {
    return event(
        "{\"jsonrpc\":\"2.0\",\"method\":\"session/update\",\"params\":{\"update\":{"
            + members
            + "}}}");
  }

  @Test
  void text_and_thoughts_are_events() throws Exception {
    TurnEvent said =
        update(
            "\"sessionUpdate\":\"agent_message_chunk\",\"content\":{\"type\":\"text\",\"text\":\"hi\"}");
    TurnEvent thought =
        update(
            "\"sessionUpdate\":\"agent_thought_chunk\",\"content\":{\"type\":\"text\",\"text\":\"hm\"}");

    assertEquals("hi", assertInstanceOf(TurnEvent.Text.class, said).text());
    assertEquals("hm", assertInstanceOf(TurnEvent.Thought.class, thought).text());
  }

  @Test
  void a_message_has_an_id_and_a_remark_is_none_of_it() throws Exception {
    String chunk =
        "\"sessionUpdate\":\"agent_message_chunk\",\"messageId\":\"%s\","
            + "\"content\":{\"type\":\"text\",\"text\":\"hi\"}";
    TurnEvent said = update(chunk.formatted("msg_01"));
    TurnEvent remark = update(chunk.formatted("0f7c2f5e-55a1-4c0e-8a53-6b1b6f1f0a11"));

    assertEquals("msg_01", assertInstanceOf(TurnEvent.Text.class, said).messageId());
    assertEquals("hi", assertInstanceOf(TurnEvent.Notice.class, remark).text());
    assertEquals("Notice[2 characters]", remark.toString());
  }

  @Test
  void a_request_that_is_repeated_is_an_event() throws Exception {
    String ofClaude =
        "{\"method\":\"_claude/sdkMessage\",\"params\":{\"message\":{\"subtype\":\"%s\","
            + "\"error_status\":%s}}}";
    String ofCodex =
        "\"sessionUpdate\":\"session_info_update\",\"_meta\":{\"codex\":{\"error\":"
            + "{\"willRetry\":%s,\"codexErrorInfo\":%s}}}";

    assertEquals(529, retry(event(ofClaude.formatted("api_retry", "529"))));
    assertNull(retry(event(ofClaude.formatted("api_retry", "null"))));
    assertInstanceOf(TurnEvent.Other.class, event(ofClaude.formatted("other", "529")));
    String status = "{\"responseStreamDisconnected\":{\"httpStatusCode\":503}}";
    assertEquals(503, retry(update(ofCodex.formatted("true", status))));
    assertNull(retry(update(ofCodex.formatted("true", "\"serverOverloaded\""))));
    assertInstanceOf(TurnEvent.Other.class, update(ofCodex.formatted("false", status)));
  }

  private static @Nullable Integer retry(TurnEvent event) {
    return assertInstanceOf(TurnEvent.Retry.class, event).status();
  }

  @Test
  void a_tool_call_and_its_update_are_events() throws Exception {
    TurnEvent call =
        update(
            "\"sessionUpdate\":\"tool_call\",\"toolCallId\":\"t1\",\"title\":\"ls\",\"kind\":"
                + "\"execute\",\"status\":\"pending\"");
    TurnEvent news =
        update(
            "\"sessionUpdate\":\"tool_call_update\",\"toolCallId\":\"t1\",\"status\":\"failed\"");

    TurnEvent.ToolCall begun = assertInstanceOf(TurnEvent.ToolCall.class, call);
    assertEquals("execute", begun.kind());
    TurnEvent.ToolUpdate changed = assertInstanceOf(TurnEvent.ToolUpdate.class, news);
    assertEquals("failed", changed.status());
    assertNull(changed.kind());
  }

  @Test
  void a_plan_has_its_entries() throws Exception {
    TurnEvent plan =
        update(
            "\"sessionUpdate\":\"plan\",\"entries\":[{\"content\":\"look\",\"priority\":\"high\","
                + "\"status\":\"completed\"},{\"content\":\"mend\"},{}]");

    assertEquals(
        List.of(
            new TurnEvent.Plan.Entry("look", "high", "completed"),
            new TurnEvent.Plan.Entry("mend", null, null)),
        assertInstanceOf(TurnEvent.Plan.class, plan).entries());
  }

  @Test
  void usage_has_a_cost_only_in_dollars() throws Exception {
    String usage = "\"sessionUpdate\":\"usage_update\",\"used\":12,\"size\":200,\"cost\":";
    TurnEvent dollars = update(usage + "{\"amount\":0.250,\"currency\":\"USD\"}");
    TurnEvent euros = update(usage + "{\"amount\":0.250,\"currency\":\"EUR\"}");

    TurnEvent.Usage inDollars = assertInstanceOf(TurnEvent.Usage.class, dollars);
    assertEquals(12, inDollars.used());
    assertEquals(200, inDollars.size());
    assertEquals(new BigDecimal("0.250"), inDollars.costUsd());
    assertNull(assertInstanceOf(TurnEvent.Usage.class, euros).costUsd());
  }

  @Test
  void a_permission_request_and_its_answer_are_events() throws Exception {
    TurnEvent question =
        event(
            "{\"id\":0,\"method\":\"session/request_permission\",\"params\":{\"toolCall\":{"
                + "\"toolCallId\":\"t1\",\"kind\":\"edit\"}}}");
    TurnEvent answer =
        event(
            "{\"id\":0,\"result\":{\"outcome\":{\"outcome\":\"selected\",\"optionId\":\"reject\"}}}");
    TurnEvent calledOff = event("{\"id\":0,\"result\":{\"outcome\":{\"outcome\":\"cancelled\"}}}");

    TurnEvent.Permission asked = assertInstanceOf(TurnEvent.Permission.class, question);
    assertEquals(
        List.of("0", "t1", "edit"),
        List.of(asked.id(), "" + asked.toolCallId(), "" + asked.kind()));
    assertNull(asked.chosen());
    assertEquals("reject", assertInstanceOf(TurnEvent.Permission.class, answer).chosen());
    assertEquals("cancelled", assertInstanceOf(TurnEvent.Permission.class, calledOff).chosen());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"id\":3,\"result\":{\"stopReason\":\"end_turn\"}}",
        "{\"method\":\"session/update\",\"params\":{\"update\":{\"sessionUpdate\":\"new\"}}}",
        "{\"method\":\"session/update\",\"params\":{\"update\":{\"sessionUpdate\":\"tool_call\"}}}",
        "{\"method\":\"session/update\",\"params\":{\"update\":{\"sessionUpdate\":"
            + "\"agent_message_chunk\",\"content\":{\"type\":\"image\"}}}}",
        "{\"method\":\"session/update\",\"params\":7}"
      })
  void unknown_messages_are_kept(String json) throws Exception {
    JsonNode raw = Json.MAPPER.readTree(json);

    assertEquals(new TurnEvent.Other(raw), TurnEvent.of(raw));
  }

  @Test
  void events_print_none_of_their_content() throws Exception {
    String secret = "very secret words";
    for (String kind : List.of("agent_message_chunk", "agent_thought_chunk", "tool_call", "plan")) {
      TurnEvent event =
          update(
              ("\"sessionUpdate\":\"KIND\",\"toolCallId\":\"t1\",\"title\":\"SECRET\","
                      + "\"content\":{\"text\":\"SECRET\"},\"entries\":[{\"content\":\"SECRET\"}]")
                  .replace("KIND", kind)
                  .replace("SECRET", secret));

      assertFalse(event.toString().contains(secret), kind);
    }
  }
}
