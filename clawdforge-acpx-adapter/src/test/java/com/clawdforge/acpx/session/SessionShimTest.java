package com.clawdforge.acpx.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.program.PinnedAgents;
import java.io.BufferedReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
@Timeout(120)
final class SessionShimTest {
  private static final String OPTIONS =
      "[{\"kind\":\"allow_always\",\"optionId\":\"all\"},{\"kind\":\"allow_once\",\"optionId\":\"yes\"},"
          + "{\"kind\":\"reject_once\",\"optionId\":\"no\"}]";
  private static final String ECHO = "process.stdin.pipe(process.stdout)";
  private static final List<String> EVERYTHING =
      List.of("read", "edit", "delete", "move", "search", "execute", "think", "fetch", "other");

  /** Begins sessions in a mode, and answers a request for another; it tells which. */
  private static final String MODES =
      """
      require('readline').createInterface({input:process.stdin}).on('line',(line)=>{
        const {id,method,params}=JSON.parse(line);
        const say=(it)=>console.log(JSON.stringify({jsonrpc:'2.0',...it}));
        if(method==='session/set_mode'){say({method:'x',got:params.modeId});say({id,...%2$s});}
        else say({id,result:{sessionId:'s',modes:{currentModeId:'%1$s'}}});
      })""";

  private static final String ALLOW = "\"kind\":\"allow_";

  @TempDir Path temp;

  @Test
  void a_kind_that_is_approved_passes_as_it_came() throws Exception {
    String request = request("\"read\"", OPTIONS);
    assertEquals(List.of(request), through(List.of("read"), request));
  }

  @Test
  void a_method_that_is_spelled_with_escapes_is_the_same_method() throws Exception {
    List<String> requests =
        Stream.of(
                "session\\/request_permission",
                "session/request\\u005fpermission",
                "session/request\\u005Fpermission",
                "\\u0073ession/reques\\u0074_\\u0070ermission")
            .map(
                spelled ->
                    request("\"execute\"", OPTIONS).replace("session/request_permission", spelled))
            .toList();

    assertNoneAllowed(requests, throughAll("", List.of("read"), requests));
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
    List<String> requests =
        Stream.of("null", "[\"read\"]", "7", "\"switch_mode\"", "{}")
            .map(kind -> request(kind, OPTIONS))
            .toList();

    assertNoneAllowed(requests, throughAll("", List.of("read"), requests));
    assertEquals(requests, throughAll("", List.of("other"), requests));
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
    List<String> inside =
        Stream.of("/a", "/a b/.git/c", "/~", "/..x")
            .map(file -> edit("\"file_path\":\"" + work + file + "\""))
            .toList();
    assertEquals(inside, throughAll("\"inside\":true,", List.of("edit"), inside));
    List<String> outside =
        Stream.of(
                "\"file_path\":\"/etc/passwd\"",
                "\"file_path\":\"" + work + "/../agent.json\"",
                "\"file_path\":\"" + work + "2/a\"",
                "\"file_path\":\" /etc/passwd\"",
                "\"file_path\":\"~/.bashrc\"",
                "\"file_path\":\"a\"",
                "\"file_path\":[\"" + work + "/a\"]",
                "\"file_path\":null",
                "\"file_path\":\"" + work + "/a\",\"notebook_path\":\"/etc/x.ipynb\"",
                "\"path\":\"" + work + "/a\"")
            .map(SessionShimTest::edit)
            .toList();
    assertNoneAllowed(outside, throughAll("\"inside\":true,", List.of("edit"), outside));
    assertEquals(outside, throughAll("", List.of("edit"), outside));
  }

  @Test
  void a_session_that_begins_in_another_mode_is_put_into_the_default_first() throws Exception {
    for (String begins : List.of("new", "resume", "load")) {
      List<String> passed =
          throughAgent(2, MODES.formatted("auto", "{result:{}}"), List.of("read"), begin(begins));

      assertEquals(2, passed.size(), passed::toString);
      assertTrue(passed.getFirst().contains("\"got\":\"default\""), passed.getFirst());
      assertTrue(passed.get(1).contains("\"currentModeId\":\"auto\""), passed.get(1));
    }
  }

  @Test
  void a_session_that_begins_in_the_default_mode_is_left_alone() throws Exception {
    List<String> passed =
        throughAgent(1, MODES.formatted("default", "{result:{}}"), List.of("read"), begin("new"));

    assertEquals(1, passed.size(), passed::toString);
  }

  @Test
  void an_agent_that_refuses_the_default_mode_is_ended_unless_all_is_allowed() throws Exception {
    String refuses = MODES.formatted("auto", "{error:{code:-32602,message:'no such mode'}}");

    assertEquals(
        List.of(),
        throughEnded(refuses, begin("new")).stream()
            .filter(line -> line.contains("sessionId"))
            .toList());
    assertEquals(2, throughAgent(2, refuses, EVERYTHING, begin("new")).size());
  }

