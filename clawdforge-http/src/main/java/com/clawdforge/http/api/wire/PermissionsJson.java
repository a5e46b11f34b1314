package com.clawdforge.http.api.wire;

import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.ToolKind;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.http.web.Json;
import com.clawdforge.http.web.body.Fields;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Permissions on the wire: a mode such as {@code "approve-reads"}, or a policy such as {@code
 * {"auto_approve":["read"],"auto_deny":["execute"],"default":"deny","read_paths":"anywhere"}},
 * whose members are all optional. Unlike in other objects, unknown members are refused: a misspelt
 * member would silently drop a denial.
 */
public final class PermissionsJson {
  private static final String AUTO_APPROVE = "auto_approve";
  private static final String AUTO_DENY = "auto_deny";
  private static final String DEFAULT = "default";
  private static final String READ_PATHS = "read_paths";
  private static final List<String> MEMBERS = List.of(AUTO_APPROVE, AUTO_DENY, DEFAULT, READ_PATHS);
  private static final String APPROVE = "approve";
  private static final String DENY = "deny";
  private static final String ANYWHERE = "anywhere";
  private static final String INSIDE = "inside";

  private PermissionsJson() {}

  private record Policy(
      List<String> autoApprove,
      List<String> autoDeny,
      @JsonProperty(DEFAULT) String byDefault,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String readPaths) {}

  /** Reads permissions from a field; null if it is absent. */
  public static @Nullable Permissions read(Fields fields, String field) {
    @Nullable JsonNode value = fields.value(field);
    return value == null ? null : read(value, field);
  }

  /**
   * Reads permissions.
   *
   * @param field the name of the field, for a refusal
   * @throws Refusal {@link com.clawdforge.core.error.ErrorCode#INVALID_REQUEST} with the field
   */
  static Permissions read(JsonNode value, String field) {
    if (value.isTextual()) {
      return Permissions.Mode.ofWire(value.textValue())
          .orElseThrow(() -> mustBe(field, "one of " + modes() + ", or a policy object"));
    }
    if (!value.isObject()) {
      throw mustBe(field, "a string or an object");
    }
    for (Map.Entry<String, JsonNode> member : value.properties()) {
      if (!MEMBERS.contains(member.getKey())) {
        throw mustBe(field, "an object of no other members than " + String.join(", ", MEMBERS));
      }
    }
    return new Permissions.Policy(
        kinds(value, AUTO_APPROVE, field),
        kinds(value, AUTO_DENY, field),
        isSecond(value, DEFAULT, DENY, APPROVE, field),
        isSecond(value, READ_PATHS, INSIDE, ANYWHERE, field));
  }

  /** Converts permissions to a value that {@link Json} writes; the inverse of {@link #read}. */
  public static Object write(Permissions permissions) {
    return switch (permissions) {
      case Permissions.Mode mode -> mode.wire();
      case Permissions.Policy policy ->
          new Policy(
              names(policy.autoApprove()),
              names(policy.autoDeny()),
              policy.approveByDefault() ? APPROVE : DENY,
              policy.readAnywhere() ? ANYWHERE : null);
    };
  }

  private static Set<ToolKind> kinds(JsonNode policy, String member, String field) {
    Set<ToolKind> kinds = EnumSet.noneOf(ToolKind.class);
    @Nullable JsonNode value = present(policy, member);
    if (value == null) {
      return kinds;
    }
    String path = field + "." + member;
    if (!value.isArray()) {
      throw Refusal.invalid(field, path + " must be an array of kinds of tools");
    }
    for (JsonNode kind : value) {
      kinds.add(
          ToolKind.ofWire(String.valueOf(kind.textValue()))
              .orElseThrow(
                  () ->
                      Refusal.invalid(
                          field,
                          path
                              + " may hold "
                              + String.join(", ", names(EnumSet.allOf(ToolKind.class))))));
    }
    return kinds;
  }

  // A member with two possible values; absence means the first.
  private static boolean isSecond(
      JsonNode policy, String member, String first, String second, String field) {
    @Nullable JsonNode value = present(policy, member);
    String text = value == null ? first : String.valueOf(value.textValue());
    if (!text.equals(first) && !text.equals(second)) {
      throw Refusal.invalid(
          field, "%s.%s must be %s or %s".formatted(field, member, first, second));
    }
    return text.equals(second);
  }

  // As in all requests, null means absent.
  private static @Nullable JsonNode present(JsonNode policy, String member) {
    @Nullable JsonNode value = policy.get(member);
    return value == null || value.isNull() ? null : value;
  }

  private static List<String> names(Set<ToolKind> kinds) {
    return kinds.stream().sorted().map(ToolKind::wire).toList();
  }

  private static String modes() {
    return Arrays.stream(Permissions.Mode.values())
        .map(Permissions.Mode::wire)
        .collect(Collectors.joining(", "));
  }

  private static Refusal mustBe(String field, String what) {
    return Refusal.invalid(field, field + " must be " + what);
  }
}
