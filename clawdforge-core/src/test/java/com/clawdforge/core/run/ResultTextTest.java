package com.clawdforge.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ResultTextTest {
  private static final Duration QUICK = Duration.ofSeconds(5);
  private static final int MEGABYTE = 1 << 20;

  private final ResultText resultText =
      new ResultText(text -> text.strip().startsWith("{") && text.strip().endsWith("}"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1}",
        "  {\"a\":1}\n\n",
        "```json\n{\"a\":1}\n```",
        "```\n{\"a\":1}\n```",
        "``` json \n\n  {\"a\":1}  \n\n```",
        "\n\n```json\n{\"a\":1}\n```\n  ",
        "```json\r\n{\"a\":1}\r\n```\r\n",
        "```json\n{\"a\":1}```",
        "```json\n{\"a\":1}\n  ```",
        "````json\n{\"a\":1}\n````",
        "```json\n{\"a\":1}\n`````"
      })
  void json_is_found_with_and_without_a_fence_around_it(String text) {
    assertEquals(new Answer("{\"a\":1}", true), resultText.answer(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "plain words\n",
        "Here it is:\n```json\n{\"a\":1}\n```",
        "```json\n{\"a\":1}\n```\nThat is all.",
        "```json\n{\"a\":1}\n``` done",
        "~~~~\n{\"a\":1}\n~~~~",
        "``\n{\"a\":1}\n``",
        "````json\n{\"a\":1}\n```",
        "```{\"a\":1}```",
        "```js`on\n{\"a\":1}\n```",
        "```python\nprint(1)\n```",
        "````\n```json\n{\"a\":1}\n```\n````",
        "```json\n{\"a\":1}",
        "{\"a\":1}\n```",
        "```",
        "``````",
        "```\n```"
      })
  void everything_else_stays_as_it_was(String text) {
    assertEquals(new Answer(text, false), resultText.answer(text));
  }

  @Test
  void a_fence_within_the_json_is_part_of_it() {
    String json = "{\"md\":\"```\\nx\\n```\"\n,\"b\":\"\n```\n\"}";
    assertEquals(new Answer(json, true), resultText.answer("```json\n" + json + "\n```"));
  }

  @Test
  void five_megabytes_of_json_are_unwrapped_quickly() {
    String json = "{\"a\":\"" + "line ` ``` \\n\n".repeat(5 * MEGABYTE / 13) + "\"}";
    Answer answer =
        assertTimeoutPreemptively(QUICK, () -> resultText.answer("```json\n" + json + "\n```\n"));
    assertEquals(new Answer(json, true), answer);
  }

  static Stream<String> hostile() {
    return Stream.of(
        "`".repeat(MEGABYTE),
        "`".repeat(MEGABYTE) + "\n" + "`".repeat(MEGABYTE),
        " ".repeat(5 * MEGABYTE),
        "```\n" + " ".repeat(MEGABYTE),
        "```\n" + " ".repeat(MEGABYTE) + "x",
        "```\n" + "\n".repeat(MEGABYTE) + "x",
        "```\n" + "``` ".repeat(MEGABYTE / 4) + "x",
        "```\n" + "\n``".repeat(MEGABYTE / 3),
        "words ".repeat(5 * MEGABYTE / 6));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void no_text_takes_long(String text) {
    Answer answer = assertTimeoutPreemptively(QUICK, () -> resultText.answer(text));
    assertEquals(List.of(text.length(), false), List.of(answer.text().length(), answer.json()));
  }
}
