package com.clawdforge.core.agent;

import java.nio.charset.StandardCharsets;

/**
 * One message of an agent as it wrote it: one line of JSON in UTF-8, without the line's end. The
 * bytes are shared, not copied; nobody may change them.
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
