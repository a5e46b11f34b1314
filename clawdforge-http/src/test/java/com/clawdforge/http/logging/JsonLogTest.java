package com.clawdforge.http.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** The format of a line of JSON, on a separate logback context. */
final class JsonLogTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream before = System.err;
  private final LoggerContext context = new LoggerContext();

  @BeforeEach
  void listen() {
    context.setMDCAdapter(new LogbackMDCAdapter());
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    context.stop();
    System.setErr(before);
    JsonLog.use(LogSettings.from(Map.of()));
  }

  @Test
  void a_line_is_one_object_with_the_key_value_pairs_as_members() throws Exception {
    logger("com.clawdforge.x", "info")
        .atInfo()
        .addKeyValue("request_id", "req-\"7\"")
        .addKeyValue("turn", 3)
        .addKeyValue("app", (Object) null)
        .log("a \"message\"\nof two lines");

    JsonNode line = lines().getFirst();
    assertEquals(1, lines().size());
    assertEquals("req-\"7\"", line.path("request_id").textValue());
    assertEquals(3, line.path("turn").intValue());
    assertEquals("null", line.path("app").textValue());
    assertEquals("a \"message\"\nof two lines", line.path("message").textValue());
    assertEquals("INFO", line.path("log.level").textValue().strip());
    assertEquals("com.clawdforge.x", line.path("log.logger").textValue());
    assertEquals("clawdforge", line.path("service.name").textValue());
    assertTrue(line.path("@timestamp").textValue().endsWith("Z"));
  }

  @Test
  void a_stack_trace_is_part_of_the_object() throws Exception {
    logger("com.clawdforge.x", "info")
        .atError()
        .addKeyValue("run", "run-1")
        .setCause(new IllegalStateException("no \"luck\""))
        .log("it failed");

    JsonNode line = lines().getFirst();
    assertEquals(1, lines().size());
    assertEquals("java.lang.IllegalStateException", line.path("error.type").textValue());
    assertEquals("no \"luck\"", line.path("error.message").textValue());
    assertTrue(line.path("error.stack_trace").textValue().contains("JsonLogTest"));
    assertEquals("run-1", line.path("run").textValue());
  }

  @Test
  void levels_hold_for_all_but_the_loggers_that_have_their_own() throws Exception {
    logger("com.clawdforge.x", "warn,com.clawdforge.acpx=debug").info("not this");
    context.getLogger("com.clawdforge.acpx.session").debug("but this");
    context.getLogger("org.eclipse.jetty.server").info("nor this");

    assertEquals(List.of("but this"), lines().stream().map(JsonLogTest::message).toList());
  }

  @Test
  void logback_finds_it_as_a_service() {
    assertFalse(
        ServiceLoader.load(ch.qos.logback.classic.spi.Configurator.class).stream()
            .noneMatch(found -> found.type().equals(JsonLog.class)));
  }

  private Logger logger(String name, String level) {
    JsonLog.use(LogSettings.from(Map.of("CLAWDFORGE_LOG_LEVEL", level)));
    JsonLog log = new JsonLog();
    log.setContext(context);
    var unused = log.configure(context);
    return context.getLogger(name);
  }

  private static String message(JsonNode line) {
    return line.path("message").asText();
  }

  private List<JsonNode> lines() throws IOException {
    JsonMapper mapper = new JsonMapper();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : written.toString(StandardCharsets.UTF_8).lines().toList()) {
      lines.add(mapper.readTree(line));
    }
    return lines;
  }
}
