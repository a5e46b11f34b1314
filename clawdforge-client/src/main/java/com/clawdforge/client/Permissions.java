package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;

/** Which tool calls a session approves, as there is no user to ask. Immutable. */
public final class Permissions {
  /** Approves all tool calls. */
  public static final Permissions APPROVE_ALL = mode("approve-all");

  /**
   * Approves reading and searching in the session's own directory, and where the gateway's operator
   * lets every app read.
   */
  public static final Permissions APPROVE_READS = mode("approve-reads");

  /** Approves only reading and searching in the session's own directory. */
  public static final Permissions DENY_ALL = mode("deny-all");

  private final JsonNode wire;

  private Permissions(JsonNode wire) {
    this.wire = wire;
  }

  private static Permissions mode(String name) {
    return new Permissions(TextNode.valueOf(name));
  }

  /**
   * Decides by the kind of a tool: {@code read}, {@code edit}, {@code delete}, {@code move}, {@code
   * search}, {@code execute}, {@code think}, {@code fetch}, {@code other}.
   *
   * <p>Without {@code execute}, files can be read and edited only in the session's own directory.
   *
   * @param denied takes precedence over {@code approved}
   * @param approveOthers whether to approve a kind that is in neither list
   */
  public static Permissions policy(
      List<String> approved, List<String> denied, boolean approveOthers) {
    ObjectNode policy = Json.object();
    approved.forEach(policy.putArray("auto_approve")::add);
    denied.forEach(policy.putArray("auto_deny")::add);
    return new Permissions(policy.put("default", approveOthers ? "approve" : "deny"));
  }

  /** Permissions as the gateway writes them: the name of a mode, or a policy object. */
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
