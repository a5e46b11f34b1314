package com.clawdforge.core.session;

import com.clawdforge.core.agent.Network;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.core.work.IdempotencyKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds a {@link SessionRequest}. All but the agent has a default: what the token permits. */
public final class TestSessionRequest {
  private final @Nullable String agent;
  private @Nullable String model;
  private @Nullable SystemPrompt system;
  private @Nullable Permissions permissions;
  private @Nullable Network network;
  private @Nullable List<String> allowedTools;
  private boolean background;
  private @Nullable Integer maxTurns;
  private String meta = "{}";
  private @Nullable IdempotencyKey key;

  private TestSessionRequest(@Nullable String agent) {
    this.agent = agent;
  }

  /**
   * Begins a request.
   *
   * @param agent null for {@link SessionLimits#defaultAgent()}
   */
  public static TestSessionRequest of(@Nullable String agent) {
    return new TestSessionRequest(agent);
  }

  public TestSessionRequest model(String newModel) {
    model = newModel;
    return this;
  }

  public TestSessionRequest system(String text) {
    system = new SystemPrompt(text, SystemPrompt.Mode.APPEND);
    return this;
  }

  public TestSessionRequest permissions(@Nullable Permissions newPermissions) {
    permissions = newPermissions;
    return this;
  }

  public TestSessionRequest network(@Nullable Network newNetwork) {
    network = newNetwork;
    return this;
  }

  public TestSessionRequest allowedTools(String... names) {
    allowedTools = List.of(names);
    return this;
  }

  public TestSessionRequest background() {
    background = true;
    return this;
  }

  public TestSessionRequest maxTurns(int atMost) {
    maxTurns = atMost;
    return this;
  }

  /** A JSON object as text. */
  public TestSessionRequest meta(String json) {
    meta = json;
    return this;
  }

  public TestSessionRequest key(@Nullable IdempotencyKey newKey) {
    key = newKey;
    return this;
  }

  public SessionRequest request() {
    return new SessionRequest(
        agent, model, system, permissions, network, allowedTools, background, maxTurns, meta, key);
  }
}
