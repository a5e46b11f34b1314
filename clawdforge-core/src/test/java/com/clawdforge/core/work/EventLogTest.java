package com.clawdforge.core.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.error.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class EventLogTest {
  private final EventLog log = new EventLog(true);

  @Test
  @Timeout(30)
  void a_reader_that_waits_long_for_nothing_is_told_soon_after_its_time() throws Exception {
    EventReader reader = log.from(0);
    Duration atMost = IdleReaders.LATEST.multipliedBy(2).plusMillis(100);

    long start = System.nanoTime();
    EventReader.Batch batch = reader.next(atMost);
    Duration took = Duration.ofNanos(System.nanoTime() - start);

    assertEquals(0, batch.events().size());
    assertFalse(batch.last());
    assertTrue(took.compareTo(atMost) >= 0, took.toString());
  }

  @Test
  @Timeout(30)
  void a_reader_that_waits_long_gets_what_comes_at_once() throws Exception {
    EventReader reader = log.from(0);
    try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<EventReader.Batch> next = thread.submit(() -> reader.next(Duration.ofHours(1)));
      log.publish(event("{}"));
      assertEquals(1, next.get().events().size());

      Future<EventReader.Batch> last = thread.submit(() -> reader.next(Duration.ofHours(1)));
      log.end();
      assertTrue(last.get().last());
    }
  }

  @Test
  @Timeout(30)
  void readers_get_all_events_in_order_though_the_log_keeps_few_that_are_archived()
      throws Exception {
    List<AgentEvent> archive = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger asked = new AtomicInteger();
    log.archiveIn(
        seq -> {
          asked.incrementAndGet();
          synchronized (archive) {
            int from = (int) seq;
            return List.copyOf(archive.subList(from, Math.min(from + 7, archive.size())));
          }
        });
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<List<String>> live = threads.submit(() -> all(log.from(0)));
      List<String> expected = new ArrayList<>();
      for (int i = 1; i <= 2000; i++) {
        AgentEvent event = event("{\"n\":" + i + ",\"x\":\"" + "x".repeat(1000) + "\"}");
        expected.add(event.toString());
        log.publish(event);
        archive.add(event);
        if (i % 10 == 0) {
          log.archived(i - 5);
        }
      }
      Future<List<String>> late = threads.submit(() -> all(log.from(0)));
      Future<List<String>> end = threads.submit(() -> all(log.from(1990)));
      log.end();

      assertEquals(expected, live.get());
      assertEquals(expected, late.get());
      assertEquals(expected.subList(1990, 2000), end.get());
      assertTrue(asked.get() > 0, "the log kept everything");
    }
  }

  @Test
  void what_is_not_archived_is_kept() throws Exception {
    log.archiveIn(
        seq -> {
          throw new IllegalStateException("the log has them");
        });
    for (int i = 0; i < 300; i++) {
      log.publish(event("\"" + "x".repeat(1000) + "\""));
    }
    log.end();

    assertEquals(300, all(log.from(0)).size());
  }

  @Test
  void a_gap_in_the_archive_is_a_fault_and_no_silent_loss() {
    log.archiveIn(seq -> List.of());
    for (int i = 1; i <= 300; i++) {
      log.publish(event("\"" + "x".repeat(1000) + "\""));
      log.archived(i);
    }

    assertThrows(StoreException.class, () -> log.from(0).next(Duration.ZERO));
  }

  private static List<String> all(EventReader reader) throws InterruptedException {
    List<String> events = new ArrayList<>();
    EventReader.Batch batch;
    do {
      batch = reader.next(Duration.ofSeconds(20));
      batch.events().forEach(event -> events.add(event.toString()));
    } while (!batch.last());
    return events;
  }

  private static AgentEvent event(String json) {
    return new AgentEvent(json.getBytes(StandardCharsets.UTF_8));
  }
}
