package com.clawdforge.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FileNameTest {
  static List<List<String>> names() {
    return List.of(
        List.of("report.pdf", "report.pdf"),
        List.of("/etc/passwd", "passwd"),
        List.of("../../x.txt", "x.txt"),
        List.of("C:\\Users\\me\\a.png", "a.png"),
        List.of("mixed/path\\b.txt", "b.txt"),
        List.of(".bashrc", "bashrc"),
        List.of("--help", "help"),
        List.of("-.- rf", "rf"),
        List.of("a\u0000b\n\r\tc.txt", "abc.txt"),
        List.of("say \"hi\".txt", "say _hi_.txt"),
        List.of("a<b>c|d:e*f?g`h'", "a_b_c_d_e_f_g_h_"),
        List.of("\u202egpj.exe", "gpj.exe"),
        List.of("a\u2028b", "a b"),
        List.of("  spaced.txt  ", "spaced.txt"),
        List.of("\u00fcbersicht \ud83d\ude00.md", "\u00fcbersicht \ud83d\ude00.md"),
        List.of("lone\ud83d.txt", "lone.txt"));
  }

  @ParameterizedTest
  @MethodSource("names")
  void a_name_becomes_one_harmless_component(List<String> declaredAndSafe) {
    assertEquals(declaredAndSafe.get(1), FileName.safe(declaredAndSafe.get(0)));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", ".", "..", "/", "a/", "---", "\u0000"})
  void a_file_without_a_name_is_called_file(@Nullable String declared) {
    assertEquals("file", FileName.safe(declared));
  }

  @Test
  void a_long_name_is_cut_to_120_bytes_and_keeps_its_extension() {
    String cut = FileName.safe("\ud83d\ude00".repeat(100) + ".jpeg");

    assertEquals("\ud83d\ude00".repeat(28) + ".jpeg", cut);
    assertTrue(cut.getBytes(StandardCharsets.UTF_8).length <= 120);
    assertEquals("x".repeat(120), FileName.safe("x".repeat(500)));
    assertEquals(120, FileName.safe("a." + "b".repeat(500)).length());
  }

  @Test
  void names_that_come_twice_are_numbered_before_the_extension() {
    assertEquals(
        List.of("a.txt", "a-2.txt", "a-3.txt", "b", "b-2"),
        FileName.distinct(List.of("a.txt", "a.txt", "a.txt", "b", "b")));
  }

  @Test
  void a_number_never_takes_the_name_of_another() {
    List<String> distinct = FileName.distinct(List.of("a-2.txt", "a.txt", "a.txt", "a-2.txt"));

    assertEquals(4, new HashSet<>(distinct).size(), distinct.toString());
    assertEquals("a-2.txt", distinct.getFirst());
  }
}
