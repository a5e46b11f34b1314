package com.clawdforge.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.ToolKind;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PermissionsTextTest {
  @ParameterizedTest
  @EnumSource(Permissions.Mode.class)
  void a_mode_is_kept_by_its_wire_name(Permissions.Mode mode) {
    assertEquals(mode.wire(), PermissionsText.of(mode));
    assertEquals(mode, PermissionsText.read(mode.wire()));
  }

  // Ledgers contain these texts: they must stay readable for ever.
  @Test
  void a_policy_is_kept_by_the_names_of_its_kinds() {
    Permissions some =
        new Permissions.Policy(
            Set.of(ToolKind.SEARCH, ToolKind.READ), Set.of(ToolKind.EXECUTE), false);
    Permissions none = new Permissions.Policy(Set.of(), Set.of(), true);

    assertEquals("policy:deny:read,search:execute", PermissionsText.of(some));
    assertEquals(some, PermissionsText.read("policy:deny:read,search:execute"));
    assertEquals("policy:approve::", PermissionsText.of(none));
    assertEquals(none, PermissionsText.read("policy:approve::"));
  }

  @Test
  void a_policy_that_reads_anywhere_says_so_at_its_end() {
    Permissions anywhere = new Permissions.Policy(Set.of(ToolKind.READ), Set.of(), false, true);

    assertEquals("policy:deny:read::read-anywhere", PermissionsText.of(anywhere));
    assertEquals(anywhere, PermissionsText.read("policy:deny:read::read-anywhere"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "approve",
        "policy",
        "policy:deny:teleport:",
        "policy:ask::",
        "policy:deny:",
        "policy:deny:read::anywhere",
        "approve-reads:read-anywhere"
      })
  void unknown_text_is_refused_and_not_read_as_milder(String text) {
    assertThrows(IllegalArgumentException.class, () -> PermissionsText.read(text));
  }
}
