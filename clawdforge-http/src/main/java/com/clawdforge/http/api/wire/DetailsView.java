package com.clawdforge.http.api.wire;

import com.clawdforge.core.agent.AgentDetails;
import com.clawdforge.core.agent.ProviderRetry;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an agent reported besides the result: members of a run or a turn, and only those that are
 * not empty.
 *
 * @param modelUsage by the provider's id of the model
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DetailsView(
    List<String> warnings,
    List<RetryView> retries,
    Map<String, ModelUseView> modelUsage,
    @Nullable String terminalReason) {

  /** A request that the agent repeated; {@code status} is null if there was no answer. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record RetryView(@Nullable Integer status, @Nullable String error, long delayMs) {
    static RetryView of(ProviderRetry retry) {
      return new RetryView(
          retry.status() == 0 ? null : retry.status(), retry.error(), retry.delay().toMillis());
    }
  }

  /** The tokens and the cost of one model. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record ModelUseView(
      long inputTokens,
      long outputTokens,
      long cacheReadInputTokens,
      long cacheCreationInputTokens,
      @Nullable BigDecimal costUsd) {
    static ModelUseView of(AgentDetails.ModelUse use) {
      return new ModelUseView(
          use.usage().inputTokens(),
          use.usage().outputTokens(),
          use.usage().cacheReadInputTokens(),
          use.usage().cacheCreationInputTokens(),
          use.costUsd());
    }
  }

  public static DetailsView of(AgentDetails details) {
    Map<String, ModelUseView> byModel = new LinkedHashMap<>();
    details.models().forEach(use -> byModel.put(use.model(), ModelUseView.of(use)));
    return new DetailsView(
        details.warnings(),
        details.retries().stream().map(RetryView::of).toList(),
        byModel,
        details.terminalReason());
  }
}
