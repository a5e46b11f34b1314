package com.clawdforge.core.file;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes names of uploaded files safe to show to a model and to use as one path component. */
public final class FileName {
  private static final int MAX_BYTES = 120;
  private static final String UNNAMED = "file";

  private FileName() {}

  /**
   * Returns the last component of a client's file name, without control and separator characters,
   * quotes, leading dots and dashes, at most 120 bytes of UTF-8 with the extension kept.
   */
  public static String safe(@Nullable String declared) {
    if (declared == null) {
      return UNNAMED;
    }
    String last =
        declared.substring(Math.max(declared.lastIndexOf('/'), declared.lastIndexOf('\\')) + 1);
    StringBuilder kept = new StringBuilder();
    last.codePoints().map(FileName::harmless).filter(c -> c != 0).forEach(kept::appendCodePoint);
    String name = kept.toString().strip().replaceFirst("^[.\\-\\s]+", "");
    return name.isEmpty() ? UNNAMED : shortened(name);
  }

  /** Returns the names in order, with {@code -2}, {@code -3}, … added to repeated ones. */
  public static List<String> distinct(Collection<String> names) {
    Set<String> taken = new LinkedHashSet<>();
    for (String name : names) {
      String candidate = name;
      for (int n = 2; !taken.add(candidate); n++) {
        int dot = extension(name);
        candidate = name.substring(0, dot) + "-" + n + name.substring(dot);
      }
    }
    return List.copyOf(taken);
  }

  // 0 drops the character. Lone surrogates cannot be encoded; format characters can reverse text.
  private static int harmless(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          0;
      case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
          ' ';
      default -> "\"'`<>|:*?\0".indexOf(c) >= 0 ? '_' : c;
    };
  }

  private static String shortened(String name) {
    if (bytes(name) <= MAX_BYTES) {
      return name;
    }
    String extension = name.substring(extension(name));
    String end = bytes(extension) <= 16 ? extension : "";
    StringBuilder kept = new StringBuilder();
    int room = MAX_BYTES - bytes(end);
    for (int c : name.codePoints().toArray()) {
      room -= bytes(Character.toString(c));
      if (room < 0) {
        break;
      }
      kept.appendCodePoint(c);
    }
    return kept.append(end).toString();
  }

  private static int extension(String name) {
    int dot = name.lastIndexOf('.');
    return dot <= 0 ? name.length() : dot;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
