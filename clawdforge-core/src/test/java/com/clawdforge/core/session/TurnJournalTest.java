package com.clawdforge.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.error.UnwritableException;
import com.clawdforge.core.work.Progress;
import com.clawdforge.core.work.WorkEnd;
import com.clawdforge.core.work.WorkState;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TurnJournalTest {
  private static final long END = 1000;
  private static final long BARE_END = 1001;

  private final Records records = new Records();

  @Test
  void records_reach_the_ledger_in_their_order() throws Exception {
    try (TurnJournal journal = new TurnJournal(records.store)) {
      for (int i = 1; i <= 1000; i++) {
        journal.add(event(i));
      }
      journal.addUrgently(event(1001)).get(20, TimeUnit.SECONDS);
    }

    assertEquals(1001, records.written().size());
    for (int i = 0; i < 1001; i++) {
      assertEquals(i + 1, records.written().get(i));
    }
    assertTrue(records.batches < 1001, "many share one commit");
  }

  @Test
  void a_single_event_is_written_without_a_request() throws Exception {
    try (TurnJournal journal = new TurnJournal(records.store)) {
      journal.add(event(1));

      records.awaitWritten(1);
    }
  }

  @Test
  void a_failed_write_is_reported_and_retried() throws Exception {
    try (TurnJournal journal = new TurnJournal(records.store)) {
      records.broken = true;
      CompletableFuture<@Nullable Void> lost = journal.addUrgently(event(1));
      ExecutionException failure =
          assertThrows(ExecutionException.class, () -> lost.get(20, TimeUnit.SECONDS));
      assertInstanceOf(StoreException.class, failure.getCause());

      records.broken = false;
      journal.addUrgently(event(2)).get(20, TimeUnit.SECONDS);
    }

    assertEquals(List.of(1L, 2L), records.written());
  }

  @Test
  void records_queued_while_the_ledger_fails_fail_too() throws Exception {
    try (TurnJournal journal = new TurnJournal(records.store)) {
      records.broken = true;
      CompletableFuture<@Nullable Void> first = journal.addUrgently(event(1));
      assertThrows(ExecutionException.class, () -> first.get(20, TimeUnit.SECONDS));

      CompletableFuture<@Nullable Void> later = journal.addUrgently(event(2));

      ExecutionException failure =
          assertThrows(ExecutionException.class, () -> later.get(20, TimeUnit.SECONDS));
      assertInstanceOf(StoreException.class, failure.getCause());
      records.broken = false;
      journal.addUrgently(event(3)).get(20, TimeUnit.SECONDS);
    }

    assertEquals(List.of(1L, 2L, 3L), records.written());
  }

  @Test
  void a_record_that_can_never_be_written_does_not_hold_up_the_others() throws Exception {
    records.unwritable = 2;
    try (TurnJournal journal = new TurnJournal(records.store)) {
      journal.add(event(1));
      journal.add(event(2));
      journal.add(event(3));
      TurnRecord.EventRecorded another =
          new TurnRecord.EventRecorded("s", 2, 4, new AgentEvent(new byte[0]));

      journal.addUrgently(another).get(20, TimeUnit.SECONDS);
    }

    // The third event would leave a gap after the second.
    assertEquals(List.of(1L, 4L), records.written());
  }

  @Test
  void an_end_that_is_queued_meanwhile_does_not_let_events_follow_a_lost_one() throws Exception {
    records.unwritable = 1;
    AtomicReference<@Nullable TurnJournal> running = new AtomicReference<>();
    records.onWrite =
        seq -> {
          TurnJournal journal = running.get();
          if (seq == 9 && journal != null) {
            running.set(null);
            journal.add(ended(1));
          }
        };
    try (TurnJournal journal = new TurnJournal(records.store)) {
      running.set(journal);
      journal.add(event(1));
      journal.add(event(2, 9));
      journal.add(event(2));
    }

    assertEquals(List.of(9L, END), records.written());
  }

  @Test
  void an_end_that_can_never_be_written_is_written_without_its_report() throws Exception {
    records.unwritable = END;
    try (TurnJournal journal = new TurnJournal(records.store)) {
      CompletableFuture<@Nullable Void> lost = journal.addUrgently(ended(1));

      assertThrows(ExecutionException.class, () -> lost.get(20, TimeUnit.SECONDS));
    }

    assertEquals(List.of(BARE_END), records.written());
  }

  @Test
  void a_batch_that_fails_in_its_middle_fails_as_a_whole() throws Exception {
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch gathered = new CountDownLatch(1);
    records.onWrite =
        seq -> {
          writing.countDown();
          await(gathered);
        };
    try (TurnJournal journal = new TurnJournal(records.store)) {
      CompletableFuture<@Nullable Void> before = journal.addUrgently(event(8));
      await(writing);
      records.unwritable = END;
      records.brokenForSingles = true;
      List<CompletableFuture<@Nullable Void>> batch =
          List.of(
              journal.addUrgently(ended(1)),
              journal.addUrgently(event(3, 6)),
              journal.addUrgently(event(4, 7)));
      gathered.countDown();

      before.get(20, TimeUnit.SECONDS);
      for (CompletableFuture<@Nullable Void> each : batch) {
        assertThrows(ExecutionException.class, () -> each.get(20, TimeUnit.SECONDS));
      }
      records.brokenForSingles = false;
    }
  }

  @Test
  void events_queued_before_an_overflow_are_kept() throws Exception {
    try (TurnJournal journal = new TurnJournal(records.store, 100)) {
      records.broken = true;
      CompletableFuture<@Nullable Void> first = journal.addUrgently(event(1));
      assertThrows(ExecutionException.class, () -> first.get(20, TimeUnit.SECONDS));
      for (int seq = 2; seq <= 9; seq++) {
        journal.add(event(seq));
      }
      records.broken = false;
    }

    // An event counts as 66 bytes: the third one is over the limit.
    assertEquals(List.of(1L, 2L, 3L), records.written());
  }

  @Test
  void the_caller_of_a_record_that_can_never_be_written_learns_why() throws Exception {
    records.unwritable = 1;
    try (TurnJournal journal = new TurnJournal(records.store)) {
      CompletableFuture<@Nullable Void> lost = journal.addUrgently(event(1));

      ExecutionException failure =
          assertThrows(ExecutionException.class, () -> lost.get(20, TimeUnit.SECONDS));
      assertInstanceOf(UnwritableException.class, failure.getCause());
    }
  }

  @Test
  void closing_writes_what_is_left() {
    try (TurnJournal journal = new TurnJournal(records.store)) {
      journal.add(event(1));
      journal.add(event(2));
    }

    assertEquals(List.of(1L, 2L), records.written());
  }

  @Test
  void closing_tries_once_more_to_write_what_failed_just_before() throws Exception {
    CountDownLatch failing = new CountDownLatch(1);
    CountDownLatch mayFail = new CountDownLatch(1);
    records.broken = true;
    records.beforeFailure =
        () -> {
          failing.countDown();
          await(mayFail);
        };
    TurnJournal journal = new TurnJournal(records.store);
    CompletableFuture<@Nullable Void> first = journal.addUrgently(event(1));
    await(failing);
    records.broken = false;
    Thread closer = Thread.ofPlatform().start(journal::close);
    // It has told the writer, and waits for its end.
    while (closer.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    mayFail.countDown();
    closer.join();

    assertTrue(first.isCompletedExceptionally());
    assertEquals(List.of(1L), records.written());
  }

  @Test
  void after_the_end_nothing_is_promised() {
    TurnJournal journal = new TurnJournal(records.store);
    journal.close();

    assertTrue(journal.addUrgently(event(1)).isCompletedExceptionally());
  }

  private static TurnRecord event(long seq) {
    return event(1, seq);
  }

  private static TurnRecord event(int turn, long seq) {
    return new TurnRecord.EventRecorded(
        "s", turn, seq, new AgentEvent("{}".getBytes(StandardCharsets.UTF_8)));
  }

  private static TurnRecord ended(int index) {
    Instant now = Instant.EPOCH;
    Turn turn = new Turn("s", "t", "app", index, 1, 0, "r", Progress.accepted(now), false);
    WorkEnd end = new WorkEnd(WorkState.COMPLETED, AgentReport.NONE, null);
    return new TurnRecord.Ended(turn.ended(end, now, false), false);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** A store that records the seqs of its events, unless it is broken. */
  private static final class Records {
    final TurnStore store =
        (TurnStore)
            Proxy.newProxyInstance(
                TurnStore.class.getClassLoader(),
                new Class<?>[] {TurnStore.class},
                (proxy, method, arguments) -> {
                  if (!method.getName().equals("record")) {
                    throw new InvocationTargetException(null, "not expected: " + method);
                  }
                  record((List<?>) arguments[0]);
                  return null;
                });

    private final List<Long> written = new ArrayList<>();
    private final CountDownLatch first = new CountDownLatch(1);
    volatile boolean broken;

    /** Whether a batch that was split fails, but for the record that it was split for. */
    volatile boolean brokenForSingles;

    volatile long unwritable;
    volatile LongConsumer onWrite = seq -> {};
    volatile Runnable beforeFailure = () -> {};
    volatile int batches;

    private synchronized void record(List<?> records) {
      if (broken) {
        beforeFailure.run();
        throw new StoreException("the disk is full", null);
      }
      if (records.stream().anyMatch(one -> seq(one) == unwritable)) {
        throw new UnwritableException("too large", null);
      }
      if (brokenForSingles) {
        throw new StoreException("the disk is full", null);
      }
      batches++;
      List<Long> seqs = records.stream().map(Records::seq).toList();
      seqs.forEach(onWrite::accept);
      seqs.stream().filter(seq -> !written.contains(seq)).forEach(written::add);
      first.countDown();
    }

    private static long seq(Object record) {
      if (record instanceof TurnRecord.Ended ended) {
        return ended.turn().error() == null ? END : BARE_END;
      }
      return ((TurnRecord.EventRecorded) record).seq();
    }

    synchronized List<Long> written() {
      return List.copyOf(written);
    }

    void awaitWritten(int count) throws InterruptedException {
      assertTrue(first.await(20, TimeUnit.SECONDS));
      assertEquals(count, written().size());
    }
  }
}
