package com.clawdforge.core.agent;

import com.clawdforge.core.text.ModelText;
import java.nio.charset.StandardCharsets;

/**
 * One message of an agent as it was written: a line of JSON in UTF-8 without the line break. Only
 * the escapes of unpaired surrogates are replaced, see {@link ModelText}. The bytes are shared, not
 * copied; callers must not change them.
 */
public final class AgentEvent {
  private final byte[] json;

  public AgentEvent(byte[] json) {
    this.json = ModelText.json(json);
  }

  public byte[] json() {
    return json;
  }

  @Override
  public String toString() {
    return new String(json, StandardCharsets.UTF_8);
  }
}
