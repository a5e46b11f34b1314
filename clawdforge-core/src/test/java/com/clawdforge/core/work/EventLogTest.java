package com.clawdforge.core.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

  private static AgentEvent event(String json) {
    return new AgentEvent(json.getBytes(StandardCharsets.UTF_8));
  }
}
