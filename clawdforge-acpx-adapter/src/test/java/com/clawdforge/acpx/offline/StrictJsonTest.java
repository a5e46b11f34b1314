package com.clawdforge.acpx.offline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The strict rules for the text of a request. */
class StrictJsonTest {
  private static final String INVALID = "The request body is not valid JSON: ";

  @Test
  void pairs_of_surrogates_are_taken_as_bytes_and_as_escapes() throws Exception {
    assertEquals("", saying("😀 \\ud83d\\ude00 \\uD83D\\uDE00 \\\\ud83d \\n \\u00e9"));
  }

  @Test
  void half_a_pair_is_refused_with_its_place() throws Exception {
    String start = "{\"max_tokens\": 1,\n \"messages\": [{\"role\": \"user\", \"content\": \"";
    // The column is counted from 1 and the character from 0; both are those after the escape.
    int line = start.indexOf('\n') + 1;
    int column = start.length() - line + 6 + 1;
    int at = start.length() + 6;

    assertEquals(
        INVALID + "no low surrogate in string: line 2 column %d (char %d)".formatted(column, at),
        Objections.to(start + "\\ud83d!\"}]}"));
  }

  @Test
  void half_a_pair_is_refused_wherever_it_is() throws Exception {
    for (String text : new String[] {"\\ud83d", "\\ud83d\\n", "\\ud83dx", "ok \\\\\\ud83d"}) {
      assertEquals(INVALID + "no low surrogate in string", withoutPlace(saying(text)), text);
    }
    assertEquals(INVALID + "invalid high surrogate in string", withoutPlace(saying("\\ude00")));
    assertEquals(
        INVALID + "invalid low surrogate in string", withoutPlace(saying("\\ud83d\\ud83d")));
  }

  private static String saying(String text) throws Exception {
    return Objections.toMessages("[" + user(text) + "]");
  }

  private static String user(String text) {
    return "{\"role\": \"user\", \"content\": \"" + text + "\"}";
  }

  private static String withoutPlace(String objection) {
    return objection.replaceAll(": line .*", "");
  }
}
