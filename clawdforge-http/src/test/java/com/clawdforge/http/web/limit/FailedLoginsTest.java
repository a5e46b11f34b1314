package com.clawdforge.http.web.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Failed authentications of one address. */
final class FailedLoginsTest {
  private final Refusal wrong = Refusal.of(ErrorCode.UNAUTHENTICATED, "wrong");

  private final AtomicLong now = new AtomicLong();
  private final List<Boolean> observed = new ArrayList<>();
  private final DoorObserver observer =
      new DoorObserver() {
        @Override
        public void loginFailed(boolean limited) {
          observed.add(limited);
        }
      };
  private final FailedLogins logins = new FailedLogins(10, observer, now::get);

  @Test
  void ten_failures_a_minute_are_told_and_further_ones_have_to_wait() throws Exception {
    for (int i = 0; i < 10; i++) {
      assertEquals(ErrorCode.UNAUTHENTICATED, failure("203.0.113.9").code());
    }
    Refusal tooMany = failure("203.0.113.9");

    assertEquals(ErrorCode.RATE_LIMITED, tooMany.code());
    assertEquals(Duration.ofSeconds(6), tooMany.retryAfter());

    now.addAndGet(Duration.ofSeconds(6).toNanos());
    assertEquals(ErrorCode.UNAUTHENTICATED, failure("203.0.113.9").code());
    assertEquals(ErrorCode.RATE_LIMITED, failure("203.0.113.9").code());
    assertEquals(13, observed.size());
    assertEquals(2, observed.stream().filter(limited -> limited).count());
  }

  @Test
  void a_right_bearer_passes_from_an_address_that_failed_too_often() throws Exception {
    exhaust("203.0.113.9");

    assertEquals("app", logins.limit(InetAddress.getByName("203.0.113.9"), () -> "app"));
  }

  @Test
  void a_refusal_for_another_reason_does_not_count() throws Exception {
    Refusal other = Refusal.of(ErrorCode.ADMIN_REQUIRED, "an app's");
    for (int i = 0; i < 20; i++) {
      assertEquals(ErrorCode.ADMIN_REQUIRED, failure("203.0.113.9", other).code());
    }

    assertEquals(ErrorCode.UNAUTHENTICATED, failure("203.0.113.9").code());
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.9, 203.0.113.10, false",
    "2001:db8:1:2::1, 2001:db8:1:2:ffff::9, true",
    "2001:db8:1:2::1, 2001:db8:1:3::1, false",
  })
  void an_address_is_one_of_ipv4_or_a_64_of_ipv6(String first, String other, boolean same)
      throws Exception {
    exhaust(first);

    assertEquals(same ? ErrorCode.RATE_LIMITED : ErrorCode.UNAUTHENTICATED, failure(other).code());
  }

  @Test
  void the_address_that_failed_longest_ago_is_forgotten_when_there_are_too_many() throws Exception {
    exhaust("203.0.113.9");
    exhaust("203.0.113.10");
    for (int i = 0; i < FailedLogins.MOST_ADDRESSES - 1; i++) {
      failure("10.%d.%d.%d".formatted(i >> 16, (i >> 8) & 255, i & 255));
    }

    assertEquals(ErrorCode.RATE_LIMITED, failure("203.0.113.10").code());
    assertEquals(ErrorCode.UNAUTHENTICATED, failure("203.0.113.9").code());
  }

  @Test
  void zero_is_no_limit() throws Exception {
    FailedLogins unlimited = new FailedLogins(0, observer, now::get);
    for (int i = 0; i < 50; i++) {
      assertEquals(ErrorCode.UNAUTHENTICATED, failure(unlimited, "203.0.113.9", wrong).code());
    }
  }

  private void exhaust(String address) throws Exception {
    for (int i = 0; i < 11; i++) {
      failure(address);
    }
    assertEquals(ErrorCode.RATE_LIMITED, failure(address).code());
  }

  private Refusal failure(String address) throws Exception {
    return failure(address, wrong);
  }

  private Refusal failure(String address, Refusal why) throws Exception {
    return failure(logins, address, why);
  }

  private static Refusal failure(FailedLogins logins, String address, Refusal why)
      throws Exception {
    InetAddress caller = InetAddress.getByName(address);
    return assertThrows(
        Refusal.class,
        () ->
            logins.limit(
                caller,
                () -> {
                  throw why;
                }));
  }
}
