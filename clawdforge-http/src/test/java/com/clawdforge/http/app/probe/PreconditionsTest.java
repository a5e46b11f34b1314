package com.clawdforge.http.app.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.clawdforge.acpx.driver.cli.AcpxFolders;
import com.clawdforge.acpx.isolation.Isolation;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.http.app.Cli;
import com.clawdforge.http.app.config.GatewayConfig;
import com.clawdforge.http.kit.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders, files and limits that are not as the agents need them. */
final class PreconditionsTest {
  @TempDir Path temp;

  private Map<String, String> environment = Map.of();

  @BeforeEach
  void a_good_place() throws Exception {
    environment = Installation.environment(temp);
  }

  static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  @Test
  void in_a_good_place_nothing_is_found() {
    for (Check check : Preconditions.of(GatewayConfig.from(environment))) {
      // The tests may run with few files, and on a kernel without Landlock.
      if (!List.of("open files", "isolation", "network of agents").contains(check.name())) {
        assertEquals(Check.Verdict.OK, check.look().verdict(), check.look()::what);
      }
    }
  }

  @Test
  void a_home_that_is_no_folder_or_not_there_is_named() throws Exception {
    environment.put("HOME", Files.writeString(temp.resolve("file"), "").toString());
    assertFault("agents' home", temp.resolve("file") + " is no folder");

    environment.put("HOME", temp.resolve("nowhere").toString());
    assertFault("agents' home", temp.resolve("nowhere") + " does not exist");
  }

  @Test
  void an_empty_tmpdir_is_none() {
    environment.put("TMPDIR", " ");

    assertEquals(Check.Verdict.OK, finding("temporary files").verdict());
  }

  @Test
  void a_login_that_cannot_be_read_is_named_unless_another_one_is_used() throws Exception {
    Path credentials = temp.resolve("home/.claude/.credentials.json");
    Files.createDirectories(credentials);
    assertEquals("from the environment", finding("agents' login").what());

    environment.remove("ANTHROPIC_API_KEY");
    assertFault("agents' login", credentials + " cannot be read");
  }

  @Test
  void a_damaged_file_of_the_account_is_named_with_the_folder_of_its_copies() throws Exception {
    environment.remove("ANTHROPIC_API_KEY");
    Path state = Files.writeString(temp.resolve("home/.claude.json"), "{\"userID\":");

    Check.Finding finding = finding("agents' login");

    assertEquals(Check.Verdict.NOTE, finding.verdict());
    assertTrue(finding.what().startsWith(state + " is damaged"), finding.what());
    assertTrue(finding.remedy().contains(temp.resolve("home/.claude/backups").toString()));
  }

  @Test
  void folders_of_acpx_do_not_matter_where_no_agent_runs_on_it() throws Exception {
    Files.writeString(temp.resolve("home/.acpx"), "");
    assertEquals(Check.Verdict.OK, finding("acpx's folders").verdict());

    environment.put("CLAWDFORGE_AGENTS", "claude,gemini");
    assertEquals(Check.Verdict.FAULT, finding("acpx's folders").verdict());
  }

  @Test
  void a_file_where_acpx_has_its_records_is_named() throws Exception {
    environment.put("CLAWDFORGE_SESSION_DRIVER", "acpx");
    Path acpx = Files.writeString(temp.resolve("home/.acpx"), "");

    assertFault("acpx's folders", acpx + " is no folder");
  }

  @Test
  void a_link_in_the_place_of_acpxs_sockets_is_a_fault() throws Exception {
    environment.put("CLAWDFORGE_SESSION_DRIVER", "acpx");
    Path sockets = sockets();
    Files.createSymbolicLink(sockets, Files.createDirectory(temp.resolve("elsewhere")));
    try {
      assertFault("acpx's folders", sockets + " is no folder");
    } finally {
      Files.delete(sockets);
    }
  }

  @Test
  @EnabledIf(value = "isRoot", disabledReason = "only root can give a folder to another user")
  void another_users_folder_in_the_place_of_acpxs_sockets_is_a_fault() throws Exception {
    environment.put("CLAWDFORGE_SESSION_DRIVER", "acpx");
    Path sockets = Files.createDirectory(sockets());
    try {
      Files.setAttribute(sockets, "unix:uid", 10_001);

      assertFault("acpx's folders", sockets + " is another user's");
      assertTrue(finding("acpx's folders").remedy().contains("rm -r " + sockets));
    } finally {
      Files.delete(sockets);
    }
  }

