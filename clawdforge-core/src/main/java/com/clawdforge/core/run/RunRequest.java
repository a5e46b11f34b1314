package com.clawdforge.core.run;

import com.clawdforge.core.agent.Effort;
import com.clawdforge.core.agent.Network;
import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.RequestRules;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run that an app requests.
 *
 * @param model null for {@link RunLimits#model()}
 * @param fileIds the caller's files, in the order in which the model is to see them
 * @param timeout counts from acceptance and includes the wait for a place
 * @param jsonSchema a JSON object as text, or null
 * @param network what the agent's processes may reach; null for what goes with the tools
 * @param keepAnswer whether the answer is kept for later requests for the run
 * @param keepEvents whether the agent's events are kept while it runs, for readers that start late
 * @param requestId the id of the HTTP request, for the ledger
 */
public record RunRequest(
    String prompt,
    @Nullable String model,
    @Nullable SystemPrompt system,
    @Nullable Effort effort,
    List<String> fileIds,
    Duration timeout,
    @Nullable String jsonSchema,
    @Nullable BigDecimal maxBudgetUsd,
    @Nullable List<String> tools,
    @Nullable Network network,
    boolean keepAnswer,
    boolean keepEvents,
    @Nullable IdempotencyKey key,
    String requestId) {
  // A schema's validator takes many times its size, and the model reads all of the schema.
  private static final int MAX_SCHEMA_BYTES = 64 << 10;

  public RunRequest {
    fileIds = List.copyOf(fileIds);
    tools = tools == null ? null : List.copyOf(tools);
  }

  /**
   * Checks every value.
   *
   * @throws Refusal {@link ErrorCode#INVALID_REQUEST} or {@link ErrorCode#PAYLOAD_TOO_LARGE}
   */
  void check(long maxPromptBytes) {
    RequestRules.prompt(prompt, maxPromptBytes);
    RequestRules.model(model);
    RequestRules.system(system, maxPromptBytes);
    RequestRules.files(fileIds);
    RequestRules.timeout(timeout);
    if (maxBudgetUsd != null && maxBudgetUsd.signum() <= 0) {
      throw Refusal.invalid("max_budget_usd", "max_budget_usd must be more than 0");
    }
    if (jsonSchema != null
        && jsonSchema.getBytes(StandardCharsets.UTF_8).length > MAX_SCHEMA_BYTES) {
      throw Refusal.invalid(
          "json_schema", "json_schema is longer than " + MAX_SCHEMA_BYTES + " bytes");
    }
    RequestRules.tools("tools", tools);
  }

  long promptBytes() {
    return prompt.getBytes(StandardCharsets.UTF_8).length;
  }

  /** The same without prompt and system prompt, which may be long. */
  RunRequest withoutTexts() {
    return new RunRequest(
        "",
        model,
        system == null ? null : new SystemPrompt("", system.mode()),
        effort,
        fileIds,
        timeout,
        jsonSchema,
        maxBudgetUsd,
        tools,
        network,
        keepAnswer,
        keepEvents,
        key,
        requestId);
  }

  /** Omits prompt and system prompt, so that this may be logged. */
  @Override
  public String toString() {
    return "RunRequest[" + requestId + "]";
  }
}
