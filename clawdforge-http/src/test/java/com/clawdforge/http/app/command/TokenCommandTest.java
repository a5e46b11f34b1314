package com.clawdforge.http.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.Cli;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TokenCommandTest {
  private static final String MINTED =
      "{\"ok\":true,\"name\":\"app\",\"token\":\"cf_secret\",\"ip_cidrs\":[],\"created_at\":1}";

  private final AtomicReference<String> received = new AtomicReference<>("");
  private final AtomicReference<String> bearer = new AtomicReference<>("");
  private Map<String, String> environment = Map.of("CLAWDFORGE_ADMIN_TOKEN", "the-admin-secret");

  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "|{\"name\":\"app\",\"ip_cidrs\":[]}",
        "--agent claude --agent codex|"
            + "{\"name\":\"app\",\"ip_cidrs\":[],\"agents\":[\"claude\",\"codex\"]}",
        "--max-permissions deny-all|"
            + "{\"name\":\"app\",\"ip_cidrs\":[],\"max_permissions\":\"deny-all\"}",
        "--max-permissions {\"auto_deny\":[\"execute\"]}|"
            + "{\"name\":\"app\",\"ip_cidrs\":[],\"max_permissions\":{\"auto_deny\":[\"execute\"]}}",
        "--max-network model|{\"name\":\"app\",\"ip_cidrs\":[],\"max_network\":\"model\"}",
        "--max-network all|{\"name\":\"app\",\"ip_cidrs\":[]}",
        "--max-concurrent 2 --daily-budget 2.50 --max-sessions default|"
            + "{\"name\":\"app\",\"ip_cidrs\":[],\"max_concurrent\":2,\"daily_budget_usd\":2.50}",
      })
  void a_token_is_minted_with_the_limits_that_the_options_give(
      @Nullable String options, String sent) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("mint", "app"));
    if (options != null) {
      arguments.addAll(List.of(options.split(" ", -1)));
    }

    Cli cli = against(MINTED, arguments.toArray(String[]::new));

    assertEquals(0, cli.exitStatus(), cli.output());
    assertTrue(cli.output().startsWith("cf_secret\n"), cli.output());
    assertEquals(new JsonMapper().readTree(sent), new JsonMapper().readTree(received.get()));
  }

  @Test
  void an_invalid_policy_is_reported_before_anything_is_sent() throws Exception {
    Cli cli = against(MINTED, "mint", "app", "--max-permissions", "{auto_deny}");

    assertEquals(2, cli.exitStatus());
    assertTrue(
        cli.output().startsWith("clawdforge: --max-permissions: the policy is not JSON"),
        cli.output());
    assertEquals("", received.get());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "--max-concurrent 2|{\"max_concurrent\":2}",
        "--max-sessions 5 --requests-per-minute 60|"
            + "{\"max_sessions\":5,\"requests_per_minute\":60}",
        "--daily-budget default --monthly-budget 20 --max-storage 1099511627776|"
            + "{\"daily_budget_usd\":null,\"monthly_budget_usd\":20,"
            + "\"max_storage_bytes\":1099511627776}",
      })
  void limits_are_changed_to_what_the_options_say_and_shown(String options, String sent)
      throws Exception {
    List<String> arguments = new ArrayList<>(List.of("limits", "app"));
    arguments.addAll(List.of(options.split(" ", -1)));

    Cli cli =
        against(
            "{\"ok\":true,\"name\":\"app\",\"ip_cidrs\":[],\"created_at\":1,\"last_used_at\":null,"
                + "\"revoked_at\":null,\"max_concurrent\":2,\"daily_budget_usd\":1.5}",
            arguments.toArray(String[]::new));

    assertEquals(0, cli.exitStatus(), cli.output());
    assertEquals(new JsonMapper().readTree(sent), new JsonMapper().readTree(received.get()));
    assertTrue(cli.output().contains(", 2 at once, 1.5 USD a day"), cli.output());
  }

  @Test
  void limits_that_are_no_numbers_or_none_are_reported_before_anything_is_sent() throws Exception {
    Cli word = against(MINTED, "limits", "app", "--max-sessions", "five");
    Cli none = against(MINTED, "limits", "app");

    assertEquals(2, word.exitStatus());
    assertTrue(
        word.output().startsWith("clawdforge: --max-sessions must be a number or the word default"),
        word.output());
    assertEquals(2, none.exitStatus());
    assertTrue(none.output().startsWith("clawdforge: Say which limit to change"), none.output());
    assertEquals("", received.get());
  }

  @Test
  void the_list_shows_limits_where_there_are_any() throws Exception {
    String token = "\"ip_cidrs\":[],\"created_at\":1,\"last_used_at\":null,\"revoked_at\":null";
    Cli cli =
        against(
            "{\"ok\":true,\"tokens\":[{\"name\":\"free\","
                + token
                + "},{\"name\":\"bound\","
                + token
                + ",\"agents\":[\"claude\",\"codex\"],\"max_permissions\":{\"default\":\"deny\"},"
                + "\"max_network\":\"none\"}]}",
            "list");

    assertEquals(0, cli.exitStatus(), cli.output());
    assertTrue(
        cli.about("bound")
            .contains(", agents claude codex, at most {\"default\":\"deny\"}, network none"),
        cli.output());
    assertTrue(cli.output().lines().toList().getFirst().endsWith("last used never"), cli.output());
  }

  @Test
  void the_servers_own_secret_is_used_where_no_other_is_given() throws Exception {
    Path data = Files.createDirectories(temp.resolve("data"));
    Files.writeString(data.resolve("admin-token"), "the-made-secret");
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("CLAWDFORGE_DATA_DIR", data.toString());

    assertEquals("Bearer the-made-secret", bearerWith(settings));
    settings.put("ADMIN_BOOTSTRAP_TOKEN", "the-chosen-secret-of-this-very-server");
    assertEquals("Bearer the-chosen-secret-of-this-very-server", bearerWith(settings));
    settings.put("CLAWDFORGE_ADMIN_TOKEN", "the-given-secret");
    assertEquals("Bearer the-given-secret", bearerWith(settings));
  }

  @Test
  void another_machine_is_not_shown_the_secret_of_this_one() throws Exception {
    Path data = Files.createDirectories(temp.resolve("data"));
    Files.writeString(data.resolve("admin-token"), "the-made-secret");
    for (String url :
        List.of("http://forge.example", "http://10.1.2.3:8800", "http://127.0.0.1.example")) {
      Cli cli =
          Cli.run(
              Map.of("CLAWDFORGE_URL", url, "CLAWDFORGE_DATA_DIR", data.toString()),
              "token",
              "list");

      assertEquals(2, cli.exitStatus());
      assertTrue(cli.output().startsWith("clawdforge: set CLAWDFORGE_ADMIN_TOKEN"), cli.output());
    }
  }

  private String bearerWith(Map<String, String> settings) throws Exception {
    environment = settings;
    assertEquals(0, against(MINTED, "mint", "app").exitStatus());
    return bearer.get();
  }

  private Cli against(String answer, String... arguments) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/admin/tokens",
        exchange -> {
          bearer.set(exchange.getRequestHeaders().getFirst("Authorization"));
          received.set(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    try {
      return token("http://127.0.0.1:" + server.getAddress().getPort(), arguments);
    } finally {
      server.stop(0);
    }
  }

  private Cli token(String url, String... arguments) {
    List<String> all = new ArrayList<>(List.of("token"));
    all.addAll(List.of(arguments));
    Map<String, String> variables = new LinkedHashMap<>(environment);
    variables.put("CLAWDFORGE_URL", url);
    return Cli.run(variables, all.toArray(String[]::new));
  }
}
