package com.clawdforge.http.app.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.Cli;
import com.clawdforge.http.app.config.GatewayConfig;
import com.clawdforge.http.app.gateway.Gateway;
import com.clawdforge.http.app.probe.AgentPrograms;
import com.clawdforge.http.kit.Installation;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Findings of the doctor that need no running agent, and their remedies. */
@Timeout(120)
class DoctorTest {
  @TempDir Path temp;

  private Map<String, String> environment = Map.of();

  @BeforeEach
  void nothing_runs_here() throws Exception {
    environment = Installation.environment(temp);
    environment.put("CLAUDE_BIN", "/nowhere/claude");
    environment.put("ACPX_BIN", "/nowhere/acpx");
  }

  @Test
  void without_claude_it_says_how_to_get_it() {
    Cli doctor = Cli.run(environment, "doctor");

    assertEquals(1, doctor.exitStatus());
    String claude = doctor.about("fault claude");
    assertTrue(claude.contains("/nowhere/claude was not found"), claude);
    assertTrue(claude.contains("run agents/install, or set CLAUDE_BIN"), claude);
    assertTrue(doctor.about("fault acpx").contains("ACPX_BIN"), doctor::output);
    assertTrue(doctor.about("fault a run, offline").contains("mend claude"), doctor::output);
    assertTrue(doctor.about("fault a session, offline").contains("mend /nowhere/claude"));
  }

  @Test
  void json_has_every_check_with_its_remedy() throws Exception {
    Cli doctor = Cli.run(environment, "doctor", "--json");

    assertEquals(1, doctor.exitStatus());
    JsonNode all = Cli.json(doctor.output());
    assertFalse(all.path("ok").asBoolean(true));
    JsonNode claude = MissingNode.getInstance();
    for (JsonNode check : all.path("checks")) {
      claude = check.path("name").asText().equals("claude") ? check : claude;
    }
    assertEquals("fault", claude.path("verdict").asText());
    assertTrue(claude.path("remedy").asText().contains("CLAUDE_BIN"), doctor::output);
  }

  @Test
  void a_claude_that_does_not_run_is_reported_with_its_output() throws Exception {
    Path broken = Installation.script(temp.resolve("broken"), "echo 'wrong machine' >&2; exit 3");
    environment.put("CLAUDE_BIN", broken.toString());

    Cli doctor = Cli.run(environment, "doctor");

    assertEquals(1, doctor.exitStatus());
    String claude = doctor.about("fault claude");
    assertTrue(claude.contains("does not run: wrong machine"), claude);
    assertTrue(claude.contains("run agents/install again"), claude);
  }

  @Test
  void programs_that_were_not_tested_are_noted_with_the_tested_version() throws Exception {
    Path claude = Installation.script(temp.resolve("claude"), "echo '0.0.1 (Claude Code)'");
    Path acpx = Installation.script(temp.resolve("acpx"), "echo 0.0.2");
    environment.put("CLAUDE_BIN", claude.toString());
    environment.put("ACPX_BIN", acpx.toString());

    Cli doctor = Cli.run(environment, "doctor");

    String noted = doctor.about("note  claude ");
    String words = "0.0.1 (not tested with this build, which was tested with ";
    assertTrue(noted.contains(words), noted);
    assertTrue(noted.contains("set CLAUDE_BIN to agents/node_modules/.bin/claude"), noted);
    assertTrue(doctor.about("note  acpx ").contains("0.0.2 (not tested"), doctor::output);
  }

