package com.clawdforge.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.error.DiskFullException;
import com.clawdforge.core.run.InMemoryRunStore;
import com.clawdforge.core.run.RunStore;
import com.clawdforge.core.session.TurnStore;
import com.clawdforge.http.kit.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A disk that is full when something has to be recorded. */
final class DiskFullTest {
  private static final String PROMPT = "{\"prompt\":\"p\"}";
  private final AtomicReference<@Nullable Supplier<RuntimeException>> failure =
      new AtomicReference<>();

  private static RuntimeException full() {
    return new DiskFullException("/data/clawdforge.db: the disk is full; free some space", null);
  }

  private static RuntimeException noRoom() {
    return new UncheckedIOException(new IOException("No space left on device"));
  }

  /** A store whose methods of this name fail while there is a failure. */
  private <T> T failing(Class<T> type, T store, String method) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, called, arguments) -> {
              Supplier<RuntimeException> broken = failure.get();
              if (broken != null && called.getName().equals(method)) {
                throw broken.get();
              }
              try {
                return called.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            }));
  }

  @Test
  void a_run_that_cannot_be_recorded_is_refused_for_the_disk_and_its_key_is_free()
      throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.runStore = failing(RunStore.class, new InMemoryRunStore(), "add");
    try (TestServer forge = setup.start()) {
      List<Supplier<RuntimeException>> both = List.of(DiskFullTest::full, DiskFullTest::noRoom);
      for (Supplier<RuntimeException> each : both) {
        failure.set(each);
        assertDisk(forge, forge.run(PROMPT, r -> r.header("Idempotency-Key", "k")));
      }
      failure.set(null);
      HttpResponse<String> again = forge.run(PROMPT, r -> r.header("Idempotency-Key", "k"));

      assertEquals(200, again.statusCode());
      assertFalse(again.headers().firstValue("Idempotent-Replay").isPresent());
      assertEquals(1, forge.agents.received().size());
    }
  }

  @Test
  void the_end_of_a_turn_that_cannot_be_recorded_names_the_disk_and_is_no_reason_to_repeat()
      throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.turnStore = store -> failing(TurnStore.class, store, "record");
    try (TestServer forge = setup.start()) {
      String id = forge.open();
      failure.set(DiskFullTest::full);
      HttpResponse<String> answer = forge.turn(id, PROMPT);

      assertDisk(answer, forge);
      assertEquals(Optional.empty(), answer.headers().firstValue("Retry-After"));
      assertTrue(answer.body().contains("the agent was asked"), answer.body());
      assertEquals(Optional.of("false"), answer.headers().firstValue("x-should-retry"));
      failure.set(null);
    }
  }

  @Test
  void a_stream_ends_with_the_same_words() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.turnStore = store -> failing(TurnStore.class, store, "record");
    try (TestServer forge = setup.start()) {
      String id = forge.open();
      failure.set(DiskFullTest::full);
      HttpResponse<String> answer =
          forge.turn(id, PROMPT, r -> r.header("Accept", "text/event-stream"));

      assertTrue(answer.body().contains("event: error\ndata: "), answer.body());
      assertTrue(answer.body().contains("the disk of the server is full"), answer.body());
      failure.set(null);
    }
  }

  private static void assertDisk(TestServer forge, HttpResponse<String> answer) throws Exception {
    assertDisk(answer, forge);
    assertTrue(answer.headers().firstValue("Retry-After").isPresent());
  }

  private static void assertDisk(HttpResponse<String> answer, TestServer forge) throws Exception {
    assertEquals(503, answer.statusCode(), answer.body());
    assertEquals("at_capacity", forge.json(answer).get("code").textValue());
    assertTrue(forge.json(answer).get("detail").textValue().contains("disk"), answer.body());
    assertFalse(answer.body().contains("/data"), answer.body());
  }
}
