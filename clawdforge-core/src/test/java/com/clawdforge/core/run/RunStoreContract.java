package com.clawdforge.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.Concurrently;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.RetryAdvice;
import com.clawdforge.core.agent.SampleDetails;
import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.WorkEnd;
import com.clawdforge.core.work.WorkError;
import com.clawdforge.core.work.WorkState;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link RunStore} must do. */
public abstract class RunStoreContract {
  private static final Instant T0 = Instant.parse("2026-03-01T12:00:00.123Z");
  private static final Duration DAY = Duration.ofDays(1);
  private static final IdempotencyKey KEY = new IdempotencyKey("key-1", "body-1");
  private static final AgentReport REPORT =
      new AgentReport(
          "claude-sonnet-5",
          "end_turn",
          new Usage(12, 7, 3_000_000_000L, 4),
          new BigDecimal("0.000141"));

  /** The store of this test, empty at first. */
  protected abstract RunStore runs();

  @Test
  void a_run_is_found_as_it_was_added() {
    Run run = TestRun.queued("run-1", "app-1", T0);

    assertEquals(Optional.empty(), runs().add(run, "a prompt", null, T0.minus(DAY)));

    assertEquals(Optional.of(run), runs().find("app-1", "run-1"));
  }

  @Test
  void an_id_is_given_once() {
    Run first = added("run-1", "app-1", T0);

    assertThrows(
        RuntimeException.class,
        () -> runs().add(TestRun.queued("run-1", "app-2", T0), null, null, T0.minus(DAY)));

    assertEquals(Optional.of(first), runs().find(null, "run-1"));
  }

  @Test
  void every_part_of_a_run_that_answered_is_recorded() {
    Run started = added("run-1", "app-1", T0).started(T0.plusMillis(3));
    runs().update(started);
    assertEquals(Optional.of(started), runs().find(null, "run-1"));

    Answer answer = new Answer("{\"qty\":2,\"text\":\"\u00e4\u20ac\ud83d\ude00\\u0000\"}", true);
    Run ended =
        started
            .ended(new WorkEnd(WorkState.COMPLETED, REPORT, null), T0.plusSeconds(5), 9L)
            .keeping(new KeptAnswer(answer, T0.plus(DAY)));
    runs().update(ended);

    assertEquals(Optional.of(ended), runs().find(null, "run-1"));
  }

  @Test
  void every_part_of_a_run_that_failed_is_recorded() {
    RetryAdvice retry = new RetryAdvice(T0.plus(DAY), "five_hour", true);
    WorkError error =
        new WorkError(
            ErrorCode.AGENT_TIMEOUT, "after 2 s", "line 1\nline 2\n\u0000", "files", retry);
    AgentReport report = new AgentReport(null, "tool_use", null, null);
    Run ended =
        added("run-1", "app-1", T0)
            .ended(new WorkEnd(WorkState.TIMED_OUT, report, error), T0.plusSeconds(2), null);

    runs().update(ended);

    assertEquals(Optional.of(ended), runs().find(null, "run-1"));
    assertEquals(List.of(ended), runs().list(null, PageRequest.all()).items());
  }

