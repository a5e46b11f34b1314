package com.clawdforge.http.app.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MarkdownTest {
  private static String shown(String text, boolean styles) {
    StringWriter screen = new StringWriter();
    Markdown.print(text, new TerminalWriter(new PrintWriter(screen), styles, true));
    return screen.toString();
  }

  private static void assertShown(String expected, String text) {
    assertEquals(expected, shown(text, false));
  }

  @Test
  void headings_and_strong_words_are_bold_and_code_has_a_style() {
    assertEquals(
        "\u001b[1mHow \u001b[1mnow\u001b[22m\n\nUse \u001b[36mls\u001b[39m, \u001b[3mor\u001b[23m"
            + " \u001b[1mnot\u001b[22m.\n",
        shown("# How **now**\n\nUse `ls`, *or* **not**.", true));
  }

  @Test
  void code_is_indented_and_dim() {
    assertEquals(
        """
        Run:

            \u001b[2mls -l\u001b[22m
            \u001b[2m\u001b[22m
            \u001b[2m  cd\u001b[22m
        """,
        shown("Run:\n```sh\nls -l\n\n  cd\n```", true));
  }

  @Test
  void lists_keep_their_marks_and_nesting() {
    assertShown("• a\n  • b\n    c\n• d\n", "- a\n  * b\n    c\n- d");
    assertShown("3. a\n4. b\n", "3. a\n4. b");
    assertShown("• a\n\n  more\n\n• b\n", "- a\n\n  more\n\n- b");
    assertShown("• \n• x\n", "-\n- x");
    assertShown("1. see\n       x = 1\n", "1. see\n   ```\n   x = 1\n   ```");
  }

  @Test
  void quotations_rules_links_and_html_are_readable() {
    assertShown("│ so\n│ it is\n", "> so\n> it is");
    assertShown("a\n\n" + "─".repeat(40) + "\n\nb\n", "a\n\n---\n\nb");
    assertShown(
        "docs (http://x.test/) http://x.test/\n", "[docs](http://x.test/) <http://x.test/>");
    assertShown("plan (plan.png)\n", "![plan](plan.png)");
    assertShown("<b>x</b>\n", "<b>x</b>");
    assertShown("<table>\n", "<table>");
  }

  @Test
  void tables_have_columns() {
    assertShown(
        "name  │ qty\neggs  │ 3\nflour │\n",
        "| name | qty |\n|---|---|\n| eggs | 3 |\n| flour | |");
  }

  @Test
  void links_in_tables_keep_their_destinations() {
    assertShown(
        "page           │ picture\ndocs (x.html)  │ plan (plan.png)\nhttp://x.test/ │\n",
        "| page | picture |\n|---|---|\n| [docs](x.html) | ![plan](plan.png) |\n"
            + "| <http://x.test/> | |");
  }

  @Test
  void definitions_of_links_are_shown() {
    assertShown("see docs (x.html)\n\n[docs]: x.html\n", "see [docs]\n\n[docs]: x.html");
    assertShown("[1]: a.html\n[2]: b.html\n", "[1]: a.html\n[2]: b.html 'B'\n");
    assertShown("• [1]: a.html\n", "- [1]: a.html\n");
  }

  @Test
  void a_picture_in_a_link_and_code_in_a_link_keep_their_words() {
    assertShown("plan (plan.png) (x.html)\n", "[![plan](plan.png)](x.html)");
    assertShown("ls (x.html)\n", "[`ls`](x.html)");
  }

  @Test
  void a_long_block_in_small_pieces_is_looked_at_once() {
    AnswerBlocks blocks = new AnswerBlocks();
    String opening = "```\n" + "x\n".repeat(200_000);
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (int i = 0; i < opening.length(); i++) {
            assertEquals("", blocks.add(opening.substring(i, i + 1)));
          }
        });
    assertEquals(opening + "```\n", blocks.add("```\n"));
  }

  @Test
  void pieces_of_any_size_make_the_same_blocks() {
    String text =
        "One\n\n\ntwo\n\n  ```\n  a\n\nb\n  ```\n\n~~~ x\n```\n\n~~~\nc\n\n1. d\n\n   e\n\nf";
    List<String> single = blocks(text, 1);
    for (int size = 2; size <= text.length(); size++) {
      assertEquals(text, String.join("", blocks(text, size)));
      assertEquals(last(single), last(blocks(text, size)), "in pieces of " + size);
    }
    assertEquals(
        List.of(
            "One\n\n\n",
            "two\n\n  ```\n  a\n\nb\n  ```\n\n",
            "~~~ x\n```\n\n~~~\n",
            "c\n\n",
            "1. d\n\n   e\n\n",
            "f"),
        single);
  }

  private static String last(List<String> blocks) {
    return blocks.get(blocks.size() - 1);
  }

  private static List<String> blocks(String text, int size) {
    AnswerBlocks blocks = new AnswerBlocks();
    List<String> complete = new ArrayList<>();
    for (int from = 0; from < text.length(); from += size) {
      complete.add(blocks.add(text.substring(from, Math.min(text.length(), from + size))));
    }
    complete.add(blocks.rest());
    complete.removeIf(String::isEmpty);
    return complete;
  }

  @Test
  void a_block_is_complete_when_the_next_one_begins() {
    AnswerBlocks blocks = new AnswerBlocks();
    List<String> complete = new ArrayList<>();
    String text = "One\ntwo\n\n- a\n\n  more\n\n```\nx\n\ny\n```\nLast\n";
    for (int i = 0; i < text.length(); i++) {
      complete.add(blocks.add(text.substring(i, i + 1)));
    }
    complete.removeIf(String::isEmpty);
    complete.add(blocks.rest());

    assertEquals(
        List.of("One\ntwo\n\n", "- a\n\n  more\n\n", "```\nx\n\ny\n```\n", "Last\n"), complete);
  }
}
