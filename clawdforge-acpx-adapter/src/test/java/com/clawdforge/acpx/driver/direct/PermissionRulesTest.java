package com.clawdforge.acpx.driver.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.clawdforge.core.agent.ToolKind;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PermissionRulesTest {
  private static final String OPTIONS =
      """
      [{"kind":"allow_always","optionId":"all"},{"kind":"allow_once","optionId":"yes"},
       {"kind":"reject_once","optionId":"no"}]""";

  @TempDir Path temp;
  private Path own = Path.of("");
  private Path readable = Path.of("");

  @BeforeEach
  void makeFolders() throws IOException {
    own = Files.createDirectory(temp.resolve("own")).toRealPath();
    readable = Files.createDirectory(temp.resolve("readable")).toRealPath();
  }

  @Test
  void what_is_approved_is_allowed_once_and_all_else_rejected() {
    PermissionRules rules = rules(Set.of(ToolKind.EXECUTE));

    assertEquals("yes", chosen(rules, "\"execute\"", "{\"command\":\"ls\"}"));
    assertEquals("yes", chosen(rules, "\"Execute\"", "{\"command\":\"ls\"}"));
    assertEquals("no", chosen(rules, "\"edit\"", "{}"));
  }

  @Test
  void a_kind_that_is_none_is_other() {
    for (String kind : List.of("null", "[\"read\"]", "7", "\"switch_mode\"", "{}", "\" read\"")) {
      assertEquals("no", chosen(rules(Set.of(ToolKind.READ)), kind, "{}"), kind);
      assertEquals("yes", chosen(rules(Set.of(ToolKind.OTHER)), kind, "{}"), kind);
    }
  }

  @Test
  void a_notebook_is_edited_whatever_its_kind() {
    String notebook = "{\"notebook_path\":\"/a.ipynb\"}";

    assertEquals("no", chosen(rules(Set.of(ToolKind.OTHER)), "\"other\"", notebook));
    assertEquals("yes", chosen(rules(Set.of(ToolKind.EDIT)), "\"other\"", notebook));
  }

  @Test
  void without_an_option_to_allow_once_nothing_is_allowed() {
    PermissionRules rules = rules(Set.of(ToolKind.READ));

    assertEquals(
        "never",
        option(
            rules,
            "\"read\"",
            "{}",
            "[{\"kind\":\"allow_always\",\"optionId\":\"all\"},"
                + "{\"kind\":\"reject_always\",\"optionId\":\"never\"}]"));
    for (String options :
        List.of("[null,3,{\"kind\":7},{\"kind\":\"allow_once\"}]", "null", "{}", "[]")) {
      assertEquals("cancelled", option(rules, "\"read\"", "{}", options), options);
    }
  }

  @Test
  void an_edit_stays_in_the_agents_directory_where_it_has_to() throws IOException {
    PermissionRules inside = new PermissionRules(Set.of(ToolKind.EDIT), Set.of(), own, null, true);
    Files.createSymbolicLink(own.resolve("out"), readable);
    Files.createSymbolicLink(own.resolve("dangling"), temp.resolve("nowhere"));
    Files.createSymbolicLink(own.resolve("in"), Files.createDirectory(own.resolve("deep")));

    for (String path : List.of("/a", "/a b/.git/c", "/~", "/..x", "/in/a")) {
      assertEquals("yes", chosen(inside, "\"edit\"", file(own + path)), path);
    }
    for (String path :
        List.of(
            "\"/etc/passwd\"",
            "\"" + own + "/../agent.json\"",
            "\"" + own + "2/a\"",
            "\"" + own + "/a/\"",
            "\"" + own + "/a \"",
            "\"" + own + "/a\\u00a0\"",
            "\"" + own + "/a\\ufeff\"",
            "\"" + own + "/a\\u0000\"",
            "\"" + own + "/out/a\"",
            "\"" + own + "/dangling\"",
            "\" /etc/passwd\"",
            "\"~/.bashrc\"",
            "\"a\"",
            "[\"" + own + "/a\"]",
            "null")) {
      assertEquals("no", chosen(inside, "\"edit\"", "{\"file_path\":" + path + "}"), path);
    }
    assertEquals("no", chosen(inside, "\"edit\"", "{\"path\":\"" + own + "/a\"}"));
    assertEquals(
        "no",
        chosen(
            inside,
            "\"edit\"",
            "{\"file_path\":\"" + own + "/a\",\"notebook_path\":\"/etc/x.ipynb\"}"));
    assertEquals("yes", chosen(rules(Set.of(ToolKind.EDIT)), "\"edit\"", file("/etc/passwd")));
  }

  @Test
  void reading_stays_in_the_directories_that_may_be_read() throws IOException {
    PermissionRules some =
        new PermissionRules(Set.of(ToolKind.READ), Set.of(), own, List.of(readable), true);
    PermissionRules ownOnly =
        new PermissionRules(
            Set.of(), EnumSet.of(ToolKind.READ, ToolKind.SEARCH), own, List.of(readable), true);

    assertEquals("yes", chosen(some, "\"read\"", file(own + "/a")));
    assertEquals("yes", chosen(some, "\"read\"", file(readable + "/a")));
    assertEquals("no", chosen(some, "\"read\"", file(temp.toRealPath() + "/a")));
    assertEquals("no", chosen(some, "\"read\"", "{}"));
    assertEquals("yes", chosen(ownOnly, "\"read\"", file(own + "/a")));
    assertEquals("no", chosen(ownOnly, "\"read\"", file(readable + "/a")));
    assertEquals("yes", chosen(ownOnly, "\"search\"", "{\"pattern\":\"**/*.java\"}"));
    for (String pattern : List.of("/etc/*", "../*", "{/etc,x}/*", "~/x")) {
      assertEquals("no", chosen(ownOnly, "\"search\"", "{\"pattern\":\"" + pattern + "\"}"));
      assertEquals("no", chosen(ownOnly, "\"search\"", "{\"glob\":\"" + pattern + "\"}"));
    }
  }

  private PermissionRules rules(Set<ToolKind> approved) {
    return new PermissionRules(approved, Set.of(), own, null, false);
  }

  private static String file(String path) {
    return "{\"file_path\":\"" + path + "\"}";
  }

  private static String chosen(PermissionRules rules, String kind, String input) {
    return option(rules, kind, input, OPTIONS);
  }

  private static String option(
      PermissionRules rules, String kind, String input, @Nullable String options) {
    String params =
        "{\"sessionId\":\"s\",\"toolCall\":{\"toolCallId\":\"t\",\"title\":\"read x\",\"kind\":"
            + kind
            + ",\"rawInput\":"
            + input
            + "},\"options\":"
            + options
            + "}";
    JsonNode outcome =
        rules.decide(Json.read(params.getBytes(StandardCharsets.UTF_8))).path("outcome");
    return outcome.path("optionId").asText(outcome.path("outcome").asText());
  }
}