  @Test
  void what_the_agent_reported_besides_is_found_but_not_listed() {
    runs().add(TestRun.queued("run-1", "app-1", T0), null, KEY, T0.minus(DAY));
    Run ended =
        TestRun.queued("run-1", "app-1", T0)
            .ended(
                new WorkEnd(WorkState.COMPLETED, SampleDetails.in(REPORT), null),
                T0.plusSeconds(5),
                9L);

    runs().update(ended);

    assertEquals(Optional.of(ended), runs().find(null, "run-1"));
    assertEquals(
        Optional.of(new RunStore.Keyed(ended, KEY)),
        runs().add(TestRun.queued("run-2", "app-1", T0), null, KEY, T0.minus(DAY)));
    assertEquals(REPORT, runs().list(null, PageRequest.all()).items().getFirst().report());
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void every_error_code_is_recorded(ErrorCode code) {
    Run ended =
        added("run-1", "app-1", T0)
            .ended(
                new WorkEnd(
                    WorkState.FAILED, AgentReport.NONE, new WorkError(code, "what to do", "")),
                T0,
                null);

    runs().update(ended);

    assertEquals(ended.error(), runs().find(null, "run-1").orElseThrow().error());
  }

  @ParameterizedTest
  @EnumSource(WorkState.class)
  void every_state_is_recorded(WorkState state) {
    Run run =
        added("run-1", "app-1", T0).ended(new WorkEnd(state, AgentReport.NONE, null), T0, null);

    runs().update(run);

    assertEquals(state, runs().find(null, "run-1").orElseThrow().state());
  }

  @Test
  void costs_are_kept_to_a_billionth_of_a_dollar() {
    Run run = added("run-1", "app-1", T0);
    AgentReport report = new AgentReport(null, null, null, new BigDecimal("100.000000001"));

    runs().update(run.ended(new WorkEnd(WorkState.COMPLETED, report, null), T0, null));

    AgentReport kept = runs().find(null, "run-1").orElseThrow().report();
    assertEquals(new BigDecimal("100.000000001"), kept.costUsd());
  }

  @Test
  void an_update_touches_no_other_run() {
    Run first = added("run-1", "app-1", T0);
    Run second = added("run-2", "app-1", T0);

    runs().update(second.started(T0));

    assertEquals(Optional.of(first), runs().find(null, "run-1"));
  }

  @Test
  void a_run_that_was_not_added_cannot_be_updated() {
    Run run = TestRun.queued("run-1", "app-1", T0);

    assertThrows(IllegalArgumentException.class, () -> runs().update(run));
    assertThrows(IllegalArgumentException.class, () -> runs().updateAndForgetKey(run));
    assertEquals(Optional.empty(), runs().find(null, "run-1"));
  }

  @Test
  void a_run_is_found_by_its_owner_or_without_a_token() {
    Run run = added("run-1", "app-1", T0);

    assertEquals(Optional.of(run), runs().find("app-1", "run-1"));
    assertEquals(Optional.of(run), runs().find(null, "run-1"));
    assertEquals(Optional.empty(), runs().find("app-2", "run-1"));
    assertEquals(Optional.empty(), runs().find("app-1", "run-2"));
  }

  @Test
  void a_key_that_is_taken_gives_its_run_as_it_is_now_and_adds_nothing() {
    Run first = TestRun.queued("run-1", "app-1", T0);
    runs().add(first, null, KEY, T0.minus(DAY));
    Run ended =
        first
            .ended(new WorkEnd(WorkState.COMPLETED, REPORT, null), T0.plusSeconds(1), 2L)
            .keeping(new KeptAnswer(new Answer("ok", false), T0.plus(DAY)));
    runs().update(ended);

    IdempotencyKey again = new IdempotencyKey(KEY.value(), "body-2");
    Optional<RunStore.Keyed> keyed =
        runs().add(TestRun.queued("run-2", "app-1", T0.plusSeconds(2)), null, again, T0.minus(DAY));

    assertEquals(Optional.of(new RunStore.Keyed(ended, KEY)), keyed);
    assertEquals(Optional.empty(), runs().find(null, "run-2"));
  }

  @Test
  void of_many_that_use_one_key_at_once_one_adds_and_the_others_find_it() {
    List<Optional<RunStore.Keyed>> answers =
        Concurrently.call(
            8, i -> runs().add(TestRun.queued("run-" + i, "app-1", T0), null, KEY, T0.minus(DAY)));

    List<Run> kept = runs().list(null, PageRequest.all()).items();
    assertEquals(1, kept.size());
    assertEquals(1, answers.stream().filter(Optional::isEmpty).count());
    assertEquals(
        Set.of(kept.getFirst()),
        new HashSet<>(
            answers.stream().flatMap(Optional::stream).map(RunStore.Keyed::run).toList()));
  }

  @Test
  void a_key_belongs_to_its_app() {
    runs().add(TestRun.queued("run-1", "app-1", T0), null, KEY, T0.minus(DAY));

    assertEquals(
        Optional.empty(),
        runs().add(TestRun.queued("run-2", "app-2", T0), null, KEY, T0.minus(DAY)));
    assertTrue(runs().find("app-2", "run-2").isPresent());
  }

  @Test
  void runs_without_a_key_never_meet() {
    runs().add(TestRun.queued("run-1", "app-1", T0), null, null, T0.minus(DAY));

    assertEquals(
        Optional.empty(),
        runs().add(TestRun.queued("run-2", "app-1", T0), null, null, T0.minus(DAY)));
  }

  @Test
  void a_key_is_forgotten_when_its_run_was_created_before_the_given_time() {
    Run first = TestRun.queued("run-1", "app-1", T0);
    runs().add(first, null, KEY, T0.minus(DAY));

    assertTrue(
        runs().add(TestRun.queued("run-2", "app-1", T0.plus(DAY)), null, KEY, T0).isPresent(),
        "its time has just not passed");
    Run third = TestRun.queued("run-3", "app-1", T0.plus(DAY).plusMillis(1));
    assertEquals(Optional.empty(), runs().add(third, null, KEY, T0.plusMillis(1)));

    assertEquals(Optional.of(first), runs().find(null, "run-1"));
    assertEquals(
        Optional.of(new RunStore.Keyed(third, KEY)),
        runs().add(TestRun.queued("run-4", "app-1", T0.plus(DAY)), null, KEY, T0.plusMillis(1)));
  }

  @Test
  void the_run_of_a_key_is_found_until_its_time_has_passed_and_none_is_added() {
    Run run = TestRun.queued("run-1", "app-1", T0);
    runs().add(run, null, KEY, T0.minus(DAY));
    IdempotencyKey again = new IdempotencyKey(KEY.value(), "body-2");

    assertEquals(Optional.of(new RunStore.Keyed(run, KEY)), runs().findKeyed("app-1", again, T0));
    assertEquals(Optional.empty(), runs().findKeyed("app-1", KEY, T0.plusMillis(1)));
    assertEquals(Optional.empty(), runs().findKeyed("app-2", KEY, T0));
    assertEquals(
        Optional.empty(), runs().findKeyed("app-1", new IdempotencyKey("key-2", "body-1"), T0));
    assertEquals(1, runs().list(null, PageRequest.all()).items().size());
  }

  @Test
  void an_update_can_free_the_key() {
    Run first = TestRun.queued("run-1", "app-1", T0);
    runs().add(first, null, KEY, T0.minus(DAY));
    Run ended = first.ended(new WorkEnd(WorkState.CANCELLED, AgentReport.NONE, null), T0, null);

    runs().updateAndForgetKey(ended);

    assertEquals(Optional.of(ended), runs().find(null, "run-1"));
    assertEquals(
        Optional.empty(),
        runs().add(TestRun.queued("run-2", "app-1", T0), null, KEY, T0.minus(DAY)));
  }

  @Test
  void a_plain_update_keeps_the_key() {
    Run first = TestRun.queued("run-1", "app-1", T0);
    runs().add(first, null, KEY, T0.minus(DAY));

    runs().update(first.started(T0));

    assertTrue(
        runs().add(TestRun.queued("run-2", "app-1", T0), null, KEY, T0.minus(DAY)).isPresent());
  }

  @Test
  void an_answer_can_be_kept_after_the_end() {
    Run ended = over("run-1", "app-1", T0, WorkState.COMPLETED);
    KeptAnswer kept = new KeptAnswer(new Answer("plain\ntext", false), T0.plus(DAY));

    runs().keep("run-1", kept);

    Run found = runs().find("app-1", "run-1").orElseThrow();
    assertEquals(kept, found.kept());
    assertEquals(ended, withoutAnswer(found));
  }

  @Test
  void keeping_the_answer_of_a_run_that_is_gone_is_nothing() {
    runs().keep("run-1", new KeptAnswer(new Answer("text", false), T0));

    assertEquals(Optional.empty(), runs().find(null, "run-1"));
  }

  @Test
  void answers_are_deleted_when_their_time_has_come_and_their_runs_stay() {
    Run first = over("run-1", "app-1", T0, WorkState.COMPLETED);
    over("run-2", "app-1", T0, WorkState.COMPLETED);
    runs().keep("run-1", new KeptAnswer(new Answer("1", true), T0.plusMillis(1000)));
    runs().keep("run-2", new KeptAnswer(new Answer("2", true), T0.plusMillis(1001)));

    assertEquals(0, runs().deleteAnswers(T0.plusMillis(999)));
    assertNotNull(runs().find(null, "run-1").orElseThrow().kept());

    assertEquals(1, runs().deleteAnswers(T0.plusMillis(1000)));
    assertEquals(Optional.of(first), runs().find(null, "run-1"));
    assertNotNull(runs().find(null, "run-2").orElseThrow().kept());
  }

  @Test
  void all_expired_answers_are_deleted_a_bounded_number_at_a_time() {
    for (int i = 0; i < 300; i++) {
      over("run-" + i, "app-1", T0, WorkState.COMPLETED);
      runs().keep("run-" + i, new KeptAnswer(new Answer("1", true), T0));
    }

    int deleted = runs().deleteAnswers(T0);
    assertTrue(deleted > 0 && deleted < 300, () -> deleted + " at once");
    assertEquals(300 - deleted, keptAnswers());

    int all = deleted;
    for (int more = deleted; more > 0; all += more) {
      more = runs().deleteAnswers(T0);
    }
    assertEquals(300, all);
    assertEquals(0, keptAnswers());
  }

  private long keptAnswers() {
    return runs().list(null, PageRequest.all()).items().stream()
        .filter(run -> runs().find(null, run.id()).orElseThrow().kept() != null)
        .count();
  }

  @Test
  void the_list_is_newest_first_without_answers() {
    // Their times are in reverse: the order of creation counts.
    Run first = over("run-1", "app-1", T0.plusSeconds(9), WorkState.COMPLETED);
    Run second = added("run-2", "app-2", T0);
    runs().keep("run-1", new KeptAnswer(new Answer("1", true), T0.plus(DAY)));

    assertEquals(new Page<>(List.of(second, first), null), runs().list(null, PageRequest.all()));
    assertEquals(new Page<>(List.of(first), null), runs().list("app-1", PageRequest.all()));
    assertEquals(new Page<Run>(List.of(), null), runs().list("app-3", PageRequest.all()));
  }

  @Test
  void the_runs_of_a_request_are_found_by_its_id_among_those_of_its_app() {
    String request = "asked-twice";
    Run first = TestRun.queued("run-1", "app-1", T0, request);
    Run second = TestRun.queued("run-2", "app-1", T0, request);
    Run others = TestRun.queued("run-3", "app-2", T0, request);
    List.of(first, second, others).forEach(run -> runs().add(run, null, null, T0));
    added("run-4", "app-1", T0);

    Page<Run> found = runs().listOfRequest("app-1", request, PageRequest.first(1));

    assertEquals(List.of(second), found.items());
    assertEquals(
        List.of(first),
        runs().listOfRequest("app-1", request, new PageRequest(1, found.next())).items());
    assertEquals(List.of(), runs().listOfRequest("app-1", "other", PageRequest.all()).items());
    assertEquals(
        List.of(others), runs().listOfRequest("app-2", request, PageRequest.all()).items());
  }

  @Test
  void pages_of_one_app_do_not_shift_when_runs_are_added_between_them() {
    for (int i = 1; i <= 5; i++) {
      added("run-" + i, "app-1", T0);
      added("other-" + i, "app-2", T0);
    }

    Page<Run> first = runs().list("app-1", PageRequest.first(2));
    added("run-6", "app-1", T0);
    Page<Run> second = runs().list("app-1", new PageRequest(2, first.next()));
    Page<Run> third = runs().list("app-1", new PageRequest(2, second.next()));

    assertEquals(List.of("run-5", "run-4"), ids(first));
    assertEquals(List.of("run-3", "run-2"), ids(second));
    assertEquals(List.of("run-1"), ids(third));
    assertNull(third.next());
  }

  @Test
  void pages_of_all_apps_do_not_shift_either() {
    for (int i = 1; i <= 4; i++) {
      added("run-" + i, "app-" + i, T0);
    }

    Page<Run> first = runs().list(null, PageRequest.first(2));
    added("run-5", "app-1", T0);
    Page<Run> second = runs().list(null, new PageRequest(2, first.next()));

    assertEquals(List.of("run-4", "run-3"), ids(first));
    assertEquals(List.of("run-2", "run-1"), ids(second));
    assertNull(second.next(), "it ends with the last run");
  }

  @Test
  void a_page_stays_what_it_was_when_the_runs_it_follows_are_deleted() {
    added("run-1", "app-1", T0.plusSeconds(9));
    over("run-2", "app-1", T0, WorkState.FAILED);
    over("run-3", "app-1", T0, WorkState.FAILED);
    Page<Run> first = runs().list("app-1", PageRequest.first(1));

    runs().deleteCreatedBefore(T0.plusSeconds(1));
    added("run-4", "app-1", T0.plusSeconds(9));

    assertEquals(List.of("run-1"), ids(runs().list("app-1", new PageRequest(9, first.next()))));
  }

  @Test
  void what_is_queued_or_running_can_be_marked_as_interrupted() {
    Run queued = added("run-1", "app-1", T0);
    Run running = added("run-2", "app-2", T0).started(T0.plusSeconds(1));
    runs().update(running);
    Run ended = over("run-3", "app-1", T0, WorkState.COMPLETED);
    Instant when = T0.plusSeconds(60);

    assertEquals(Set.of("run-1", "run-2"), Set.copyOf(runs().unfinished()));
    List<String> marked = runs().interruptUnfinished(when);
    assertEquals(List.of(), runs().unfinished());

    assertEquals(Set.of("run-1", "run-2"), Set.copyOf(marked));
    assertEquals(2, marked.size());
    assertEquals(Optional.of(interrupted(queued, when)), runs().find(null, "run-1"));
    assertEquals(Optional.of(interrupted(running, when)), runs().find(null, "run-2"));
    assertEquals(Optional.of(ended), runs().find(null, "run-3"));
    assertEquals(List.of(), runs().interruptUnfinished(when.plusSeconds(1)));
  }

  @Test
  void old_runs_that_are_over_are_deleted() {
    for (WorkState state : WorkState.values()) {
      if (state.over()) {
        over(state.wire(), "app-1", T0, state);
      }
    }
    over("new", "app-1", T0.plusMillis(1), WorkState.COMPLETED);
    Run queued = added("queued", "app-1", T0);
    Run running = added("running", "app-1", T0).started(T0);
    runs().update(running);

    assertEquals(5, deleteAllCreatedBefore(T0.plusMillis(1)));

    assertEquals(List.of("running", "queued", "new"), ids(runs().list(null, PageRequest.all())));
    assertEquals(Optional.of(queued), runs().find(null, "queued"));
  }

  @Test
  void all_old_runs_are_deleted_in_the_end() {
    for (int i = 0; i < 300; i++) {
      runs().add(TestRun.queued("run-" + i, "app-1", T0), null, null, T0);
    }
    runs().interruptUnfinished(T0);

    assertEquals(300, deleteAllCreatedBefore(T0.plusSeconds(1)));
    assertEquals(0, runs().deleteCreatedBefore(T0.plusSeconds(1)));
    assertEquals(List.of(), runs().list(null, PageRequest.all()).items());
  }

  private int deleteAllCreatedBefore(Instant time) {
    int all = 0;
    int deleted;
    do {
      deleted = runs().deleteCreatedBefore(time);
      all += deleted;
    } while (deleted > 0);
    return all;
  }

  private Run added(String id, String tokenId, Instant createdAt) {
    Run run = TestRun.queued(id, tokenId, createdAt);
    runs().add(run, null, null, createdAt);
    return run;
  }

  private Run over(String id, String tokenId, Instant createdAt, WorkState how) {
    Run run =
        added(id, tokenId, createdAt)
            .started(createdAt)
            .ended(new WorkEnd(how, REPORT, null), createdAt.plusSeconds(1), 4L);
    runs().update(run);
    return run;
  }

  private static Run interrupted(Run run, Instant when) {
    return run.ended(new WorkEnd(WorkState.INTERRUPTED, AgentReport.NONE, null), when, null);
  }

  private static Run withoutAnswer(Run run) {
    Instant endedAt = run.endedAt();
    assertNotNull(endedAt);
    return run.ended(
        new WorkEnd(run.state(), run.report(), run.error()), endedAt, run.resultBytes());
  }

  private static List<String> ids(Page<Run> page) {
    return page.items().stream().map(Run::id).toList();
  }
}
