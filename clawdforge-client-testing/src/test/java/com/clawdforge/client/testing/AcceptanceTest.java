package com.clawdforge.client.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.clawdforge.client.testing.Acceptance.Accepted;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class AcceptanceTest {
  private final Acceptance acceptance = new Acceptance(new FakeFiles());
  private final PromptCall call =
      new PromptCall(null, 0, Wire.object().put("prompt", "hello"), null, List.of(), "key");

  @Test
  void a_key_whose_request_broke_is_free_again() {
    Acceptance.Start broken =
        (asked, answer) -> {
          throw new IllegalStateException("it broke");
        };

    for (int i = 0; i < 2; i++) {
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> acceptance.accept("/run", call, broken));
      assertEquals("it broke", e.getMessage());
    }
  }

  @Test
  void an_error_of_the_function_is_a_refusal() {
    acceptance.script(
        asked -> {
          throw new StackOverflowError("too deep");
        });

    Accepted accepted =
        acceptance.accept(
            "/run",
            call,
            (asked, answer) -> {
              throw new IllegalStateException("nothing was accepted");
            });

    assertEquals(
        FakeError.of(
            "internal_error", "the test's function threw java.lang.StackOverflowError: too deep"),
        accepted.refusal());
  }
}
