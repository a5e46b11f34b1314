package com.clawdforge.core.agent;

import java.nio.charset.StandardCharsets;

/**
 * One message of an agent, exactly as it was written: a line of JSON in UTF-8 without the line
 * break. The bytes are shared, not copied; callers must not change them.
 */
public final class AgentEvent {
  private final byte[] json;

  public AgentEvent(byte[] json) {
    this.json = json;
  }

  public byte[] json() {
    return json;
  }

  @Override
  public String toString() {
    return new String(json, StandardCharsets.UTF_8);
  }
}
