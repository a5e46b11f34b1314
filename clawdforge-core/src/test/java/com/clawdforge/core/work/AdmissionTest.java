package com.clawdforge.core.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
  private final Work work = new Work();
  private final Admission admission = new Admission(() -> List.of(work), Duration.ofMillis(20));

  @Test
  void work_that_does_not_end_within_the_grace_is_not_called_cancelled() throws Exception {
    assertFalse(admission.cancel(work, Function.identity()));
    assertEquals(CancelReason.ASKED_FOR, work.cancelReason());

    work.complete(WorkState.CANCELLED);
    assertTrue(admission.cancel(work, Function.identity()));
  }

  @Test
  void work_that_ends_otherwise_is_not_called_cancelled() throws Exception {
    work.complete(WorkState.COMPLETED);

    assertFalse(admission.cancel(work, Function.identity()));
  }

  private static final class Work extends LiveWork<WorkState> {
    Work() {
      super(
          "token-1",
          List.of(),
          new Places(1, 1).ask().orElseThrow(),
          new EventLog(false),
          Duration.ofMinutes(1),
          Clock.systemUTC());
    }
  }
}
