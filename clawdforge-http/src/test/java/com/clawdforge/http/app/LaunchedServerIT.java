package com.clawdforge.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.Api;
import com.clawdforge.http.kit.Installation;
import com.clawdforge.http.kit.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./clawdforge serve} in a clone of its own, without agents. */
@Timeout(120)
class LaunchedServerIT {
  @TempDir Path temp;

  private Path clone = Path.of("");
  private Path jar = Path.of("");

  @BeforeEach
  void a_clone_that_is_built() throws Exception {
    clone = Files.createDirectories(temp.resolve("the clone"));
    Files.copy(Installation.ROOT.resolve("clawdforge"), clone.resolve("clawdforge"));
    assertTrue(clone.resolve("clawdforge").toFile().setExecutable(true));
    jar =
        Files.createDirectories(clone.resolve("clawdforge-http/target")).resolve("clawdforge.jar");
    Files.copy(Installation.JAR, jar);
    Installation.script(clone.resolve("agents/install"), "exit 0");
  }

  @Test
  void a_server_goes_on_and_drains_while_its_jar_is_overwritten_and_deleted() throws Exception {
    try (ServerProcess server = launch(environment());
        Api api = new Api(server.port())) {
      Files.write(jar, new byte[1 << 20]);
      String token = api.mint("app");

      for (String path : List.of("/runs", "/sessions", "/openapi.yaml", "/docs", "/healthz")) {
        assertEquals(200, api.get(path, token).statusCode(), path);
      }
      Files.delete(jar);
      assertEquals(200, api.get("/metrics", Api.ADMIN).statusCode());

      server.terminate();

      assertEquals(0, server.exitStatus(), server::outputOrWhyNot);
      assertTrue(server.output().contains("stopped"), server::outputOrWhyNot);
    }
    assertEquals(List.of(), Installation.entries(clone.resolve(".serving")));
  }

  @Test
  void a_server_that_cannot_start_leaves_no_copy() throws Exception {
    Map<String, String> environment = environment();
    environment.put("CLAWDFORGE_PORT", "eighty");
    try (ServerProcess server = launch(environment)) {
      assertEquals(1, server.exitStatus(), server::outputOrWhyNot);
    }
    assertEquals(List.of(), Installation.entries(clone.resolve(".serving")));
  }

  @Test
  void a_cache_of_classes_is_made_and_used_and_one_that_does_not_fit_is_passed_over_silently()
      throws Exception {
    Path cache =
        jar.resolveSibling("classes-" + Runtime.version().feature() + ".cache").toAbsolutePath();
    Path note = cache.resolveSibling(cache.getFileName() + ".of");
    Map<String, String> environment = environment();
    environment.remove("CLAWDFORGE_CLASS_CACHE");
    try (ServerProcess first = launch(environment)) {
      assertTrue(first.port() > 0);
      Installation.await("the cache is made", () -> Files.exists(note));
    }
    environment.put("CLAWDFORGE_JAVA_OPTIONS", "-Xlog:class+load");
    try (ServerProcess server = launch(environment)) {
      assertTrue(server.port() > 0);
      assertTrue(
          server
              .output()
              .lines()
              .anyMatch(
                  line ->
                      line.contains("com.clawdforge.http.app.gateway.Gateway ")
                          && line.contains("shared objects file")),
          "the server's classes are not from the cache");
    }
    environment.remove("CLAWDFORGE_JAVA_OPTIONS");
    environment.put("CLAWDFORGE_URL", "http://127.0.0.1:9");
    String with = outputOfStatus(environment);
    assertEquals(1, with.lines().count(), with);

    // With the size and the time of the cache, so that Java has to see that it is none.
    FileTime time = Files.getLastModifiedTime(cache);
    Files.write(cache, new byte[(int) Files.size(cache)]);
    Files.setLastModifiedTime(cache, time);
    assertEquals(with, outputOfStatus(environment));
  }

  private String outputOfStatus(Map<String, String> environment) throws Exception {
    try (ServerProcess status =
        ServerProcess.launch(temp, environment, clone.resolve("clawdforge"), "status")) {
      assertEquals(1, status.exitStatus());
      return status.output();
    }
  }

