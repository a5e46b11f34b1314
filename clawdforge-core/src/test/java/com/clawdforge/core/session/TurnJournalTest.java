package com.clawdforge.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.error.UnwritableException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TurnJournalTest {
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
  void after_the_end_nothing_is_promised() {
    TurnJournal journal = new TurnJournal(records.store);
    journal.close();

    assertTrue(journal.addUrgently(event(1)).isCompletedExceptionally());
  }

  private static TurnRecord event(long seq) {
    return new TurnRecord.EventRecorded(
        "s", 1, seq, new AgentEvent("{}".getBytes(StandardCharsets.UTF_8)));
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
    volatile long unwritable;
    volatile int batches;

    private synchronized void record(List<?> records) {
      if (broken) {
        throw new StoreException("the disk is full", null);
      }
      if (records.stream().anyMatch(one -> seq(one) == unwritable)) {
        throw new UnwritableException("too large", null);
      }
      batches++;
      records.stream()
          .filter(one -> !written.contains(seq(one)))
          .forEach(one -> written.add(seq(one)));
      first.countDown();
    }

    private static long seq(Object record) {
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
