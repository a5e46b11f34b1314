package com.clawdforge.acpx.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.model.FakeModelAccess;
import com.clawdforge.core.model.ModelUser;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which variables of the server's environment agents see, and which they never see. */
class AgentEnvironmentTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HOME",
        "PATH",
        "TMPDIR",
        "USER",
        "LANG",
        "LC_ALL",
        "LC_MESSAGES",
        "TZ",
        "IS_SANDBOX",
        "HTTPS_PROXY",
        "https_proxy",
        "NODE_EXTRA_CA_CERTS",
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_AUTH_TOKEN",
        "ANTHROPIC_BASE_URL",
        "CLAUDE_CODE_OAUTH_TOKEN",
        "CLAUDE_CODE_USE_BEDROCK",
        "AWS_REGION",
        "CLAUDE_CODE_USE_VERTEX",
        "VERTEX_REGION_CLAUDE_SONNET",
        "OPENAI_API_KEY"
      })
  void what_agents_need_is_passed_on(String name) {
    assertEquals(Map.of(name, "value"), from(Map.of(name, "value")).variables());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ADMIN_BOOTSTRAP_TOKEN",
        "CLAWDFORGE_TOKEN",
        "CLAWDFORGE_ADMIN_TOKEN",
        "CLAWDFORGE_PORT",
        "CLAWDFORGE_AGENT_RUN",
        "ALLOW_CIDRS",
        "GITHUB_TOKEN",
        "NPM_TOKEN",
        "DATABASE_PASSWORD",
        "NODE_OPTIONS",
        "LD_PRELOAD",
        "ANTHROPIC_MODEL",
        "CLAUDE_CONFIG_DIR",
        "home",
        "PATHS"
      })
  void nothing_else_is(String name) {
    assertEquals(Map.of(), from(Map.of(name, "value")).variables());
  }

  @Test
  void where_traces_go_stays_with_the_server_unless_it_is_listed() {
    Map<String, String> server =
        Map.of(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "http://127.0.0.1:4318",
            "OTEL_EXPORTER_OTLP_HEADERS",
            "key=secret");

    assertEquals(Map.of(), AgentEnvironment.from(server, List.of()).variables());
    assertEquals(
        Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318"),
        AgentEnvironment.from(server, List.of("OTEL_EXPORTER_OTLP_ENDPOINT")).variables());
  }

  @Test
  void what_the_operator_names_is_passed_on_and_counts_as_secret() {
    AgentEnvironment environment =
        AgentEnvironment.from(
            Map.of("NPM_TOKEN", "npm-secret-1", "GITHUB_TOKEN", "gh-secret-1"),
            List.of("NPM_TOKEN", "NOT_SET"));

    assertEquals(Map.of("NPM_TOKEN", "npm-secret-1"), environment.variables());
    assertEquals("a *** leaked", environment.masked("a npm-secret-1 leaked"));
  }

  @Test
  void on_the_way_through_the_server_claude_has_a_secret_in_the_place_of_each_credential()
      throws Exception {
    Map<String, String> server =
        Map.of(
            "HOME", "/home/agent",
            "ANTHROPIC_API_KEY", "sk-ant-key",
            "CLAUDE_CODE_OAUTH_TOKEN", "",
            "OPENAI_API_KEY", "sk-openai",
            "AWS_SECRET_ACCESS_KEY", "aws-secret",
            "AWS_SESSION_TOKEN", "aws-token",
            "HTTPS_PROXY", "http://proxy:3128",
            "NO_PROXY", "example.com");
    FakeModelAccess way = new FakeModelAccess();
    AgentEnvironment environment =
        AgentEnvironment.from(server, List.of("AWS_SESSION_TOKEN")).through(way);

    Map<String, String> without = environment.withoutLogin();
    assertEquals("held-by-the-server", without.get("ANTHROPIC_API_KEY"));
    assertEquals(
        Set.of("HOME", "ANTHROPIC_API_KEY", "HTTPS_PROXY", "NO_PROXY", "AWS_SESSION_TOKEN"),
        without.keySet());
    assertEquals(List.of(), way.grants());

    try (AgentLogin login = environment.login(new ModelUser(ModelUser.Kind.SPARE, "spare-1"))) {
      assertEquals(
          Map.of(
              "ANTHROPIC_API_KEY",
              way.grants().getFirst().secret(),
              "ANTHROPIC_BASE_URL",
              FakeModelAccess.BASE_URL.toString(),
              "_CLAUDE_CODE_ASSUME_FIRST_PARTY_BASE_URL",
              "1",
              "NO_PROXY",
              "example.com,127.0.0.1,localhost,::1",
              "no_proxy",
              "127.0.0.1,localhost,::1"),
          login.variables());
      assertFalse(login.toString().contains(way.grants().getFirst().secret()));
      login.assign(new ModelUser(ModelUser.Kind.RUN, "run-1"));
      assertEquals("run run-1", way.grants().getFirst().user().toString());
      assertFalse(way.grants().getFirst().closed());
    }
    assertTrue(way.grants().getFirst().closed());
    assertEquals("a *** leaked", environment.masked("a sk-openai leaked"));
  }

  @ParameterizedTest
  @CsvSource({
    "https://api.anthropic.com,true",
    "https://API.anthropic.com/,true",
    "https://gateway.example.com,false",
    "http://127.0.0.1:1,false"
  })
  void only_a_way_to_the_providers_own_address_passes_for_that(String url, boolean own)
      throws Exception {
    AgentEnvironment environment =
        from(Map.of("ANTHROPIC_API_KEY", "sk-ant-key", "ANTHROPIC_BASE_URL", url))
            .through(new FakeModelAccess());

    try (AgentLogin login = environment.login(new ModelUser(ModelUser.Kind.RUN, "run-1"))) {
      assertEquals(own, login.variables().containsKey("_CLAUDE_CODE_ASSUME_FIRST_PARTY_BASE_URL"));
    }
  }

  @Test
  void without_that_way_the_login_is_the_servers_own() throws Exception {
    AgentEnvironment environment = from(Map.of("ANTHROPIC_API_KEY", "sk-ant-key"));

    assertEquals(environment.variables(), environment.withoutLogin());
    assertEquals(
        Map.of(), environment.login(new ModelUser(ModelUser.Kind.RUN, "run-1")).variables());
  }

  @Test
  void a_copy_may_be_added_to() {
    AgentEnvironment environment = from(Map.of("HOME", "/home/agent"));
    environment.variables().put("MORE", "value");

    assertEquals(Map.of("HOME", "/home/agent"), environment.variables());
  }

  @Test
  void secrets_are_masked_wherever_they_stand() {
    AgentEnvironment environment =
        from(Map.of("ANTHROPIC_API_KEY", "key+with(signs", "AWS_SECRET_ACCESS_KEY", "aws-secret"));

    assertEquals(
        "***, x***y and ***", environment.masked("aws-secret, xkey+with(signsy and aws-secret"));
  }

  @Test
  void of_two_secrets_that_begin_alike_nothing_is_left() {
    AgentEnvironment environment =
        from(Map.of("ANTHROPIC_API_KEY", "secret", "OPENAI_API_KEY", "secret-and-more"));

    assertEquals("***", environment.masked("secret-and-more"));
  }

  @Test
  void what_is_too_short_to_be_a_secret_does_not_mask_the_text_away() {
    assertEquals("banana", from(Map.of("OPENAI_API_KEY", "a")).masked("banana"));
  }

  @ParameterizedTest
  @CsvSource({
    "key sk-ant-api03-abcdefgh_-9 refused,key sk-ant-*** refused",
    "token cf_0123456789abcdef is revoked,token cf_*** is revoked",
    "Authorization: Bearer abc.def-ghi/jkl==,Authorization: Bearer ***",
    "a bearer of news,a bearer of news",
    "sk-ant-short,sk-ant-short"
  })
  void text_that_looks_like_a_bearer_is_masked(String text, String masked) {
    assertEquals(masked, from(Map.of()).masked(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:4000", "http://localhost:4000/v1", "http://[::1]:4000"})
  void traffic_to_this_machine_does_not_go_through_a_proxy(String baseUrl) {
    Map<String, String> server = new HashMap<>();
    server.put("ANTHROPIC_BASE_URL", baseUrl);
    server.put("HTTP_PROXY", "http://proxy:3128");
    server.put("no_proxy", "intranet");

    Map<String, String> variables = from(server).variables();

    assertEquals("127.0.0.1,localhost,::1", variables.get("NO_PROXY"));
    assertEquals("intranet,127.0.0.1,localhost,::1", variables.get("no_proxy"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://api.example", "http://127.0.0.1.example", "not a url", ""})
  void other_traffic_goes_where_the_operator_sends_it(String baseUrl) {
    Map<String, String> variables =
        from(Map.of("ANTHROPIC_BASE_URL", baseUrl, "HTTPS_PROXY", "http://proxy:3128")).variables();

    assertFalse(variables.containsKey("NO_PROXY"));
    assertFalse(variables.containsKey("no_proxy"));
  }

  private static AgentEnvironment from(Map<String, String> server) {
    return AgentEnvironment.from(server, List.of());
  }
}
