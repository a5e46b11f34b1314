package com.example.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.run.FinishedRun;
import com.clawdforge.core.run.RunTestKit;
import com.clawdforge.core.run.TestRunRequest;
import com.clawdforge.core.work.WorkState;
import org.junit.jupiter.api.Test;

final class AnswersTest {
  @Test
  void the_model_of_a_request_reaches_the_agent_and_the_ledger() throws Exception {
    try (RunTestKit kit = RunTestKit.scripted(shot -> FakeRun.answers("I am " + shot.model()))) {
      FinishedRun finished = kit.start(TestRunRequest.of("Who are you?").model("haiku")).await();

      assertEquals(WorkState.COMPLETED, finished.run().state());
      assertEquals("haiku", kit.recorded(finished.run().id()).model());
    }
  }

  @Test
  void a_failed_run_is_recorded() throws Exception {
    try (RunTestKit kit =
        RunTestKit.scripted(shot -> FakeRun.fails(AgentFailure.FAILED, "it broke", ""))) {
      FinishedRun finished = kit.start("hello").await();

      assertEquals(WorkState.FAILED, kit.recorded(finished.run().id()).state());
    }
  }
}
