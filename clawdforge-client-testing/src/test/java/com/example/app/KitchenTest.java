package com.example.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.clawdforge.client.testing.FakeAnswer;
import com.clawdforge.client.testing.FakeGateway;
import com.clawdforge.client.testing.PromptCall;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class KitchenTest {
  private final FakeGateway gateway = FakeGateway.start();
  private final Kitchen kitchen = new Kitchen(gateway.client());

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void a_recipe_is_asked_for_by_its_dish() {
    Kitchen.Recipe pancakes = new Kitchen.Recipe("pancakes", List.of("mix", "fry"));
    gateway.answerRuns(FakeAnswer.json(pancakes));

    assertEquals(pancakes, kitchen.recipe("pancakes"));
    assertEquals("How do I make pancakes?", gateway.runs().get(0).prompt());
  }

  @Test
  void without_an_answer_there_is_no_tip() {
    gateway.answerRuns(
        FakeAnswer.usageLimit("five_hour", Instant.now().plusSeconds(600)),
        FakeAnswer.atCapacity(Duration.ofSeconds(5)),
        FakeAnswer.error("budget_exhausted", "10 dollars were spent today"),
        FakeAnswer.text("Salt the water."));

    assertEquals("No tip today.", kitchen.tip());
    assertEquals("No tip today.", kitchen.tip());
    assertEquals("No tip today.", kitchen.tip());
    assertEquals("Salt the water.", kitchen.tip());
  }

  @Test
  void a_chat_survives_a_broken_connection() {
    gateway.onTurn(
        call ->
            FakeAnswer.text("Answer ", call.turnIndex() + ". ")
                .toolCall("grep salt", "search")
                .breaksAfter(1));
    List<String> screen = new ArrayList<>();

    kitchen.chat(List.of("How much salt?", "And for two?"), screen::add);

    assertEquals("Answer 1. Answer 2. ", String.join("", screen));
    assertEquals(
        List.of("How much salt?", "And for two?"),
        gateway.turns().stream().map(PromptCall::prompt).toList());
    assertEquals(0, gateway.openSessions());
  }
}
