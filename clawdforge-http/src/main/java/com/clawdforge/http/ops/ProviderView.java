package com.clawdforge.http.ops;

import com.clawdforge.core.agent.ProviderLimit;
import com.clawdforge.core.agent.ProviderRetry;
import com.clawdforge.http.web.Json;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code GET /readyz} shows of the model's provider: only what is known. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record ProviderView(
    List<LimitView> limits,
    List<RetryView> retries,
    @Nullable Long retriesAgeSecs,
    @Nullable String credentialExpiresAt) {

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record LimitView(
      String account,
      String window,
      String status,
      @Nullable Double utilization,
      @Nullable String resetsAt,
      long ageSecs) {
    static LimitView of(Readiness.Limit seen) {
      ProviderLimit limit = seen.limit().limit();
      return new LimitView(
          seen.limit().account(),
          limit.window(),
          limit.status(),
          limit.utilization(),
          Json.timeOrNull(limit.resetsAt()),
          seen.age().toSeconds());
    }
  }

  /** Without the agent's word for the error, which may be anything. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record RetryView(@Nullable Integer status, long delayMs) {
    static RetryView of(ProviderRetry retry) {
      return new RetryView(retry.status() == 0 ? null : retry.status(), retry.delay().toMillis());
    }
  }

  /** Null if nothing is known. */
  static @Nullable ProviderView of(Readiness.Provider provider) {
    if (provider.equals(Readiness.Provider.UNKNOWN)) {
      return null;
    }
    @Nullable Duration retried = provider.retriedBefore();
    return new ProviderView(
        provider.limits().stream().map(LimitView::of).toList(),
        provider.retries().stream().map(RetryView::of).toList(),
        retried == null ? null : retried.toSeconds(),
        Json.timeOrNull(provider.credentialExpiresAt()));
  }
}
