package com.clawdforge.http.app.config;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The encoding of file names and arguments. Java takes it from the locale at its start, and no
 * option changes it.
 */
public final class NativeEncoding {
  private static final String REMEDY =
      "set LC_ALL=C.UTF-8, or start it with " + ProgramName.typed();

  private NativeEncoding() {}

  /** Its name, such as {@code UTF-8}. */
  public static String name() {
    return System.getProperty("sun.jnu.encoding", "unknown");
  }

  public static boolean isUtf8() {
    return isUtf8(name());
  }

  static boolean isUtf8(String name) {
    return name.equalsIgnoreCase(StandardCharsets.UTF_8.name()) || name.equalsIgnoreCase("UTF8");
  }

  /**
   * Refuses to start a server that could not name the files of its callers.
   *
   * @throws ConfigException if the encoding is not UTF-8
   */
  public static void requireForFiles() {
    requireForFiles(name());
  }

  static void requireForFiles(String name) {
    if (!isUtf8(name)) {
      throw new ConfigException(
          "the locale is not UTF-8 but " + name + ", which has no names for all files; " + REMEDY);
    }
  }

  /**
   * Refuses arguments that Java could not read: a prompt would be sent and paid for with other
   * characters than it was written in.
   *
   * @throws ConfigException if the encoding is not UTF-8 and an argument has other characters than
   *     ASCII
   */
  public static void requireForArguments(List<String> arguments) {
    requireForArguments(name(), arguments);
  }

  static void requireForArguments(String name, List<String> arguments) {
    if (!isUtf8(name) && !arguments.stream().allMatch(NativeEncoding::isAscii)) {
      throw new ConfigException(
          "the locale is not UTF-8 but " + name + ", so an argument cannot be read; " + REMEDY);
    }
  }

  /** What to do where the encoding is not UTF-8. */
  public static String remedy() {
    return REMEDY;
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(character -> character < 128);
  }
}
