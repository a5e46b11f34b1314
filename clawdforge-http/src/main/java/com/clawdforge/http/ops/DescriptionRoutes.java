package com.clawdforge.http.ops;

import com.clawdforge.core.error.Refusal;
import com.clawdforge.http.web.RouteTable;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The description of the API: an OpenAPI document, and a page for people that loads nothing from
 * other servers.
 */
public final class DescriptionRoutes {
  private static final String FILE = "file";
  private static final String OURS = "/com/clawdforge/http/ops/";

  // Swagger UI sets styles through the DOM, which this policy allows, and embeds its icons as data.
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
          + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  public void addTo(RouteTable routes) {
    routes.open(HandlerType.GET, "/openapi.yaml", ctx -> Loaded.DOCUMENT.send(ctx));
    routes.open(HandlerType.GET, "/docs", DescriptionRoutes::page);
    routes.open(HandlerType.GET, "/docs/{" + FILE + "}", DescriptionRoutes::part);
  }

  private static void page(Context ctx) throws IOException {
    // Links are relative, for proxies that add a prefix; a trailing slash adds a level.
    (ctx.path().endsWith("/") ? Loaded.PAGE_ONE_DOWN : Loaded.PAGE).send(ctx);
  }

  private static void part(Context ctx) throws IOException {
    String name = ctx.pathParam(FILE);
    @Nullable StaticFile file = Loaded.PARTS.get(name);
    if (file == null) {
      throw Refusal.notFound(FILE, name);
    }
    file.send(ctx);
  }

  /** Two megabytes of files, loaded on the first request for one of them. */
  private static final class Loaded {
    static final StaticFile DOCUMENT = StaticFile.of("/openapi.yaml", "application/yaml");
    static final StaticFile PAGE =
        StaticFile.of(OURS + "docs.html", "text/html;charset=utf-8")
            .with(Map.of("Content-Security-Policy", POLICY, "Referrer-Policy", "no-referrer"));
    static final StaticFile PAGE_ONE_DOWN =
        PAGE.edited(
            html -> html.replace("\"docs/", "\"").replace("\"openapi.yaml", "\"../openapi.yaml"));

    private static final String SCRIPT = "text/javascript;charset=utf-8";
    private static final String STYLE = "text/css;charset=utf-8";
    private static final String VIEWER = "/META-INF/resources/webjars/swagger-ui/" + version();

    static final Map<String, StaticFile> PARTS =
        Map.of(
            "docs.js", StaticFile.of(OURS + "docs.js", SCRIPT),
            "docs.css", StaticFile.of(OURS + "docs.css", STYLE),
            "swagger-ui-bundle.js", StaticFile.of(VIEWER + "/swagger-ui-bundle.js", SCRIPT),
            "swagger-ui.css", StaticFile.of(VIEWER + "/swagger-ui.css", STYLE));

    // The webjar's folder is named after its version.
    private static String version() {
      Properties webjar = new Properties();
      try (@Nullable InputStream in =
          DescriptionRoutes.class.getResourceAsStream(
              "/META-INF/maven/org.webjars/swagger-ui/pom.properties")) {
        if (in == null) {
          throw new IllegalStateException("this build lacks the swagger-ui webjar");
        }
        webjar.load(in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return webjar.getProperty("version");
    }
  }
}