  @Test
  void with_a_file_as_tmpdir_a_server_does_not_start_and_says_so_in_one_line() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "");
    environment.put("TMPDIR", file.toString());

    Cli serve = Cli.run(environment, "serve");

    assertEquals(1, serve.exitStatus());
    assertEquals(
        "clawdforge: the server cannot start: TMPDIR: "
            + file
            + " is no folder; make it, or unset TMPDIR",
        serve.output().strip());
  }

  @ParameterizedTest
  @CsvSource({
    "ext4, OK",
    "overlay, OK",
    "tmpfs, OK",
    "nfs4, FAULT",
    "NFS, FAULT",
    "cifs, FAULT",
    "fuse.sshfs, FAULT",
    "fuse.glusterfs, FAULT",
    "9p, NOTE",
    "virtiofs, NOTE",
    "fuse.mergerfs, NOTE"
  })
  void a_network_share_is_no_place_for_the_ledger(String type, Check.Verdict verdict) {
    Check.Finding finding = LedgerDisk.of(Path.of("/mnt/share"), type);

    assertEquals(verdict, finding.verdict());
    if (verdict == Check.Verdict.FAULT) {
      assertTrue(finding.what().contains("needs a local disk"), finding.what());
    }
    if (verdict == Check.Verdict.NOTE) {
      assertTrue(finding.what().contains("two machines or two mounts"), finding.what());
    }
  }

  @Test
  void a_limit_of_few_open_files_is_noted() {
    assertEquals(Check.Verdict.NOTE, Preconditions.openFiles(256).verdict());
    assertEquals(Check.Verdict.OK, Preconditions.openFiles(1024).verdict());
    assertEquals(Check.Verdict.OK, Preconditions.openFiles(-1).verdict());
  }

  @Test
  void isolation_that_the_operator_has_turned_off_is_no_fault_but_told() {
    environment.put("CLAWDFORGE_ISOLATION", "none");

    assertEquals(Check.Verdict.OK, finding("isolation").verdict());
    assertTrue(finding("isolation").what().contains("turned off"));
  }

  @Test
  void how_far_agents_are_kept_from_the_network_is_told() {
    assumeTrue(Isolation.of(Isolation.Wish.AUTO).keepsNetwork());
    String name = "network of agents";
    assertTrue(finding(name).what().contains("the server's way"), finding(name)::what);
    environment.put("CLAWDFORGE_MODEL_PROXY", "off");
    assertTrue(finding(name).what().contains("on any host"), finding(name)::what);

    environment.put("CLAWDFORGE_ISOLATION", "none");
    assertEquals(Check.Verdict.OK, finding(name).verdict());
    assertTrue(finding(name).what().contains("refused"), finding(name)::what);
  }

  @Test
  void agents_that_are_not_isolated_are_named_or_refused() {
    assumeTrue(Isolation.of(Isolation.Wish.AUTO).holds());
    environment.put("CLAWDFORGE_AGENTS", "claude,codex");
    assertTrue(finding("isolation").what().contains("NOT around sessions of codex"));

    environment.put("CLAWDFORGE_ISOLATION", "landlock");
    assertTrue(finding("isolation").what().contains("refused: sessions of codex"));
  }

  @Test
  void a_data_folder_that_every_agent_may_read_is_named_and_refused_where_isolation_must_be() {
    assumeTrue(Isolation.of(Isolation.Wish.AUTO).holds());
    environment.put("CLAWDFORGE_READABLE", temp.toString());
    assertEquals(Check.Verdict.NOTE, finding("isolation").verdict());
    assertEquals(Optional.empty(), Preconditions.preventingStart(GatewayConfig.from(environment)));

    environment.put("CLAWDFORGE_ISOLATION", "landlock");
    assertFault("isolation", temp.resolve("data").toString());
    assertTrue(Preconditions.preventingStart(GatewayConfig.from(environment)).isPresent());
  }

  @Test
  void agents_that_have_the_servers_credential_are_named_and_refused_where_they_must_not() {
    String name = "way to the model";
    environment.put("CLAWDFORGE_MODEL_PROXY", "on");
    assertEquals(Check.Verdict.OK, finding(name).verdict());
    environment.put("CLAUDE_CODE_USE_VERTEX", "1");
    assertFault(name, "direct, agents have the login: CLAUDE_CODE_USE_VERTEX is set");
    assertTrue(
        Preconditions.preventingStart(GatewayConfig.from(environment))
            .orElse("")
            .contains("CLAWDFORGE_MODEL_PROXY"));

    environment.put("CLAWDFORGE_MODEL_PROXY", "auto");
    assertEquals(Check.Verdict.NOTE, finding(name).verdict());
    assertEquals(Optional.empty(), Preconditions.preventingStart(GatewayConfig.from(environment)));

    environment.put("CLAWDFORGE_MODEL_PROXY", "off");
    assertEquals(Check.Verdict.OK, finding(name).verdict());
  }

  @Test
  void sessions_of_claude_on_acpx_are_refused_where_the_way_must_be_the_servers() {
    environment.put("CLAWDFORGE_SESSION_DRIVER", "acpx");
    assertEquals(Check.Verdict.OK, finding("way to the model").verdict());

    environment.put("CLAWDFORGE_MODEL_PROXY", "on");
    assertFault("way to the model", "sessions of claude on acpx");
  }

  private Path sockets() {
    return new AcpxFolders(AgentEnvironment.from(environment, List.of())).sockets();
  }

  private void assertFault(String name, String what) {
    Check.Finding finding = finding(name);
    assertEquals(Check.Verdict.FAULT, finding.verdict(), finding.what());
    assertTrue(finding.what().startsWith(what), finding.what());
  }

  private Check.Finding finding(String name) {
    return Preconditions.of(GatewayConfig.from(environment)).stream()
        .filter(check -> check.name().equals(name))
        .findFirst()
        .orElseThrow()
        .look();
  }
}
