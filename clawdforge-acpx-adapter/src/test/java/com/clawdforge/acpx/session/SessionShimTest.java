package com.clawdforge.acpx.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.program.PinnedAgents;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How the shim handles an agent's permission requests; the agent echoes its input. */
@Tag("agent")
@Timeout(30)
final class SessionShimTest {
  private static final String OPTIONS =
      "[{\"kind\":\"allow_always\",\"optionId\":\"all\"},{\"kind\":\"allow_once\",\"optionId\":\"yes\"},"
          + "{\"kind\":\"reject_once\",\"optionId\":\"no\"}]";
  private static final String ALLOW = "\"kind\":\"allow_";

  @TempDir Path temp;

  @Test
  void a_kind_that_is_approved_passes_as_it_came() throws Exception {
    String request = request("\"read\"", OPTIONS);
    assertEquals(List.of(request), through(List.of("read"), request));
  }

  @Test
  void a_method_that_is_spelled_with_escapes_is_the_same_method() throws Exception {
    for (String spelled :
        List.of(
            "session\\/request_permission",
            "session/request\\u005fpermission",
            "session/request\\u005Fpermission",
            "\\u0073ession/reques\\u0074_\\u0070ermission")) {
      String request =
          request("\"execute\"", OPTIONS).replace("session/request_permission", spelled);
      assertFalse(through(List.of("read"), request).getFirst().contains(ALLOW), spelled);
    }
  }

  @Test
  void a_kind_in_other_letters_is_the_same_kind() throws Exception {
    List<String> allButCommands =
        List.of("read", "edit", "delete", "move", "search", "think", "fetch", "other");
    assertFalse(
        through(allButCommands, request("\"Execute\"", OPTIONS)).getFirst().contains(ALLOW));
    assertTrue(through(allButCommands, request("\"Read\"", OPTIONS)).getFirst().contains(ALLOW));
  }

  @Test
  void a_kind_that_is_none_is_other() throws Exception {
    for (String kind : List.of("null", "[\"read\"]", "7", "\"switch_mode\"", "{}")) {
      String request = request(kind, OPTIONS);
      assertFalse(through(List.of("read"), request).getFirst().contains(ALLOW), kind);
      assertEquals(List.of(request), through(List.of("other"), request));
    }
  }

  @Test
  void options_that_are_none_do_not_end_it() throws Exception {
    for (String options :
        List.of("[null,3,{\"kind\":7},{\"kind\":null}]", "null", "{}", "\"allow_once\"", "[]")) {
      List<String> passed =
          through(
              List.of("read"),
              request("\"execute\"", options),
              request("\"read\"", options),
              "{\"method\":\"session/update\"}");
      assertEquals(3, passed.size(), options);
      assertTrue(passed.get(0).contains("\"options\":[]"), passed.getFirst());
      assertTrue(passed.get(1).contains("\"options\":[]"), passed.get(1));
    }
  }

  @Test
  void an_edit_stays_in_the_agents_directory_where_it_has_to() throws Exception {
    String work = SessionDirectory.of(temp, "session").work().toString();
    for (String inside : List.of("/a", "/a b/.git/c", "/~", "/..x")) {
      String request = edit("\"file_path\":\"" + work + inside + "\"");
      assertEquals(List.of(request), through("\"inside\":true,", List.of("edit"), request));
    }
    for (String outside :
        List.of(
            "\"file_path\":\"/etc/passwd\"",
            "\"file_path\":\"" + work + "/../agent.json\"",
            "\"file_path\":\"" + work + "2/a\"",
            "\"file_path\":\" /etc/passwd\"",
            "\"file_path\":\"~/.bashrc\"",
            "\"file_path\":\"a\"",
            "\"file_path\":[\"" + work + "/a\"]",
            "\"file_path\":null",
            "\"file_path\":\"" + work + "/a\",\"notebook_path\":\"/etc/x.ipynb\"",
            "\"path\":\"" + work + "/a\"")) {
      String request = edit(outside);
      assertFalse(
          through("\"inside\":true,", List.of("edit"), request).getFirst().contains(ALLOW),
          outside);
      assertEquals(List.of(request), through(List.of("edit"), request));
    }
  }

  private static String edit(String input) {
    return request("\"edit\"", OPTIONS)
        .replace("\"title\"", "\"rawInput\":{" + input + "},\"title\"");
  }

  private static String request(String kind, String options) {
    return "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"session/request_permission\",\"params\":{"
        + "\"sessionId\":\"s\",\"toolCall\":{\"toolCallId\":\"t\",\"kind\":"
        + kind
        + ",\"title\":\"x\"},\"options\":"
        + options
        + "}}";
  }

  private List<String> through(List<String> approved, String... lines) throws Exception {
    return through("", approved, lines);
  }

  private List<String> through(String more, List<String> approved, String... lines)
      throws Exception {
    String node = PinnedAgents.PROGRAMS.resolve("node").toString();
    SessionDirectory directory = SessionDirectory.of(temp, "session");
    directory.prepare(
        "{"
            + more
            + "\"argv\":[\""
            + node
            + "\",\"-e\",\"process.stdin.pipe(process.stdout)\"],\"cwd\":\""
            + directory.work()
            + "\",\"approved\":"
            + approved.stream().collect(Collectors.joining("\",\"", "[\"", "\"]"))
            + "}");
    Path out = Files.createTempFile(temp, "out", null);
    Process shim =
        new ProcessBuilder(node, directory.shim().toString(), directory.shimConfig().toString())
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (OutputStream in = shim.getOutputStream()) {
      in.write(
          Arrays.stream(lines)
              .collect(Collectors.joining("\n", "", "\n"))
              .getBytes(StandardCharsets.UTF_8));
    }
    try {
      assertEquals(0, shim.waitFor());
    } finally {
      shim.destroyForcibly();
    }
    try (Stream<String> read = Files.lines(out)) {
      return read.toList();
    }
  }
}
