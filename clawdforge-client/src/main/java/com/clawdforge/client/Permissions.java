package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;

/** Which of the agent's tool calls pass in a session: nobody is there to be asked. Immutable. */
public final class Permissions {
  /** All of them. */
  public static final Permissions APPROVE_ALL = mode("approve-all");

  /**
   * Those that read and search in the session's own directory, or where the gateway's operator lets
   * every app read.
   */
  public static final Permissions APPROVE_READS = mode("approve-reads");

  /** None but reading and searching in the session's own directory. */
  public static final Permissions DENY_ALL = mode("deny-all");

  private final JsonNode wire;

  private Permissions(JsonNode wire) {
    this.wire = wire;
  }

  private static Permissions mode(String name) {
    return new Permissions(TextNode.valueOf(name));
  }

  /**
   * Decides by a tool's kind: {@code read}, {@code edit}, {@code delete}, {@code move}, {@code
   * search}, {@code execute}, {@code think}, {@code fetch}, {@code other}.
   *
   * <p>Without {@code execute} files are read and edited in the session's own directory alone.
   *
   * @param denied wins over {@code approved}
   * @param approveOthers what happens to a kind that neither names
   */
  public static Permissions policy(
      List<String> approved, List<String> denied, boolean approveOthers) {
    ObjectNode policy = Json.object();
    approved.forEach(policy.putArray("auto_approve")::add);
    denied.forEach(policy.putArray("auto_deny")::add);
    return new Permissions(policy.put("default", approveOthers ? "approve" : "deny"));
  }

  /** What the gateway is to understand: a mode's name, or a policy object. */
  public static Permissions of(JsonNode wire) {
    return new Permissions(wire.deepCopy());
  }

  JsonNode wire() {
    return wire;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Permissions permissions && wire.equals(permissions.wire);
  }

  @Override
  public int hashCode() {
    return wire.hashCode();
  }

  @Override
  public String toString() {
    return wire.isTextual() ? wire.textValue() : wire.toString();
  }
}