  @Test
  void a_session_that_leaves_the_default_mode_is_ended() throws Exception {
    String leaves =
        "process.stdin.resume();console.log(JSON.stringify({method:'session/update',params:"
            + "{update:{sessionUpdate:'current_mode_update',currentModeId:'auto'}}}))";

    assertEquals(List.of(), throughEnded(leaves, "{}"));
    assertEquals(1, throughAgent(1, leaves, EVERYTHING, "{}").size());
  }

  @Test
  void an_agent_that_tells_about_accounts_is_kept_from_asking() throws Exception {
    for (String capabilities : List.of("{_meta:{authStatus:{}}}", "{}")) {
      String agent =
          """
          require('readline').createInterface({input:process.stdin}).on('line',(line)=>{
            const {id,method,params}=JSON.parse(line);
            const say=(it)=>console.log(JSON.stringify({jsonrpc:'2.0',...it}));
            if(method==='initialize')say({id,result:{agentCapabilities:%s}});
            else{say({id,error:{code:1,message:'no'}});say({method:'x',params});}
          })"""
              .formatted(capabilities);
      String initialize = "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\"}";
      boolean tells = capabilities.contains("authStatus");
      List<String> passed = throughAgent(tells ? 2 : 1, agent, List.of("read"), initialize);

      assertTrue(passed.getFirst().contains("agentCapabilities"), passed::toString);
      assertEquals(tells ? 2 : 1, passed.size(), passed::toString);
      assertEquals(tells, passed.getLast().contains("\"methodId\":\"gateway\""));
    }
  }

  @Test
  void nothing_is_passed_on_of_the_operators_account() throws Exception {
    String account =
        "{\"jsonrpc\":\"2.0\",\"method\":\"_auth/status_update\",\"params\":{\"email\":\"a@b\"}}";

    assertEquals(List.of("{\"id\":1}"), through(List.of("read"), account, "{\"id\":1}"));
  }

  private static String begin(String how) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"session/"
        + how
        + "\",\"params\":{\"sessionId\":\"s\"}}";
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

  // All through one shim: each costs the start of two programs.
  private List<String> throughAll(String more, List<String> approved, List<String> requests)
      throws Exception {
    return through(more, approved, requests.toArray(String[]::new));
  }

  private static void assertNoneAllowed(List<String> requests, List<String> passed) {
    assertEquals(requests.size(), passed.size());
    for (int i = 0; i < passed.size(); i++) {
      assertFalse(passed.get(i).contains(ALLOW), requests.get(i));
    }
  }

  private List<String> through(List<String> approved, String... lines) throws Exception {
    return through("", approved, lines);
  }

  private List<String> through(String more, List<String> approved, String... lines)
      throws Exception {
    return passed(0, 0, ECHO, more, approved, lines);
  }

  private List<String> throughAgent(
      int answers, String agent, List<String> approved, String... lines) throws Exception {
    return passed(0, answers, agent, "", approved, lines);
  }

  // One that the shim ends.
  private List<String> throughEnded(String agent, String... lines) throws Exception {
    return passed(1, 1, agent, "", List.of("read"), lines);
  }

  /**
   * What comes through.
   *
   * @param status the shim's exit status
   * @param answers how many lines to await before its input ends; 0 to end it at once
   */
  private List<String> passed(
      int status, int answers, String agent, String more, List<String> approved, String... lines)
      throws Exception {
    String node = PinnedAgents.PROGRAMS.resolve("node").toString();
    SessionDirectory directory = SessionDirectory.of(temp, "session");
    Path script = Files.writeString(temp.resolve("agent.cjs"), agent);
    directory.prepare(
        "{"
            + more
            + "\"argv\":[\""
            + node
            + "\",\""
            + script
            + "\"],\"cwd\":\""
            + directory.work()
            + "\",\"approved\":"
            + approved.stream().collect(Collectors.joining("\",\"", "[\"", "\"]"))
            + "}");
    Process shim =
        new ProcessBuilder(node, directory.shim().toString(), directory.shimConfig().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> passed = new ArrayList<>();
    Writer in = shim.outputWriter(StandardCharsets.UTF_8);
    try (BufferedReader out = shim.inputReader(StandardCharsets.UTF_8)) {
      in.write(Arrays.stream(lines).collect(Collectors.joining("\n", "", "\n")));
      in.flush();
      if (answers == 0) {
        in.close();
      }
      // The end of its input ends the agent, which may have to answer first.
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        passed.add(line);
        if (passed.size() == answers) {
          in.close();
        }
      }
      assertEquals(status, shim.waitFor());
    } finally {
      shim.destroyForcibly();
    }
    return passed;
  }
}
