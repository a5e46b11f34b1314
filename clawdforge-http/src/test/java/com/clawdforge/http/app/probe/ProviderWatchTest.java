package com.clawdforge.http.app.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.clawdforge.core.MutableClock;
import com.clawdforge.core.agent.AgentDetails;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.ProviderLimit;
import com.clawdforge.core.agent.ProviderRetry;
import com.clawdforge.core.model.AccountLimit;
import com.clawdforge.core.work.WorkObserver;
import com.clawdforge.core.work.WorkState;
import com.clawdforge.http.ops.Readiness;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProviderWatchTest {
  private static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");
  private static final ProviderRetry RETRY = new ProviderRetry(529, "busy", Duration.ofSeconds(1));

  private final MutableClock clock = new MutableClock(T0);
  private final ProviderWatch watch = new ProviderWatch(clock);

  @Test
  void nothing_is_known_before_an_agent_has_reported() {
    ended(AgentDetails.NONE);

    assertEquals(Readiness.Provider.UNKNOWN, watch.now());
    assertEquals(List.of(), watch.limits());
  }

  @Test
  void the_last_report_of_each_limit_counts_until_its_reset() {
    ProviderLimit five = limit("five_hour", "allowed", T0.plusSeconds(100));
    ProviderLimit seven = limit("seven_day", "allowed", T0.plusSeconds(1000));
    ProviderLimit later = limit("seven_day", "rejected", T0.plusSeconds(1000));
    ended(limits(five, seven));
    clock.advance(Duration.ofSeconds(10));
    ended(limits(later));

    assertEquals(List.of(five, later), shown());
    assertEquals(
        List.of(
            new Readiness.Limit(told(five), Duration.ofSeconds(10)),
            new Readiness.Limit(told(later), Duration.ZERO)),
        watch.now().limits());

    clock.advance(Duration.ofSeconds(90));
    assertEquals(List.of(later), shown());
    assertEquals(1, watch.now().limits().size());
  }

  @Test
  void a_limit_without_a_reset_is_shown_for_an_hour() {
    ended(limits(limit("five_hour", "rejected", null)));

    clock.advance(Duration.ofMinutes(59));
    assertEquals(1, watch.limits().size());
    clock.advance(Duration.ofMinutes(1));
    assertEquals(List.of(), watch.limits());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Jane Doe", "jane@example.com", "5_hour", "FIVE_HOUR", "a-b"})
  void what_does_not_look_like_the_name_of_a_limit_is_not_shown(String window) {
    ended(limits(limit(window, "allowed", null)));

    assertEquals(List.of(), watch.limits());
  }

  @Test
  void a_status_that_is_unknown_is_not_shown() {
    ended(limits(limit("five_hour", "paid by jane", null)));

    assertEquals(List.of(), watch.limits());
  }

  @Test
  void no_more_than_16_limits_are_kept_until_some_are_over() {
    ended(limits(many("old", T0.plusSeconds(1))));
    ended(limits(many("new", T0.plusSeconds(9))));
    assertEquals(16, watch.limits().size());

    clock.advance(Duration.ofSeconds(1));
    ended(limits(many("new", T0.plusSeconds(9))));

    assertEquals(16, watch.limits().size());
    assertEquals("new_0", shown().getFirst().window());
  }

  @Test
  void what_the_provider_tells_on_the_way_is_kept_for_each_account_and_not_told_twice() {
    ProviderLimit five = limit("five_hour", "allowed", T0.plusSeconds(100));
    ProviderLimit later = limit("five_hour", "rejected", T0.plusSeconds(100));
    ended(limits(five));

    watch.limits(List.of(new AccountLimit("token", later)));
    watch.limits(List.of(new AccountLimit("api_key", five)));
    ended(limits(five));

    assertEquals(
        List.of(new AccountLimit("api_key", five), new AccountLimit("token", later)),
        watch.limits());
    clock.advance(Duration.ofSeconds(100));
    assertEquals(List.of(), watch.limits());
    ended(limits(limit("five_hour", "allowed", T0.plusSeconds(200))));
    assertEquals(1, watch.limits().size());
  }

  private List<ProviderLimit> shown() {
    return watch.limits().stream().map(AccountLimit::limit).toList();
  }

  private static AccountLimit told(ProviderLimit limit) {
    return new AccountLimit(AccountLimit.AGENTS, limit);
  }

  private static ProviderLimit[] many(String name, Instant resetsAt) {
    return IntStream.range(0, 20)
        .mapToObj(i -> limit(name + "_" + i, "allowed", resetsAt))
        .toArray(ProviderLimit[]::new);
  }

  @Test
  void the_last_retries_and_the_end_of_the_login_stay_until_there_are_others() {
    ended(
        new AgentDetails(List.of(RETRY), List.of(), List.of(), null, List.of(), T0.plusSeconds(5)));
    clock.advance(Duration.ofSeconds(3));
    ended(AgentDetails.NONE);

    assertEquals(
        new Readiness.Provider(List.of(), List.of(RETRY), Duration.ofSeconds(3), T0.plusSeconds(5)),
        watch.now());
  }

  @Test
  void there_is_no_time_of_retries_that_never_were() {
    ended(limits(limit("five_hour", "allowed", null)));

    assertNull(watch.now().retriedBefore());
  }

  private static ProviderLimit limit(String window, String status, @Nullable Instant resetsAt) {
    return new ProviderLimit(window, status, 0.5, resetsAt);
  }

  private static AgentDetails limits(ProviderLimit... limits) {
    return new AgentDetails(List.of(), List.of(), List.of(), null, Arrays.asList(limits), null);
  }

  private void ended(AgentDetails details) {
    WorkObserver.Watch run =
        watch.accepted(
            new WorkObserver.Accepted(
                WorkObserver.Kind.RUN, "run-1", 0, "app", "claude", "sonnet", "request-1"));
    run.started();
    run.ended(
        new WorkObserver.Ended(
            WorkState.COMPLETED, null, new AgentReport(null, null, null, null, details), false));
  }
}
