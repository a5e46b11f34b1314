package com.clawdforge.sqlite;

import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.ToolKind;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Permissions as the text of a column: a mode by its wire name, {@code approve-reads}, a policy as
 * {@code policy:<default>:<approved kinds>:<denied kinds>}, such as {@code
 * policy:deny:read,search:execute}.
 */
final class PermissionsText {
  private static final String POLICY = "policy";
  private static final String APPROVE = "approve";
  private static final String DENY = "deny";

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
              joined(policy.autoDeny()));
    };
  }

  static Permissions read(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length == 4 && parts[0].equals(POLICY)) {
      return new Permissions.Policy(kinds(parts[2]), kinds(parts[3]), approves(parts[1]));
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

  // Not lenient: what is not understood here would be a limit that is gone.
  private static boolean approves(String byDefault) {
    return switch (byDefault) {
      case APPROVE -> true;
      case DENY -> false;
      default -> throw unknown(byDefault);
    };
  }

  private static IllegalArgumentException unknown(String text) {
    return new IllegalArgumentException("'" + text + "' is no permissions of this version");
  }
}
