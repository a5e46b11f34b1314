package com.clawdforge.sqlite;

import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.ToolKind;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Permissions as the text of a column: a mode by its wire name, {@code approve-reads}, a policy as
 * {@code policy:<default>:<approved kinds>:<denied kinds>}, such as {@code
 * policy:deny:read,search:execute}, followed by {@code :read-anywhere} if reads are unlimited.
 */
final class PermissionsText {
  private static final String POLICY = "policy";
  private static final String APPROVE = "approve";
  private static final String DENY = "deny";
  private static final String READ_ANYWHERE = ":read-anywhere";

  private PermissionsText() {}

  static String of(Permissions permissions) {
    return switch (permissions) {
      case Permissions.Mode mode -> mode.wire();
      case Permissions.Policy policy ->
          String.join(
                  ":",
                  POLICY,
                  policy.approveByDefault() ? APPROVE : DENY,
                  joined(policy.autoApprove()),
                  joined(policy.autoDeny()))
              + (policy.readAnywhere() ? READ_ANYWHERE : "");
    };
  }

  static Permissions read(String text) {
    boolean readAnywhere = text.endsWith(READ_ANYWHERE);
    String policy = readAnywhere ? text.substring(0, text.length() - READ_ANYWHERE.length()) : text;
    String[] parts = policy.split(":", -1);
    if (parts.length == 4 && parts[0].equals(POLICY)) {
      return new Permissions.Policy(
          kinds(parts[2]), kinds(parts[3]), approves(parts[1]), readAnywhere);
    }
    return Permissions.Mode.ofWire(text).orElseThrow(() -> unknown(text));
  }

  private static String joined(Set<ToolKind> kinds) {
    return kinds.stream().sorted().map(ToolKind::wire).collect(Collectors.joining(","));
  }

  private static Set<ToolKind> kinds(String joined) {
    return joined.isEmpty()
        ? Set.of()
        : Arrays.stream(joined.split(",", -1))
            .map(wire -> ToolKind.ofWire(wire).orElseThrow(() -> unknown(wire)))
            .collect(Collectors.toSet());
  }

  // Not lenient: ignoring an unknown word would drop a limit.
  private static boolean approves(String byDefault) {
    return switch (byDefault) {
      case APPROVE -> true;
      case DENY -> false;
      default -> throw unknown(byDefault);
    };
  }

  private static IllegalArgumentException unknown(String text) {
    return new IllegalArgumentException("'" + text + "' is unknown to this version as permissions");
  }
}
