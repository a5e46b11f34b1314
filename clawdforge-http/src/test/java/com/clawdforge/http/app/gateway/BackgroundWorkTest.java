package com.clawdforge.http.app.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.probe.PeriodicProbe;
import com.clawdforge.http.app.probe.Probe;
import com.clawdforge.http.kit.Installation;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Periodic work in the background. */
@Timeout(60)
final class BackgroundWorkTest {
  private static final Duration OFTEN = Duration.ofMillis(1);

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream before = System.err;

  @BeforeEach
  void listen() {
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setErr(before);
  }

  @Test
  void a_chore_that_throws_an_error_is_logged_and_repeated() throws Exception {
    CountDownLatch twice = new CountDownLatch(2);
    try (Housekeeping housekeeping = new Housekeeping(OFTEN)) {
      housekeeping.every(
          "files",
          () -> {
            twice.countDown();
            throw new StackOverflowError("too deep");
          });

      assertTrue(twice.await(20, TimeUnit.SECONDS), "it is not done again");
    }
    assertTrue(log().contains("sweeping files failed"), this::log);
    assertTrue(log().contains("too deep"), this::log);
  }

  @Test
  void a_check_that_throws_an_error_is_logged_and_repeated() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    try (PeriodicProbe checks = new PeriodicProbe("test-lookout", OFTEN)) {
      Probe<String> probe =
          checks.start(
              () -> {
                if (looks.incrementAndGet() == 1) {
                  throw new StackOverflowError("too deep");
                }
                return "seen";
              },
              seen -> Duration.ofHours(1));

      Installation.await("a second look", () -> probe.last().isPresent());
      assertEquals(Optional.of("seen"), probe.last().map(Probe.Result::value));
    }
    assertTrue(log().contains("a background check failed"), this::log);
    assertTrue(log().contains("too deep"), this::log);
  }

  private String log() {
    return written.toString(StandardCharsets.UTF_8);
  }
}
