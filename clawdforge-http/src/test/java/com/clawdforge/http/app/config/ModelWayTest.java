package com.clawdforge.http.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.modelproxy.Upstream;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When the server is on the agents' way to their model. */
class ModelWayTest {
  private static final Map<String, String> KEY = Map.of("ANTHROPIC_API_KEY", "sk-ant-a");
  private static final Map<String, String> CODEX =
      Map.of("OPENAI_API_KEY", "sk-o", "CLAWDFORGE_AGENTS", "claude,codex");

  @Test
  void a_key_or_a_token_in_the_environment_is_added_by_the_server() {
    assertEquals(
        Optional.of(new Upstream(URI.create("https://api.anthropic.com"), "sk-ant-a", null)),
        way(KEY).upstream());
    assertEquals(
        Optional.of(new Upstream(URI.create("http://127.0.0.1:1"), null, "sk-ant-oat")),
        way(Map.of(
                "CLAUDE_CODE_OAUTH_TOKEN", " sk-ant-oat ",
                "ANTHROPIC_API_KEY", "",
                "ANTHROPIC_BASE_URL", "http://127.0.0.1:1"))
            .upstream());
    assertEquals(
        Optional.of(new Upstream(URI.create("https://api.anthropic.com"), "sk-ant-a", "first")),
        way(Map.of(
                "CLAUDE_CODE_OAUTH_TOKEN", "second",
                "ANTHROPIC_AUTH_TOKEN", "first",
                "ANTHROPIC_API_KEY", "sk-ant-a"))
            .upstream());
    assertEquals("", way(KEY).why());
  }

  @Test
  void a_login_in_files_is_used_directly() {
    ModelWay way = way(Map.of("HOME", "/home/somebody"));

    assertEquals(Optional.empty(), way.upstream());
    assertTrue(way.why().contains("claude's to renew"), way.why());
  }

  @ParameterizedTest
  @CsvSource({
    "CLAWDFORGE_MODEL_PROXY, off",
    "CLAUDE_CODE_USE_BEDROCK, 1",
    "CLAUDE_CODE_USE_VERTEX, true",
    "HTTPS_PROXY, http://proxy:3128",
    "https_proxy, http://proxy:3128",
    "ALL_PROXY, socks5://proxy",
    "NODE_EXTRA_CA_CERTS, /etc/own.pem",
    "SSL_CERT_FILE, /etc/own.pem",
    "ANTHROPIC_BASE_URL, not an address",
    "ANTHROPIC_BASE_URL, ftp://example.com",
  })
  void what_the_server_cannot_do_on_the_way_is_named(String name, String value) {
    Map<String, String> environment = new HashMap<>(KEY);
    environment.put(name, value);

    ModelWay way = way(environment);

    assertEquals(Optional.empty(), way.upstream());
    assertTrue(way.why().contains(name), way.why());
  }

  @ParameterizedTest
  @CsvSource({
    ", https://api.openai.com",
    "http://127.0.0.1:1/v1/, http://127.0.0.1:1",
    "https://gateway.example.com/openai/v1, https://gateway.example.com/openai"
  })
  void a_key_for_codex_is_added_where_its_sessions_are_on_its_adapter(
      @Nullable String address, String to) {
    Map<String, String> environment = new HashMap<>(CODEX);
    if (address != null) {
      environment.put("OPENAI_BASE_URL", address);
    }

    assertEquals(
        Optional.of(new Upstream(URI.create(to), null, "sk-o")), codex(environment).upstream());
  }

  @ParameterizedTest
  @CsvSource({
    "OPENAI_API_KEY, '', OPENAI_API_KEY",
    "CLAWDFORGE_AGENTS, claude, adapter",
    "CLAWDFORGE_SESSION_DRIVER, acpx, adapter",
    "CLAWDFORGE_MODEL_PROXY, off, CLAWDFORGE_MODEL_PROXY",
    "HTTPS_PROXY, http://proxy:3128, HTTPS_PROXY",
    "OPENAI_BASE_URL, https://api.openai.com/v2, OPENAI_BASE_URL",
    "OPENAI_BASE_URL, not an address/v1, OPENAI_BASE_URL",
  })
  void codex_asks_directly_where_something_speaks_against_it(
      String name, String value, String why) {
    Map<String, String> environment = new HashMap<>(CODEX);
    environment.put(name, value);

    ModelWay way = codex(environment);

    assertEquals(Optional.empty(), way.upstream());
    assertTrue(way.why().contains(why), way.why());
  }

  @Test
  void what_does_not_matter_for_a_provider_on_this_machine_changes_nothing() {
    Map<String, String> environment = new HashMap<>(KEY);
    environment.put("ANTHROPIC_BASE_URL", "http://localhost:8080");
    environment.put("HTTPS_PROXY", "http://proxy:3128");
    environment.put("NODE_EXTRA_CA_CERTS", "/etc/own.pem");
    environment.put("CLAUDE_CODE_USE_BEDROCK", "0");

    assertTrue(way(environment).upstream().isPresent());
  }

  @Test
  void a_credential_among_the_headers_that_the_operator_passes_on_is_used_directly() {
    Map<String, String> environment = new HashMap<>(KEY);
    environment.put("ANTHROPIC_CUSTOM_HEADERS", "x-team: a\n authorization : Bearer b");
    assertTrue(way(environment).upstream().isPresent(), "not passed on");

    environment.put("CLAWDFORGE_AGENT_ENV", "ANTHROPIC_CUSTOM_HEADERS");
    assertEquals(Optional.empty(), way(environment).upstream());
    assertTrue(way(environment).why().contains("ANTHROPIC_CUSTOM_HEADERS"));

    environment.put("ANTHROPIC_CUSTOM_HEADERS", "x-team: authorization: none");
    assertTrue(way(environment).upstream().isPresent());
  }

  @Test
  void a_credential_that_agents_have_and_nobody_has_asked_for_is_known() {
    assertFalse(way(KEY).exposed());
    assertFalse(way(Map.of()).exposed());
    Map<String, String> environment = new HashMap<>(KEY);
    environment.put("HTTPS_PROXY", "http://proxy:3128");
    assertTrue(way(environment).exposed());
    environment.put("CLAWDFORGE_MODEL_PROXY", "off");
    assertFalse(way(environment).exposed());
  }

  private static ModelWay codex(Map<String, String> environment) {
    return ModelWay.ofCodex(GatewayConfig.from(environment));
  }

  private static ModelWay way(Map<String, String> environment) {
    return ModelWay.of(GatewayConfig.from(environment));
  }
}