  @Test
  void settings_of_the_clones_env_file_are_used_and_told() throws Exception {
    Files.writeString(
        clone.resolve(".env"),
        "CLAWDFORGE_DATA_DIR=kept # here\nADMIN_BOOTSTRAP_TOKEN=$(touch made)\n");
    Map<String, String> environment = environment();
    environment.remove("CLAWDFORGE_DATA_DIR");
    try (ServerProcess server = launch(environment)) {
      assertEquals(1, server.exitStatus());
      assertTrue(server.output().contains(".env line 2: "), server::outputOrWhyNot);
    }

    Files.writeString(
        clone.resolve(".env"),
        """
        CLAWDFORGE_DATA_DIR=kept # here
        ADMIN_BOOTSTRAP_TOKEN='not the one that wins'
        JAVA_TOOL_OPTIONS=-XX:Nonsense
        LD_PRELOAD=/nowhere.so
        """);
    try (ServerProcess server = launch(environment);
        Api api = new Api(server.port())) {
      api.mint("app");
      assertTrue(
          server.output().contains("settings are read from " + clone.toRealPath() + "/.env"),
          server::outputOrWhyNot);
    }
    assertTrue(Files.exists(clone.resolve("kept/clawdforge.db")));
  }

  @Test
  void the_first_start_makes_a_secret_that_commands_on_this_machine_read() throws Exception {
    Map<String, String> environment = environment();
    environment.remove("ADMIN_BOOTSTRAP_TOKEN");
    environment.remove("CLAWDFORGE_DATA_DIR");
    Path secret = clone.resolve("data/admin-token");
    try (ServerProcess server = launch(environment)) {
      environment.put("CLAWDFORGE_URL", "http://127.0.0.1:" + server.port());
      Installation.await("it tells", () -> server.output().contains("admin-token"));
      Installation.await("it warns", () -> server.output().contains("made a new ledger"));
      assertTrue(server.output().contains("WARN"), server::outputOrWhyNot);
      try (ServerProcess mint =
          ServerProcess.launch(
              temp, environment, clone.resolve("clawdforge"), "token", "mint", "app")) {
        assertEquals(0, mint.exitStatus(), mint::outputOrWhyNot);
        assertTrue(mint.output().contains("cf_"), "a token");
      }
      assertFalse(server.output().contains(Files.readString(secret)), "the log tells the secret");
      server.terminate();
      assertEquals(0, server.exitStatus());
    }

    environment.put("CLAWDFORGE_HOST", "0.0.0.0");
    String first = Files.readString(secret);
    try (ServerProcess again = launch(environment)) {
      assertTrue(again.port() > 0);
      Installation.await("it warns", () -> again.output().contains("ALLOW_CIDRS is empty"));
      assertFalse(again.output().contains("new ledger"), again::outputOrWhyNot);
    }
    assertEquals(first, Files.readString(secret));
  }

  @Test
  void a_server_without_a_locale_in_utf8_gets_one_or_is_refused() throws Exception {
    for (String locale : List.of("", "C", "xx_XX.UTF-8")) {
      Map<String, String> environment = environment();
      environment.put("LC_ALL", locale);
      try (ServerProcess server = launch(environment)) {
        assertTrue(server.port() > 0);
      }
      try (ServerProcess server = ServerProcess.serve(temp, environment)) {
        assertEquals(1, server.exitStatus(), server::outputOrWhyNot);
        assertTrue(server.output().contains("LC_ALL=C.UTF-8"), server::outputOrWhyNot);
        assertEquals(1, server.output().lines().count(), server::outputOrWhyNot);
      }
    }
  }

  private ServerProcess launch(Map<String, String> environment) throws Exception {
    return ServerProcess.launch(temp, environment, clone.resolve("clawdforge"));
  }

  private Map<String, String> environment() throws Exception {
    Map<String, String> environment = Installation.environment(temp);
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    return environment;
  }
}
