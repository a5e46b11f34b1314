package com.clawdforge.core.run;

import static com.clawdforge.core.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.auth.TokenLimits;
import com.clawdforge.core.auth.TokenShares;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.share.PromptSpool;
import com.clawdforge.core.work.WorkState;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class RunSharesTest {
  private final List<String> aside = new CopyOnWriteArrayList<>();

  @Test
  void a_run_that_waits_has_its_texts_aside_and_its_agent_gets_them() throws Exception {
    try (RunTestKit kit = RunTestKit.spooling(this::spooled, 100)) {
      RunTicket first = kit.start("hold");
      assertEquals(List.of(), aside);
      RunTicket second = kit.start(TestRunRequest.of("prompt").system("system"));
      assertEquals(List.of("prompt", "system"), aside);
      assertEquals(12, kit.shares.prompts().waiting("token-1"));

      kit.release("hold");
      first.await();
      assertEquals(WorkState.COMPLETED, second.await().run().state());
      OneShot shot = kit.agents.received().get(1).oneShot();
      assertEquals("prompt", shot.prompt().text());
      assertEquals("system", Objects.requireNonNull(shot.system()).text());
      assertEquals(List.of(), aside);
      assertEquals(0, kit.shares.prompts().waiting("token-1"));
    }
  }

  @Test
  void a_run_that_is_cancelled_while_it_waits_leaves_no_prompt() throws Exception {
    try (RunTestKit kit = RunTestKit.spooling(this::spooled, 100)) {
      kit.start("hold");
      RunTicket waiting = kit.start("prompt");
      waiting.cancel();
      waiting.await();

      assertEquals(List.of(), aside);
      assertEquals(0, kit.shares.prompts().waiting("token-1"));
      kit.release("hold");
    }
  }

  @Test
  void a_run_whose_prompt_has_no_room_to_wait_is_refused_and_holds_nothing() throws Exception {
    try (RunTestKit kit = RunTestKit.spooling(this::spooled, 100)) {
      String file = kit.upload("a", "a");
      kit.start("hold");
      kit.start("x".repeat(50));
      assertRefused(
          ErrorCode.QUOTA_EXCEEDED,
          () -> kit.start(TestRunRequest.of("x".repeat(30)).files(List.of(file))));
      assertRefused(
          ErrorCode.AT_CAPACITY,
          () -> kit.runs.start(RunTestKit.OTHER, TestRunRequest.of("x".repeat(51)).request()));

      assertEquals(0, kit.openContents());
      assertEquals(1, aside.size());
      assertEquals(1, kit.shares.waiting("token-1"));
      assertEquals(0, kit.shares.waiting("token-2"));
      kit.runs.start(RunTestKit.OTHER, TestRunRequest.of("x".repeat(50)).request());
      kit.release("hold");
    }
  }

  @Test
  void a_run_beyond_the_tokens_own_number_waits_and_is_refused_as_such() throws Exception {
    TokenShares one = new TokenShares(1, null, null, null, null, null);
    Caller app = new Caller("token-1", "app", TokenLimits.NONE.with(one));
    try (RunTestKit kit = RunTestKit.withPlaces(4, 2, Duration.ofMinutes(5))) {
      RunTicket first = kit.runs.start(app, TestRunRequest.of("hold").request());
      RunTicket second = kit.runs.start(app, TestRunRequest.of("b").request());
      assertRefused(
          ErrorCode.QUOTA_EXCEEDED, () -> kit.runs.start(app, TestRunRequest.of("c").request()));
      assertEquals(
          WorkState.COMPLETED,
          kit.runs.start(RunTestKit.OTHER, TestRunRequest.of("d").request()).await().run().state());
      assertEquals(WorkState.QUEUED, kit.runs.get(app, second.runId()).state());

      kit.shares.changed("token-1", new TokenShares(2, null, null, null, null, null));
      assertEquals(WorkState.COMPLETED, second.await().run().state());
      kit.release("hold");
      first.await();
      assertTrue(kit.shares.running("token-1") == 0 && kit.shares.waiting("token-1") == 0);
    }
  }

  private PromptSpool.Spooled spooled(String text) {
    aside.add(text);
    return new PromptSpool.Spooled() {
      @Override
      public String read() {
        return text;
      }

      @Override
      public void close() {
        aside.remove(text);
      }
    };
  }
}
