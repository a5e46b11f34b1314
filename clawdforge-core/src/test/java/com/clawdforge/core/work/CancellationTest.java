package com.clawdforge.core.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CancellationTest {
  private final Cancellation cancellation = new Cancellation();
  private final List<String> told = new ArrayList<>();

  @Test
  void it_reaches_whoever_came_before_and_whoever_comes_later() {
    cancellation.onCancel(() -> told.add("before"));
    assertNull(cancellation.reason());
    assertEquals(List.of(), told);

    cancellation.cancel(CancelReason.ASKED_FOR);
    assertEquals(List.of("before"), told);

    cancellation.onCancel(() -> told.add("later"));
    assertEquals(List.of("before", "later"), told);
  }

  @Test
  void the_first_reason_counts_and_nobody_is_told_twice() {
    cancellation.onCancel(() -> told.add("once"));

    cancellation.cancel(CancelReason.TOKEN_REVOKED);
    cancellation.cancel(CancelReason.ASKED_FOR);

    assertEquals(CancelReason.TOKEN_REVOKED, cancellation.reason());
    assertEquals(List.of("once"), told);
  }
}
