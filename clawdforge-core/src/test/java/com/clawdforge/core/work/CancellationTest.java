package com.clawdforge.core.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CancellationTest {
  private final Cancellation cancellation = new Cancellation();
  private final List<String> calls = new ArrayList<>();

  @Test
  void a_cancellation_calls_earlier_and_later_callbacks() {
    cancellation.onCancel(() -> calls.add("before"));
    assertNull(cancellation.reason());
    assertEquals(List.of(), calls);

    cancellation.cancel(CancelReason.ASKED_FOR);
    assertEquals(List.of("before"), calls);

    cancellation.onCancel(() -> calls.add("later"));
    assertEquals(List.of("before", "later"), calls);
  }

  @Test
  void the_first_reason_counts_and_no_callback_runs_twice() {
    cancellation.onCancel(() -> calls.add("once"));

    cancellation.cancel(CancelReason.TOKEN_REVOKED);
    cancellation.cancel(CancelReason.ASKED_FOR);

    assertEquals(CancelReason.TOKEN_REVOKED, cancellation.reason());
    assertEquals(List.of("once"), calls);
  }
}
