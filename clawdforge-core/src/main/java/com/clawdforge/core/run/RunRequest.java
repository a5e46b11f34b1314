package com.clawdforge.core.run;

import com.clawdforge.core.agent.Effort;
import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.work.IdempotencyKey;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an app wants run.
 *
 * @param model null for the default
 * @param fileIds the caller's files, in the order in which the model is to see them
 * @param timeout from acceptance on, time spent waiting for a free place included
 * @param jsonSchema a JSON object as text, or null
 * @param keepAnswer whether the answer is to be kept for whoever asks for the run later
 * @param keepEvents whether the agent's messages are kept while it runs, for followers who come
 *     late
 * @param requestId of the request that carries this, for the ledger
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
    boolean keepAnswer,
    boolean keepEvents,
    @Nullable IdempotencyKey key,
    String requestId) {
  static final String DEFAULT_MODEL = "sonnet";

  private static final Duration MIN_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration MAX_TIMEOUT = Duration.ofHours(1);
  private static final int MAX_FILES = 100;
  // They go into the agent's argument list, which has no room for any number.
  private static final int MAX_TOOLS = 100;
  // Bedrock and Vertex ids too. The first character keeps it from ever being taken for an option.
  private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@/\\[\\]-]{0,255}");
  private static final Pattern TOOL = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,127}");

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
    if (prompt.isBlank()) {
      throw Refusal.invalid("prompt", "prompt must not be blank");
    }
    requireEncodable("prompt", prompt);
    if (promptBytes() > maxPromptBytes) {
      throw Refusal.of(
          ErrorCode.PAYLOAD_TOO_LARGE,
          "prompt is longer than " + maxPromptBytes + " bytes of UTF-8");
    }
    if (model != null && !MODEL.matcher(model).matches()) {
      throw Refusal.invalid("model", "model must match " + MODEL.pattern());
    }
    if (system != null) {
      requireEncodable("system", system.text());
      if (system.text().getBytes(StandardCharsets.UTF_8).length > maxPromptBytes) {
        throw Refusal.of(
            ErrorCode.PAYLOAD_TOO_LARGE,
            "system is longer than " + maxPromptBytes + " bytes of UTF-8");
      }
    }
    if (fileIds.size() > MAX_FILES) {
      throw Refusal.invalid("files", "files may name at most " + MAX_FILES + " files");
    }
    if (timeout.compareTo(MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
      throw Refusal.invalid("timeout_secs", "timeout_secs must be from 1 to 3600");
    }
    if (maxBudgetUsd != null && maxBudgetUsd.signum() <= 0) {
      throw Refusal.invalid("max_budget_usd", "max_budget_usd must be more than 0");
    }
    if (tools != null && tools.size() > MAX_TOOLS) {
      throw Refusal.invalid("tools", "tools may name at most " + MAX_TOOLS + " tools");
    }
    if (tools != null && !tools.stream().allMatch(tool -> TOOL.matcher(tool).matches())) {
      throw Refusal.invalid("tools", "tools must be names of tools such as Read or Bash");
    }
  }

  String modelOrDefault() {
    return model == null ? DEFAULT_MODEL : model;
  }

  long promptBytes() {
    return prompt.getBytes(StandardCharsets.UTF_8).length;
  }

  // JSON can spell half a surrogate pair; encoded it would reach the model as a question mark.
  private static void requireEncodable(String field, String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw Refusal.invalid(field, field + " holds half of a surrogate pair");
    }
  }

  /** Neither prompt nor system prompt: this may be logged. */
  @Override
  public String toString() {
    return "RunRequest[" + requestId + "]";
  }
}
