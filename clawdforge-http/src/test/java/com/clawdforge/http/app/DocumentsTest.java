package com.clawdforge.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

/** What pictures and pages show, held to the project. */
class DocumentsTest {
  private static final Path PICTURE = Installation.ROOT.resolve("docs/images/demo.svg");
  private static final int LARGEST_PICTURE = 100_000;
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#: ]+)(?:#[^)]*)?\\)");

  @Test
  void the_diagram_and_the_table_of_modules_have_each_module() throws Exception {
    String page = Files.readString(Installation.ROOT.resolve("docs/architecture.md"));
    String diagram = page.substring(page.indexOf("```mermaid"), page.indexOf("| module |"));
    List<String> modules =
        Pattern.compile("<module>([^<]+)</module>")
            .matcher(Files.readString(Installation.ROOT.resolve("pom.xml")))
            .results()
            .map(found -> found.group(1))
            .toList();

    assertTrue(modules.size() >= 5, modules::toString);
    for (String module : modules) {
      assertTrue(diagram.contains("[" + module + "]"), () -> "the diagram lacks " + module);
      assertTrue(page.contains("\n| `" + module + "` |"), () -> "the table lacks " + module);
    }
  }

  @Test
  void the_picture_of_the_demo_is_small_and_shows_no_secret_and_no_folder() throws Exception {
    String picture = Files.readString(PICTURE);

    assertTrue(Files.size(PICTURE) <= LARGEST_PICTURE);
    assertEquals(
        "svg",
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(PICTURE.toFile())
            .getDocumentElement()
            .getTagName());
    assertTrue(picture.contains("right"), "it ends well");
    assertFalse(picture.contains("WRONG"));
    for (String secret :
        List.of("(cf|ff)_[A-Za-z0-9-]", "Bearer [^…]", "/(home|root|tmp|Users)/")) {
      assertFalse(Pattern.compile(secret).matcher(picture).find(), secret);
    }
  }

  @Test
  void the_picture_stops_and_stands_still_for_those_who_want_no_motion() throws Exception {
    String picture = Files.readString(PICTURE);

    assertTrue(picture.contains("step-end 1 both"));
    assertTrue(picture.contains("prefers-reduced-motion:reduce"));
    assertFalse(picture.contains("infinite"));
  }

  @Test
  void the_links_of_the_pages_lead_somewhere() throws Exception {
    List<Path> pages;
    try (Stream<Path> docs = Files.list(Installation.ROOT.resolve("docs"))) {
      pages =
          Stream.concat(docs, Stream.of(Installation.ROOT.resolve("README.md")))
              .filter(page -> page.toString().endsWith(".md"))
              .toList();
    }
    for (Path page : pages) {
      for (String target : links(page)) {
        assertTrue(Files.exists(page.resolveSibling(target)), () -> page + " links to " + target);
      }
    }
  }

  private static List<String> links(Path page) throws IOException {
    return LINK.matcher(Files.readString(page)).results().map(found -> found.group(1)).toList();
  }
}
