package com.clawdforge.core.agent;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an agent reported besides the result. Each list keeps its first 32 entries and each text its
 * first 500 characters.
 *
 * @param retries the requests to the provider that the agent repeated, in order
 * @param warnings what the app's developer should know about the answer
 * @param models what each model used, if the agent tells them apart
 * @param terminalReason the agent's word for why it stopped, or null
 * @param limits the account's limits, as the provider last reported them
 * @param credentialExpiresAt when the agent's login expires, in milliseconds, or null if unknown
 */
public record AgentDetails(
    List<ProviderRetry> retries,
    List<String> warnings,
    List<ModelUse> models,
    @Nullable String terminalReason,
    List<ProviderLimit> limits,
    @Nullable Instant credentialExpiresAt) {
  /** Nothing is known. */
  public static final AgentDetails NONE =
      new AgentDetails(List.of(), List.of(), List.of(), null, List.of(), null);

  /**
   * What one of the models behind an answer used.
   *
   * @param model the provider's id
   * @param costUsd the agent's own estimate in US dollars, or null; also null if the number has
   *     more than a hundred digits
   */
  public record ModelUse(String model, Usage usage, @Nullable BigDecimal costUsd) {
    public ModelUse {
      model = Bounds.cut(model);
      costUsd = Bounds.number(costUsd);
    }
  }

  public AgentDetails {
    retries = Bounds.entries(retries);
    warnings = Bounds.entries(warnings).stream().map(Bounds::cut).toList();
    models = Bounds.entries(models);
    terminalReason = Bounds.text(terminalReason);
    limits = Bounds.entries(limits);
    credentialExpiresAt = Bounds.time(credentialExpiresAt);
  }
}
