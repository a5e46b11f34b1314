package com.clawdforge.core.run;

import static com.clawdforge.core.Refusals.assertRefused;
import static com.clawdforge.core.run.RunTestKit.APP;
import static com.clawdforge.core.run.RunTestKit.OTHER;
import static com.clawdforge.core.run.RunTestKit.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.Effort;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.error.UnwritableException;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.work.EventReader;
import com.clawdforge.core.work.Progress;
import com.clawdforge.core.work.WorkError;
import com.clawdforge.core.work.WorkState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RunServiceTest {
  private static final Duration DAY = Duration.ofHours(24);

  @Test
  void a_run_is_recorded_with_its_times_report_and_sizes() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      RunTicket ticket = kit.start(TestRunRequest.of("hold ✓").model("haiku"));
      kit.store.awaitState(ticket.runId(), WorkState.RUNNING);
      Run running = kit.runs.get(APP, ticket.runId());
      assertEquals(START, running.createdAt());
      assertEquals(START, running.startedAt());
      assertNull(running.endedAt());
      assertNull(running.duration());

      kit.clock.advance(Duration.ofSeconds(5));
      kit.release("hold ✓");
      FinishedRun finished = ticket.await();

      Run run = finished.run();
      assertEquals(run, kit.recorded(ticket.runId()));
      assertEquals(WorkState.COMPLETED, run.state());
      assertEquals(START.plusSeconds(5), run.endedAt());
      assertEquals(Duration.ofSeconds(5), run.duration());
      assertEquals(Duration.ZERO, run.queued());
      assertEquals("haiku", run.model());
      assertEquals(FakeRun.REPORT, run.report());
      assertEquals(8, run.promptBytes());
      assertEquals(8, run.resultBytes());
      assertEquals(APP.tokenId(), run.tokenId());
      assertEquals(new Answer("hold ✓", false), finished.answer());
      assertNull(run.kept());
      assertFalse(ticket.replayed());
      assertEquals(0, kit.runs.inFlight());
    }
  }

  @ParameterizedTest
  @CsvSource({"P10D", "-PT1H"})
  void a_clock_that_is_set_while_a_run_goes_on_changes_no_duration(Duration jump) throws Exception {
    AtomicLong nanos = new AtomicLong();
    try (RunTestKit kit = RunTestKit.counting(nanos::get)) {
      RunTicket ticket = kit.start("hold");
      kit.store.awaitState(ticket.runId(), WorkState.RUNNING);

      kit.clock.advance(jump);
      nanos.addAndGet(Duration.ofSeconds(5).toNanos());
      kit.release("hold");

      Run run = ticket.await().run();
      assertEquals(Duration.ofSeconds(5), run.duration());
      assertEquals(START.plusSeconds(5), run.endedAt());
      kit.start("next").await();
      assertEquals(START.plus(jump), kit.recorded("run-2").createdAt());
    }
  }

  @Test
  void what_runs_left_that_the_ledger_does_not_know_is_deleted() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      kit.start("x").await();
      kit.agents.leave("run-1", "of-a-newer-ledger");

      kit.runs.deleteUnknown();

      assertEquals(List.of("run-1"), kit.agents.left());
    }
  }

  @Test
  void the_agent_gets_what_the_request_says() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      kit.start(
              TestRunRequest.of("go")
                  .system("be brief")
                  .effort(Effort.HIGH)
                  .jsonSchema("{}")
                  .maxBudgetUsd("0.5")
                  .tools("Read"))
          .await();

      OneShot got = kit.agents.received().getFirst().oneShot();
      assertEquals("go", got.prompt().text());
      assertEquals("sonnet", got.model());
      assertEquals(new SystemPrompt("be brief", SystemPrompt.Mode.APPEND), got.system());
      assertEquals(Effort.HIGH, got.effort());
      assertEquals("{}", got.jsonSchema());
      assertEquals(List.of("Read"), got.tools());
      assertTrue(got.prompt().timeout().compareTo(Duration.ofMinutes(1)) <= 0);
    }
  }

  @Test
  void structured_output_is_the_answer_as_it_is() throws Exception {
    try (RunTestKit kit = RunTestKit.scripted(one -> FakeRun.answersStructured("[1]"))) {
      FinishedRun finished = kit.start(TestRunRequest.of("x").jsonSchema("{}")).await();
      assertEquals(new Answer("[1]", true), finished.answer());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FAILED, AGENT_FAILED",
    "UNAUTHENTICATED, AGENT_UNAUTHENTICATED",
    "OUTPUT_INVALID, AGENT_OUTPUT_INVALID",
    "BUDGET_EXHAUSTED, BUDGET_EXHAUSTED",
    "UNAVAILABLE, AGENT_UNAVAILABLE"
  })
  void a_failure_of_the_agent_is_recorded_in_the_words_of_the_contract(
      AgentFailure failure, ErrorCode code) throws Exception {
    try (RunTestKit kit = RunTestKit.scripted(one -> FakeRun.fails(failure, "no luck", "oops"))) {
      FinishedRun finished = kit.start("x").await();
      assertEquals(WorkState.FAILED, finished.run().state());
      assertEquals(new WorkError(code, "no luck", "oops"), finished.run().error());
      assertNull(finished.answer());
    }
  }

  @Test
  void a_run_whose_timeout_passes_is_timed_out() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      RunTicket ticket = kit.start(TestRunRequest.of("hold").timeout(Duration.ofSeconds(1)));
      Run run = ticket.await().run();
      assertEquals(WorkState.TIMED_OUT, run.state());
      assertEquals(ErrorCode.AGENT_TIMEOUT, error(run).code());
    }
  }

  @Test
  void a_running_run_is_cancelled_once() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      RunTicket ticket = kit.start("hold");
      kit.agents.awaitStarted(1);

      assertTrue(kit.runs.cancel(APP, ticket.runId()));
      Run run = kit.recorded(ticket.runId());
      assertEquals(WorkState.CANCELLED, run.state());
      assertEquals("cancelled", run.report().stopReason());
      assertEquals(0, kit.agents.runningNow());

      assertFalse(kit.runs.cancel(APP, ticket.runId()));
    }
  }

  @Test
  void a_run_that_can_never_be_recorded_does_not_stop_the_sweep() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      RunTicket lost = kit.start("hold lost");
      RunTicket late = kit.start("hold late");
      kit.agents.awaitStarted(2);
      kit.store.breakUpdates(run -> refused(run, lost) || run.state().over());
      kit.release("hold lost");
      assertThrows(UnwritableException.class, lost::await);
      kit.release("hold late");
      assertThrows(StoreException.class, late::await);

      kit.store.breakUpdates(run -> refused(run, lost));
      kit.runs.sweep();

      assertEquals(WorkState.COMPLETED, kit.recorded(late.runId()).state());
    }
  }

  private static boolean refused(Run run, RunTicket lost) {
    if (run.state().over() && run.id().equals(lost.runId())) {
      throw new UnwritableException("too large", null);
    }
    return false;
  }

  @Test
  void a_ticket_cancels_its_run() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      RunTicket ticket = kit.start("hold");
      ticket.cancel();
      assertEquals(WorkState.CANCELLED, ticket.await().run().state());
    }
  }

  @Test
  void cancelling_what_is_over_changes_nothing() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      RunTicket ticket = kit.start("x");
      ticket.await();
      assertFalse(kit.runs.cancel(APP, ticket.runId()));
      ticket.cancel();
      assertEquals(WorkState.COMPLETED, kit.recorded(ticket.runId()).state());
    }
  }

  @Test
  void a_run_of_another_token_does_not_exist() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      RunTicket ticket = kit.start("hold");
      assertRefused(ErrorCode.NOT_FOUND, () -> kit.runs.get(OTHER, ticket.runId()));
      assertRefused(ErrorCode.NOT_FOUND, () -> kit.runs.cancel(OTHER, ticket.runId()));
      assertTrue(kit.runs.list(OTHER, PageRequest.all()).items().isEmpty());
      assertEquals(1, kit.runs.list(APP, PageRequest.all()).items().size());
      assertEquals(1, kit.runs.listAll(PageRequest.all()).items().size());
      assertEquals(1, kit.runs.inFlight());
    }
  }

  @Test
  void a_request_that_was_let_in_before_its_token_was_revoked_starts_no_run() {
    try (RunTestKit kit = RunTestKit.roomy()) {
      kit.runs.cancelAllOf(APP.tokenId());

      assertRefused(ErrorCode.UNAUTHENTICATED, () -> kit.start("hello"));
      assertEquals(0, kit.runs.inFlight());
    }
  }

  @Test
  void all_runs_of_a_token_are_cancelled_and_no_others() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      RunTicket one = kit.start("hold 1");
      RunTicket two = kit.start("hold 2");
      RunTicket others = kit.runs.start(OTHER, TestRunRequest.of("hold 3").request());

      kit.runs.cancelAllOf(APP.tokenId());
      assertEquals(WorkState.CANCELLED, one.await().run().state());
      assertTrue(error(two.await().run()).detail().contains("revoked"));

      kit.release("hold 3");
      assertEquals(WorkState.COMPLETED, others.await().run().state());
    }
  }

  @Test
  void readers_get_every_event_in_order() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    try (RunTestKit kit =
        RunTestKit.scripted(
            one -> {
              awaitQuietly(reading);
              return FakeRun.answers("x").emitting("{1}", "{2}", "{3}");
            })) {
      RunTicket ticket = kit.start("x");
      EventReader one = ticket.events(0);
      EventReader other = ticket.events(0);
      reading.countDown();
      ticket.await();

      assertEquals(List.of("1{1}", "2{2}", "3{3}"), read(one));
      assertEquals(List.of("1{1}", "2{2}", "3{3}"), read(other));
    }
  }

  @Test
  void a_late_reader_gets_the_events_so_far_if_they_are_kept() throws Exception {
    try (RunTestKit kit = RunTestKit.scripted(one -> FakeRun.answers("x").emitting("{1}", "{2}"))) {
      RunTicket keeping = kit.start(TestRunRequest.of("x").keepEvents());
      RunTicket forgetting = kit.start("x");
      keeping.await();
      forgetting.await();

      assertEquals(List.of("1{1}", "2{2}"), read(keeping.events(0)));
      assertEquals(List.of(), read(forgetting.events(0)));
    }
  }

  private static List<String> read(EventReader events) throws InterruptedException {
    List<String> all = new ArrayList<>();
    EventReader.Batch batch;
    do {
      batch = events.next(Duration.ofSeconds(20));
      for (int i = 0; i < batch.events().size(); i++) {
        all.add(batch.after() + i + 1 + batch.events().get(i).toString());
      }
    } while (!batch.last());
    return all;
  }

  @Test
  void a_run_without_a_reason_to_keep_it_loses_its_answer_when_it_is_given() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      FinishedRun finished = kit.start("x").await();
      assertNotNull(finished.answer());
      assertNull(kept(kit, finished));
    }
  }

  @Test
  void a_detached_run_keeps_its_answer_for_a_day() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      FinishedRun finished = kit.start(TestRunRequest.of("x").keepAnswer()).await();
      kit.clock.advance(DAY.minusSeconds(1));
      assertNotNull(kept(kit, finished));
      kit.clock.advance(Duration.ofSeconds(1));
      assertNull(kept(kit, finished));
    }
  }

  @Test
  void a_run_with_a_key_keeps_its_answer_for_a_day() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      FinishedRun finished = kit.start(TestRunRequest.of("x").key("k")).await();
      assertEquals(new KeptAnswer(new Answer("x", false), START.plus(DAY)), kept(kit, finished));
      kit.clock.advance(DAY);
      assertNull(kept(kit, finished));
    }
  }

  @Test
  void an_answer_that_could_not_be_sent_is_kept_for_a_day() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      FinishedRun finished = kit.start("x").await();
      kit.runs.keepAnswer(finished);
      assertEquals(new KeptAnswer(new Answer("x", false), START.plus(DAY)), kept(kit, finished));
      kit.clock.advance(DAY);
      assertNull(kept(kit, finished));
    }
  }

  @Test
  void every_answer_is_kept_for_the_time_that_the_operator_chose() throws Exception {
    try (RunTestKit kit = RunTestKit.keepingAnswers()) {
      FinishedRun once = kit.start("once").await();
      FinishedRun detached = kit.start(TestRunRequest.of("detached").keepAnswer()).await();
      assertEquals(new Answer("once", false), answerOf(kit, once));

      kit.clock.advance(Duration.ofHours(1));
      assertNull(kept(kit, once));
      assertEquals(new Answer("detached", false), answerOf(kit, detached));
    }
  }

  @Test
  void the_answer_of_a_caller_that_is_gone_is_kept_longer_than_the_others() throws Exception {
    try (RunTestKit kit = RunTestKit.keepingAnswers()) {
      FinishedRun finished = kit.start("x").await();
      kit.runs.keepAnswer(finished);

      kit.clock.advance(Duration.ofHours(23));
      assertEquals(new Answer("x", false), answerOf(kit, finished));
    }
  }

  @Test
  void a_ledger_that_keeps_content_keeps_prompts_and_answers_as_long_as_runs() throws Exception {
    try (RunTestKit kit = RunTestKit.keepingContent()) {
      FinishedRun finished = kit.start("x").await();
      kit.clock.advance(RunTestKit.RETENTION.minusSeconds(1));
      assertNotNull(kept(kit, finished));
      assertEquals("x", kit.ledger.prompt(finished.run().id()).orElseThrow());
    }
  }

  @Test
  void a_prompt_is_not_kept_otherwise() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      FinishedRun finished = kit.start(TestRunRequest.of("x").key("k")).await();
      assertTrue(kit.ledger.prompt(finished.run().id()).isEmpty());
    }
  }

  @Test
  void a_sweep_deletes_expired_answers_and_runs_but_no_running_ones() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      FinishedRun old = kit.start(TestRunRequest.of("old").keepAnswer()).await();
      RunTicket running = kit.start("hold");
      kit.clock.advance(DAY);
      kit.runs.sweep();
      assertNull(kit.recorded(old.run().id()).kept());

      kit.clock.advance(RunTestKit.RETENTION);
      FinishedRun young = kit.start("young").await();
      kit.runs.sweep();
      assertRefused(ErrorCode.NOT_FOUND, () -> kit.runs.get(APP, old.run().id()));
      assertEquals(2, kit.runs.listAll(PageRequest.all()).items().size());
      assertEquals(WorkState.COMPLETED, kit.recorded(young.run().id()).state());
      kit.release("hold");
      assertEquals(WorkState.COMPLETED, running.await().run().state());
    }
  }

  @Test
  void one_sweep_deletes_all_answers_whose_time_has_come() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      for (int i = 0; i < 10; i++) {
        kit.start(TestRunRequest.of("old").keepAnswer()).await();
      }
      kit.clock.advance(DAY);

      kit.runs.sweep();

      for (Run run : kit.runs.listAll(PageRequest.all()).items()) {
        assertNull(kit.recorded(run.id()).kept());
      }
    }
  }

  @Test
  void what_an_earlier_server_left_behind_is_ended_before_it_is_marked() {
    try (RunTestKit kit = RunTestKit.roomy()) {
      Run left =
          new Run(
              "left",
              "t",
              "app",
              "sonnet",
              1,
              0,
              "r",
              new Progress(WorkState.RUNNING, START, START, null, FakeRun.REPORT, null),
              null,
              null);
      kit.ledger.add(left, null, null, START);
      List<List<String>> endedWhenMarked = new ArrayList<>();
      kit.store.beforeInterrupting(() -> endedWhenMarked.add(kit.agents.orphans()));

      kit.clock.advance(Duration.ofSeconds(9));
      kit.runs.recover();

      assertEquals(List.of(List.of("left")), endedWhenMarked);
      assertEquals(WorkState.INTERRUPTED, kit.recorded("left").state());
      assertEquals(START.plusSeconds(9), kit.recorded("left").endedAt());
    }
  }

  @Test
  void a_clean_start_has_nothing_to_recover() {
    try (RunTestKit kit = RunTestKit.roomy()) {
      kit.runs.recover();
      assertTrue(kit.agents.orphans().isEmpty());
    }
  }

  @Test
  void an_agent_that_cannot_be_started_fails_the_run_and_frees_its_place() throws Exception {
    try (RunTestKit kit =
        RunTestKit.scripted(
            one -> {
              throw new IllegalStateException("a defect");
            })) {
      for (int i = 0; i < RunTestKit.ROOMY.maxConcurrent() + 1; i++) {
        Run run = kit.start("x").await().run();
        assertEquals(ErrorCode.INTERNAL_ERROR, error(run).code());
        assertEquals(WorkState.FAILED, run.state());
      }
      assertEquals(0, kit.runs.inFlight());
    }
  }

  @Test
  void an_error_leaves_no_caller_waiting() throws Exception {
    try (RunTestKit kit =
        RunTestKit.scripted(
            one -> {
              throw new StackOverflowError();
            })) {
      RunTicket ticket = kit.start("x");
      Run run = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> ticket.await()).run();
      assertEquals(ErrorCode.INTERNAL_ERROR, error(run).code());
    }
  }

  @Test
  void files_reach_the_agent_under_distinct_names() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      List<String> ids = List.of(kit.upload("a.txt", "one"), kit.upload("a.txt", "two"));
      Run run = kit.start(TestRunRequest.of("read").files(ids)).await().run();

      var got = kit.agents.received().getFirst();
      assertEquals("a.txt", got.oneShot().prompt().attachments().get(0).name());
      assertEquals("a-2.txt", got.oneShot().prompt().attachments().get(1).name());
      assertEquals("two", new String(got.contents().get(1), StandardCharsets.UTF_8));
      assertEquals(2, run.files());
      assertEquals(0, kit.openContents());
    }
  }

  @Test
  void a_missing_file_is_refused_and_nothing_stays_open_or_recorded() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      String there = kit.upload("a.txt", "one");
      assertRefused(
          ErrorCode.NOT_FOUND,
          () -> kit.start(TestRunRequest.of("x").files(List.of(there, "ff_gone"))));
      assertEquals(0, kit.openContents());
      assertEquals(0, kit.runs.inFlight());
      assertTrue(kit.runs.listAll(PageRequest.all()).items().isEmpty());
    }
  }

  static WorkError error(Run run) {
    WorkError error = run.error();
    if (error == null) {
      throw new AssertionError("no error in " + run);
    }
    return error;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static @Nullable KeptAnswer kept(RunTestKit kit, FinishedRun finished) {
    return kit.runs.get(APP, finished.run().id()).kept();
  }

  private static @Nullable Answer answerOf(RunTestKit kit, FinishedRun finished) {
    @Nullable KeptAnswer kept = kept(kit, finished);
    return kept == null ? null : kept.answer();
  }
}
