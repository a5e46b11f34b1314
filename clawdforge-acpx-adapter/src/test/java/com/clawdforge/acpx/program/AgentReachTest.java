package com.clawdforge.acpx.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.isolation.Confinement;
import com.clawdforge.acpx.isolation.Connections;
import com.clawdforge.core.agent.Network;
import com.clawdforge.core.model.FakeModelAccess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AgentReachTest {
  @TempDir Path temp;
  private Path root;
  private Path home;

  @BeforeEach
  void prepare() throws Exception {
    root = temp.toRealPath();
    home = Files.createDirectory(root.resolve("home"));
  }

  @Test
  void a_login_in_a_file_is_reached_only_if_it_is_the_one_that_is_used() throws Exception {
    assertEquals(List.of(), reach(Map.of()).writable());
    Files.writeString(
        Files.createDirectory(home.resolve(".claude")).resolve(".credentials.json"), "{}");

    assertEquals(List.of(home.resolve(".claude")), reach(Map.of()).writable());
    for (String login : List.of("ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN")) {
      assertEquals(List.of(), reach(Map.of(login, "x")).writable(), login);
    }
  }

  @Test
  void work_that_may_reach_its_model_alone_connects_to_the_port_of_the_way_there()
      throws Exception {
    AgentEnvironment direct = AgentEnvironment.from(Map.of("HOME", home.toString()), List.of());

    assertNull(new AgentReach(direct.through(new FakeModelAccess())).connections(Network.ALL));
    for (Network network : List.of(Network.MODEL, Network.NONE)) {
      assertEquals(
          new Connections(Set.of(FakeModelAccess.BASE_URL.getPort()), false),
          new AgentReach(direct.through(new FakeModelAccess())).connections(network));
    }
  }

  @Test
  void on_a_direct_way_it_connects_to_the_ports_that_providers_and_the_environment_name()
      throws Exception {
    assertEquals(new Connections(Set.of(443), true), direct(Map.of()));
    assertEquals(
        new Connections(Set.of(443, 8080, 3128), true),
        direct(
            Map.of(
                "ANTHROPIC_BASE_URL", "http://gateway:8080/v1",
                "HTTPS_PROXY", "http://proxy:3128")));
    assertEquals(
        new Connections(Set.of(443, 80), true), direct(Map.of("ANTHROPIC_BASE_URL", "http://x")));
    assertEquals(
        new Connections(Set.of(443, 80), true), direct(Map.of("CLAUDE_CODE_USE_BEDROCK", "1")));
    assertEquals(new Connections(Set.of(443), true), direct(Map.of("HTTPS_PROXY", "not a url")));
  }

  private @Nullable Connections direct(Map<String, String> variables) throws Exception {
    Map<String, String> server = new HashMap<>(variables);
    server.put("HOME", home.toString());
    return new AgentReach(AgentEnvironment.from(server, List.of())).connections(Network.MODEL);
  }

  @Test
  void what_the_environment_names_is_readable() {
    assertEquals(
        List.of(Path.of("/srv/ca.pem")),
        reach(Map.of("NODE_EXTRA_CA_CERTS", "/srv/ca.pem")).readable());
    assertEquals(
        List.of(home.resolve(".aws")), reach(Map.of("CLAUDE_CODE_USE_BEDROCK", "1")).readable());
  }

  @Test
  void a_program_is_readable_with_its_packages_and_otherwise_alone() throws Exception {
    Path alone = program("tools/claude");
    assertEquals(List.of(alone), reach(Map.of(), alone).readable());
    Path link = Files.createSymbolicLink(root.resolve("link"), alone);
    assertEquals(List.of(alone), reach(Map.of(), link).readable());

    Path packed = program("agents/node_modules/@a/claude/node_modules/b/claude.exe");
    assertEquals(List.of(root.resolve("agents/node_modules")), reach(Map.of(), packed).readable());

    Path prefixed = program("prefix/lib/node_modules/claude/cli.js");
    assertEquals(
        List.of(root.resolve("prefix/lib/node_modules"), root.resolve("prefix/bin")),
        reach(Map.of(), prefixed).readable());
  }

  @Test
  void a_home_of_its_own_leads_to_the_login_of_another_provider() throws Exception {
    Map<String, String> variables = new HashMap<>();
    Path own = root.resolve("own");
    new AgentReach(environment(Map.of("CLAUDE_CODE_USE_BEDROCK", "1"))).moveHome(own, variables);

    assertEquals(Map.of("HOME", own.toString()), variables);
    assertEquals(home.resolve(".aws"), Files.readSymbolicLink(own.resolve(".aws")));
    new AgentReach(environment(Map.of("CLAUDE_CODE_USE_BEDROCK", "1"))).moveHome(own, variables);
    assertTrue(Files.isSymbolicLink(own.resolve(".aws")));
  }

  private Path program(String name) throws Exception {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.createFile(file);
  }

  private Confinement reach(Map<String, String> more, Path... programs) {
    return new AgentReach(environment(more)).of(List.of(programs));
  }

  private AgentEnvironment environment(Map<String, String> more) {
    Map<String, String> server = new HashMap<>(more);
    server.put("HOME", home.toString());
    return AgentEnvironment.from(server, List.of());
  }
}
