package com.clawdforge.http.api.wire;

import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.http.web.body.Fields;
import org.jspecify.annotations.Nullable;

/** The fields {@code system} and {@code system_mode}. */
public final class SystemPromptJson {
  private SystemPromptJson() {}

  /** Reads both; null without {@code system}. */
  public static @Nullable SystemPrompt read(Fields fields) {
    SystemPrompt.@Nullable Mode mode = fields.choice("system_mode", SystemPrompt.Mode.class);
    @Nullable String text = fields.text("system");
    return text == null
        ? null
        : new SystemPrompt(text, mode == null ? SystemPrompt.Mode.APPEND : mode);
  }
}
