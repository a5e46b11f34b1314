package com.clawdforge.core.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FakeAgentRunnerTest extends OneShotsContract {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Override
  protected AgentRunner answering(String text) {
    return FakeAgentRunner.answering(text);
  }

  @Override
  protected AgentRunner silent() {
    return FakeAgentRunner.scripted(oneShot -> FakeRun.silent());
  }

  @Override
  protected AgentRunner unauthenticated() {
    return FakeAgentRunner.scripted(
        oneShot -> FakeRun.fails(AgentFailure.UNAUTHENTICATED, "log in first", "401"));
  }

  @Test
  void events_come_in_the_order_of_the_script() throws Exception {
    List<String> seen = new ArrayList<>();
    try (FakeAgentRunner agents =
        FakeAgentRunner.scripted(
            oneShot -> FakeRun.answers("x").emitting("{\"n\":1}", "{\"n\":2}"))) {
      agents.start(oneShot("hi", MINUTE), event -> seen.add(event.toString())).await();
    }
    assertEquals(List.of("{\"n\":1}", "{\"n\":2}"), seen);
  }

  @Test
  void a_held_run_ends_when_it_is_released() throws Exception {
    FakeRun.Hold hold = new FakeRun.Hold();
    try (FakeAgentRunner agents =
        FakeAgentRunner.scripted(oneShot -> FakeRun.answers("late").heldBy(hold))) {
      AgentTask one = agents.start(oneShot("hi", MINUTE), ignored -> {});
      AgentTask other = agents.start(oneShot("hi", MINUTE), ignored -> {});
      agents.awaitStarted(2);
      assertEquals(2, agents.runningNow());

      hold.release();
      assertInstanceOf(AgentOutcome.Completed.class, one.await());
      assertInstanceOf(AgentOutcome.Completed.class, other.await());
      assertEquals(0, agents.runningNow());
      assertEquals(2, agents.mostAtOnce());
    }
  }

  @Test
  void it_remembers_what_it_was_asked_for() throws Exception {
    byte[] content = {1, 2, 3};
    OneShot withFile =
        new OneShot(
            "r1",
            new Prompt(
                "look",
                List.of(new Attachment("a.bin", 3, new ByteArrayInputStream(content))),
                MINUTE),
            "haiku",
            null,
            Effort.LOW,
            null,
            null,
            List.of(),
            null);
    try (FakeAgentRunner agents = FakeAgentRunner.answeringOk()) {
      agents.start(withFile, ignored -> {}).await();
      agents.endOrphans(List.of("dead"));

      assertEquals(withFile, agents.received().get(0).oneShot());
      assertArrayEquals(content, agents.received().get(0).contents().get(0));
      assertEquals(List.of("dead"), agents.orphans());
    }
  }
}
