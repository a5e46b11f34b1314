package com.clawdforge.core.work;

import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.text.ByteSize;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules that requests for runs, sessions and turns share. Each throws {@link Refusal} with
 * {@link ErrorCode#INVALID_REQUEST} or {@link ErrorCode#PAYLOAD_TOO_LARGE}.
 */
public final class RequestRules {
  private static final Duration MIN_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration MAX_TIMEOUT = Duration.ofHours(1);
  private static final int MAX_FILES = 100;
  // They go into the agent's argument list, whose length is limited.
  private static final int MAX_TOOLS = 100;
  // Bedrock and Vertex ids too. The first character keeps it from being parsed as an option.
  private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@/\\[\\]-]{0,255}");
  private static final Pattern TOOL = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,127}");

  private RequestRules() {}

  /** Checks that the prompt is not blank and at most {@code maxBytes} bytes of UTF-8. */
  public static void prompt(String prompt, long maxBytes) {
    if (prompt.isBlank()) {
      throw Refusal.invalid("prompt", "prompt must not be blank");
    }
    text("prompt", prompt, maxBytes);
  }

  public static void model(@Nullable String model) {
    if (model != null && !MODEL.matcher(model).matches()) {
      throw Refusal.invalid("model", "model must match " + MODEL.pattern());
    }
  }

  public static void system(@Nullable SystemPrompt system, long maxBytes) {
    if (system != null) {
      text("system", system.text(), maxBytes);
    }
  }

  public static void files(List<String> fileIds) {
    if (fileIds.size() > MAX_FILES) {
      throw Refusal.invalid("files", "files may name at most " + MAX_FILES + " files");
    }
  }

  public static void timeout(Duration timeout) {
    if (timeout.compareTo(MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
      throw Refusal.invalid("timeout_secs", "timeout_secs must be from 1 to 3600");
    }
  }

  /**
   * Checks the number and form of tool names.
   *
   * @param field the contract's name of the list
   */
  public static void tools(String field, @Nullable List<String> tools) {
    if (tools == null) {
      return;
    }
    if (tools.size() > MAX_TOOLS) {
      throw Refusal.invalid(field, field + " may name at most " + MAX_TOOLS + " tools");
    }
    if (!tools.stream().allMatch(tool -> TOOL.matcher(tool).matches())) {
      throw Refusal.invalid(field, field + " must be names of tools such as Read or Bash");
    }
  }

  // JSON can contain half a surrogate pair; encoded, it would reach the model as a question mark.
  private static void text(String field, String text, long maxBytes) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw Refusal.invalid(field, field + " holds half of a surrogate pair");
    }
    if (text.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
      throw Refusal.of(
          ErrorCode.PAYLOAD_TOO_LARGE,
          field + " is longer than " + ByteSize.words(maxBytes) + " in UTF-8");
    }
  }
}
