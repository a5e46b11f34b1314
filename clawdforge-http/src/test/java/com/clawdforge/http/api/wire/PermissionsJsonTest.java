package com.clawdforge.http.api.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.ToolKind;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.http.web.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PermissionsJsonTest {
  @ParameterizedTest
  @EnumSource(Permissions.Mode.class)
  void a_mode_is_its_name(Permissions.Mode mode) throws Exception {
    assertEquals(mode, read("\"" + mode.wire() + "\""));
    assertEquals(mode.wire(), PermissionsJson.write(mode));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"auto_approve\":[\"read\",\"search\"],\"auto_deny\":[\"execute\"],\"default\":\"deny\"}",
        "{\"auto_approve\":[],\"auto_deny\":[],\"default\":\"approve\"}",
        "{\"auto_approve\":[\"read\"],\"auto_deny\":[],\"default\":\"deny\",\"read_paths\":\"anywhere\"}",
      })
  void a_policy_is_written_as_it_is_read(String json) throws Exception {
    assertEquals(json, Json.text(PermissionsJson.write(read(json))));
  }

  @Test
  void a_policy_denies_unnamed_kinds_by_default() throws Exception {
    assertEquals(
        new Permissions.Policy(Set.of(ToolKind.READ), Set.of(), false),
        read("{\"auto_approve\":[\"read\"],\"auto_deny\":null}"));
    assertEquals(new Permissions.Policy(Set.of(), Set.of(), false), read("{}"));
    assertEquals(
        new Permissions.Policy(Set.of(), Set.of(), false), read("{\"read_paths\":\"inside\"}"));
    assertEquals(
        new Permissions.Policy(Set.of(), Set.of(ToolKind.FETCH), true),
        read("{\"auto_deny\":[\"fetch\",\"fetch\"],\"default\":\"approve\"}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7",
        "true",
        "[\"read\"]",
        "\"\"",
        "\"approve_all\"",
        "\"Deny-All\"",
        "{\"auto_approve\":\"read\"}",
        "{\"auto_approve\":[\"teleport\"]}",
        "{\"auto_approve\":[7]}",
        "{\"auto_approve\":[null]}",
        "{\"auto_deny\":{\"execute\":true}}",
        "{\"default\":\"ask\"}",
        "{\"default\":true}",
        "{\"read_paths\":\"/etc\"}",
        "{\"read_paths\":[\"anywhere\"]}",
        "{\"autoDeny\":[\"execute\"],\"default\":\"approve\"}",
        "{\"auto_deny\":[\"execute\"],\"escalate\":null}",
      })
  void whatever_else_there_is_is_refused_by_the_fields_name(String json) {
    Refusal refusal = assertThrows(Refusal.class, () -> read(json));

    assertEquals(ErrorCode.INVALID_REQUEST, refusal.code());
    assertEquals("permissions", refusal.field());
  }

  private static Permissions read(String json) throws Exception {
    JsonNode value = new ObjectMapper().readTree(json);
    return PermissionsJson.read(value, "permissions");
  }
}