  @Test
  void a_read_only_data_folder_is_reported_with_the_remedy() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "in the way");
    environment.put("CLAWDFORGE_DATA_DIR", file.resolve("data").toString());

    Cli doctor = Cli.run(environment, "doctor");

    assertEquals(1, doctor.exitStatus());
    String folder = doctor.about("fault data folder");
    assertTrue(folder.contains("cannot write in " + file.resolve("data")), folder);
    assertTrue(folder.contains("set CLAWDFORGE_DATA_DIR"), folder);
  }

  @Test
  void looking_at_the_data_folder_leaves_nothing_in_it() {
    Cli doctor = Cli.run(environment, "doctor");

    assertTrue(doctor.about("ok    data folder").contains("is writable"), doctor::output);
    assertFalse(Files.exists(temp.resolve("data")));
  }

  @ParameterizedTest
  @CsvSource({
    "CLAUDE_CODE_OAUTH_TOKEN,sk-ant-api03-dummy,CLAUDE_CODE_OAUTH_TOKEN holds an API key,"
        + "put it into ANTHROPIC_API_KEY",
    "ANTHROPIC_API_KEY,sk-ant-oat01-dummy,ANTHROPIC_API_KEY holds a subscription's token,"
        + "put it into CLAUDE_CODE_OAUTH_TOKEN"
  })
  void a_misplaced_login_is_reported_with_the_right_variable(
      String name, String value, String fault, String remedy) {
    environment.remove("ANTHROPIC_API_KEY");
    environment.put(name, value);

    Cli doctor = Cli.run(environment, "doctor");

    assertEquals(1, doctor.exitStatus());
    String login = doctor.about("fault login");
    assertTrue(login.contains(fault), login);
    assertTrue(login.contains(remedy), login);
    assertFalse(doctor.output().contains(value), "a secret is not printed");
  }

  @ParameterizedTest
  @CsvSource({"CLAWDFORGE_PORT,eighty", "CLAWDFORGE_PROT,8800", "ALLOW_CIDRS,everywhere"})
  void a_wrong_setting_is_named_and_nothing_else_is_looked_at(String name, String value) {
    environment.put(name, value);

    Cli doctor = Cli.run(environment, "doctor");

    assertEquals(1, doctor.exitStatus());
    String settings = doctor.about("fault settings");
    assertTrue(settings.contains(name), settings);
    assertTrue(settings.contains(".env.example"), settings);
    assertEquals(2, doctor.output().lines().count(), doctor::output);
  }

  @Test
  void a_server_needs_no_chosen_admin_token() {
    environment.remove("ADMIN_BOOTSTRAP_TOKEN");

    assertTrue(Cli.run(environment, "doctor").about("ok    settings").contains("would serve on"));
  }

  @Test
  void a_server_that_listens_to_others_and_refuses_them_all_is_noted() {
    environment.put("CLAWDFORGE_HOST", "0.0.0.0");

    String callers = Cli.run(environment, "doctor").about("note  callers");

    assertTrue(callers.contains("other machines are closed"), callers);
    assertTrue(callers.contains("ALLOW_CIDRS"), callers);
  }

  @Test
  void beside_a_running_server_it_says_that_one_runs() throws Exception {
    try (Gateway gateway = Gateway.start(GatewayConfig.from(environment), programs())) {
      environment.put("CLAWDFORGE_PORT", Integer.toString(gateway.port()));

      String settings = Cli.run(environment, "doctor").about("ok    settings");

      assertTrue(settings.contains("a server runs on 127.0.0.1:" + gateway.port()), settings);
    }
  }

  @Test
  void a_port_that_another_program_listens_on_is_a_fault() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      environment.put("CLAWDFORGE_PORT", Integer.toString(other.getLocalPort()));

      String settings = Cli.run(environment, "doctor").about("fault settings");

      assertTrue(settings.contains("cannot be listened on"), settings);
      assertTrue(settings.contains("CLAWDFORGE_PORT"), settings);
    }
  }

  @Test
  void what_the_agents_need_beside_their_programs_is_looked_at_too() throws Exception {
    environment.put("HOME", Files.writeString(temp.resolve("no-home"), "").toString());

    Cli doctor = Cli.run(environment, "doctor");

    assertEquals(1, doctor.exitStatus());
    assertTrue(doctor.about("fault agents' home").contains("set HOME"), doctor::output);
  }

  private AgentPrograms programs() {
    return AgentPrograms.of(GatewayConfig.from(environment));
  }
}
