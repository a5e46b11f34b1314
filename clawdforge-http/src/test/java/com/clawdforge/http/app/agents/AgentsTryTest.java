package com.clawdforge.http.app.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.agents.CheckedProject.Ended;
import com.clawdforge.http.kit.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code agents/check --try}, with stubs that only say which tests failed. */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // set before each test
class AgentsTryTest {
  private static final String ENDED =
      "<testcase name='a_tool_is_ended(String)[1]' classname='a.b.EndingTest'/>";
  private static final String NOT_ENDED =
      "<testcase name='a_tool_is_ended(String)[1]' classname='a.b.EndingTest' time='1'>"
          + "<failure message='expected: &lt;0&gt; but was: &lt;1&gt;&#10;more' type='x'>at</failure>"
          + "<system-out>noise</system-out></testcase>";
  private static final String BROKEN =
      "<testcase name='breaks' classname='a.SomeTest'><error message='e'/></testcase>";
  private static final String SKIPPED =
      "<testcase name='root_only' classname='a.SomeTest'><skipped message='s'/></testcase>";

  @TempDir Path temp;

  private CheckedProject project;

  @BeforeEach
  void a_project_with_newer_agents_on_npm() throws Exception {
    project = new CheckedProject(temp);
  }

  @Test
  void a_test_that_fails_on_the_new_only_is_named_with_the_facts_that_cite_it() throws Exception {
    project.tests("pinned", CheckedProject.ALL_PASS, ENDED, BROKEN, SKIPPED);
    project.tests("new", CheckedProject.ALL_PASS, NOT_ENDED, BROKEN, SKIPPED);

    Ended ended = project.check("--try");

    assertEquals(1, ended.exitStatus(), ended::output);
    String table = ended.output().replaceAll(" +", " ");
    assertTrue(table.contains("claude-code 2.1.197 2.1.200\n"), table);
    assertTrue(table.contains("tests passed 2 1\ntests failed 1 2\ntests skipped 1 1\n"), table);
    assertTrue(table.contains("model requests per turn 1.5 1.5 1.00\n"), table);
    assertTrue(table.contains("cold /run, ms 200 300 1.50\n"), table);
    assertTrue(table.contains("memory of a run, MiB ? ?\n"), table);
    assertTrue(
        table.contains(
            """
            Fail on the new only: 1
             EndingTest.a_tool_is_ended(String)[1]
             docs/agent-facts.md, section 2
             expected: <0> but was: <1>
            """),
        table);
    assertTrue(table.contains("Fail on both: 1\n SomeTest.breaks\n"), table);
    assertEquals(1, project.check("--pin").exitStatus(), "they did not pass");
  }

  @Test
  void a_test_that_does_not_run_on_the_new_is_no_pass() throws Exception {
    project.tests("pinned", CheckedProject.ALL_PASS, ENDED);

    Ended ended = project.check("--try");

    assertEquals(1, ended.exitStatus(), ended::output);
    assertTrue(
        ended.output().contains("did not run on the new: 1\n  EndingTest.a_tool_is_ended"),
        ended::output);
  }

  @Test
  void versions_that_pass_are_pinned_as_they_were_tried() throws Exception {
    Ended tried = project.check("--try", "acpx=0.20.0");

    assertEquals(0, tried.exitStatus(), tried::output);
    assertTrue(tried.output().contains("No test fails on the new only."), tried::output);
    assertTrue(tried.output().contains("codex-acp brings codex 0.150.0 of its own"));
    assertEquals(1, project.check("--pin").exitStatus(), "the newest were not tried");
    assertEquals(0, project.check("--pin", "acpx=0.20.0").exitStatus());
    assertTrue(project.read("agents/package.json").contains("\"acpx\": \"0.20.0\""));
  }

  @Test
  void what_passed_on_another_commit_is_not_pinned() throws Exception {
    assertEquals(0, project.check("--try").exitStatus());
    project.commit("two");

    assertEquals(1, project.check("--pin").exitStatus());
  }

  @Test
  void tests_run_on_a_copy_of_the_commit_with_the_agents_named() throws Exception {
    Files.writeString(project.root.resolve("clawdforge-http/pom.xml"), "not committed");

    Ended ended = project.check("--try");

    assertTrue(ended.output().contains("changes that are not committed"), ended::output);
    List<String> calls = project.calls();
    assertEquals(2, calls.size(), calls::toString);
    for (String call : calls) {
      assertTrue(call.contains("/agents/.check/part."), call);
      assertTrue(call.contains(" verify -Dgroups=agent -DexcludedTests= "), call);
    }
    String agents = project.root.toRealPath() + "/agents";
    assertTrue(calls.get(0).contains("-Dclawdforge.agents=" + agents + " "), calls::toString);
    assertTrue(calls.get(1).contains("-Dclawdforge.agents=" + agents + "/.check/"));
    assertFalse(Files.exists(project.root.resolve("clawdforge-http/target")));
    assertEquals(List.of(), Installation.entries(project.temp));
  }

  @Test
  void what_was_run_on_this_commit_is_not_run_again_unless_asked() throws Exception {
    project.check("--try", "acpx=0.20.0");

    Ended other = project.check("--try", "acpx=0.21.0");
    assertTrue(other.output().contains("the pinned agents were run before on this commit"));
    assertEquals(3, project.calls().size());
    project.check("--try", "acpx=0.21.0", "--again");
    assertEquals(5, project.calls().size());
  }

  @Test
  void a_part_of_the_tests_does_not_count_for_a_pin() throws Exception {
    Ended ended = project.check("--try", "--only", "SomeTest#works");

    assertEquals(0, ended.exitStatus(), ended::output);
    assertTrue(project.calls().getFirst().contains(" -Dit.test=SomeTest#works "));
    assertEquals(1, project.check("--pin").exitStatus());
  }

  @Test
  void the_table_can_be_markdown() throws Exception {
    project.tests("new", CheckedProject.ALL_PASS, NOT_ENDED);

    String output = project.check("--try", "--markdown").output();

    assertTrue(output.contains("\n| cold /run, ms | 200 | 300 | 1.50 |\n"), output);
    assertTrue(output.contains("\n- `EndingTest.a_tool_is_ended(String)[1]`  \n"), output);
  }

  @Test
  void a_build_that_fails_is_no_result() throws Exception {
    Installation.script(temp.resolve("tools/mvn"), "echo '[ERROR] cannot compile'; exit 1");

    Ended ended = project.check("--try");

    assertEquals(1, ended.exitStatus());
    assertTrue(ended.output().contains("[ERROR] cannot compile"), ended::output);
    assertTrue(ended.output().contains("agents/.check/failed.log"), ended::output);
    assertFalse(Files.exists(project.root.resolve("agents/.check/results")));
  }
}
