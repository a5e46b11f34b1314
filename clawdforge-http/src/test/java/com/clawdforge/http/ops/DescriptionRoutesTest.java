package com.clawdforge.http.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.ApiDocument;
import com.clawdforge.http.kit.TestServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DescriptionRoutesTest {
  private static final Pattern LINK = Pattern.compile("(?:href|src)=\"([^\"]*)\"");

  private final TestServer forge = TestServer.setup().start();

  @AfterEach
  void stop() {
    forge.close();
  }

  /** Without a bearer. */
  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(forge.to(path).build().uri());
  }

  @Test
  void the_document_needs_no_bearer() throws Exception {
    HttpResponse<String> answer = forge.send(to("/openapi.yaml"));

    assertEquals(200, answer.statusCode());
    assertEquals("application/yaml", answer.headers().firstValue("Content-Type").orElseThrow());
    assertEquals(ApiDocument.SERVED.root(), new YAMLMapper().readTree(answer.body()));
  }

  // The page shows this text beside the number.
  @Test
  void the_document_says_whose_version_it_has() {
    JsonNode info = ApiDocument.SERVED.root().path("info");
    String text = info.path("description").asText();

    assertTrue(text.contains(info.path("version").asText() + "` is the version of this API"), text);
    assertTrue(text.contains("`version` of `GET /healthz`"), text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/openapi.yaml", "/docs", "/docs/docs.js"})
  void an_address_that_is_not_allowed_gets_nothing(String path) throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.proxies = List.of("127.0.0.1");
    try (TestServer guarded = setup.start()) {
      HttpResponse<String> answer =
          guarded.send(guarded.to(path).header("X-Forwarded-For", "203.0.113.9"));

      assertEquals(403, answer.statusCode());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/docs", "/docs/"})
  void the_page_uses_only_files_of_this_server(String path) throws Exception {
    HttpResponse<String> page = forge.send(to(path));

    assertEquals(200, page.statusCode());
    int links = 0;
    Matcher link = LINK.matcher(page.body());
    while (link.find()) {
      if (!link.group(1).startsWith("data:")) {
        URI target = page.uri().resolve(link.group(1));
        assertEquals(page.uri().getAuthority(), target.getAuthority());
        assertEquals(200, forge.send(to(target.getPath())).statusCode(), target.toString());
        links++;
      }
    }
    assertEquals(5, links);
  }

  @Test
  void the_page_loads_nothing_from_other_servers_and_no_inline_script() throws Exception {
    HttpResponse<String> page = forge.send(to("/docs"));

    String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
    assertTrue(policy.startsWith("default-src 'none'; script-src 'self'; "), policy);
    assertFalse(policy.contains("http"), policy);
    assertFalse(policy.contains("unsafe"), policy);
    assertFalse(page.body().matches("(?s).*<script(?! src=).*"), page.body());
  }

  @ParameterizedTest
  @CsvSource({
    "/openapi.yaml, application/yaml",
    "/docs, text/html;charset=utf-8",
    "/docs/docs.css, text/css;charset=utf-8",
    "/docs/swagger-ui-bundle.js, text/javascript;charset=utf-8",
  })
  void a_client_with_a_current_copy_gets_304(String path, String type) throws Exception {
    HttpResponse<String> first = forge.send(to(path));
    String tag = first.headers().firstValue("ETag").orElseThrow();

    assertEquals(type, first.headers().firstValue("Content-Type").orElseThrow());
    assertEquals("no-cache", first.headers().firstValue("Cache-Control").orElseThrow());
    for (String known : List.of(tag, "W/" + tag, "\"other\", " + tag, "*")) {
      HttpResponse<String> again = forge.send(to(path).header("If-None-Match", known));
      assertEquals(304, again.statusCode(), known);
      assertEquals("", again.body());
      assertEquals(tag, again.headers().firstValue("ETag").orElseThrow());
    }
    assertEquals(200, forge.send(to(path).header("If-None-Match", "\"other\"")).statusCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/openapi.yaml", "/docs", "/docs/swagger-ui.css"})
  void the_head_is_that_of_the_whole(String path) throws Exception {
    HttpResponse<byte[]> whole = forge.sendForBytes(to(path));
    HttpResponse<String> head = forge.send(to(path).HEAD());

    assertEquals(200, head.statusCode());
    assertEquals("", head.body());
    assertEquals(
        Integer.toString(whole.body().length),
        head.headers().firstValue("Content-Length").orElseThrow());
    assertEquals(whole.headers().firstValue("ETag"), head.headers().firstValue("ETag"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"index.html", "..%2Fopenapi.yaml", "swagger-ui.js", "DOCS.JS"})
  void the_page_is_made_of_nothing_else(String file) throws Exception {
    String answer =
        forge.raw("GET /docs/" + file + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    assertTrue(answer.matches("(?s)HTTP/1.1 40[04] .*"), answer);
  }
}
