package com.clawdforge.core.text;

import java.util.Locale;

/** A number of bytes in words. */
public final class ByteSize {
  private static final String[] UNITS = {"KiB", "MiB", "GiB"};
  private static final int STEP = 1024;

  private ByteSize() {}

  /** The size in the unit that suits it, and exactly: {@code 32 MiB (33554432 bytes)}. */
  public static String words(long bytes) {
    if (bytes < STEP) {
      return bytes + " bytes";
    }
    int unit = 0;
    double size = (double) bytes / STEP;
    while (size >= STEP && unit < UNITS.length - 1) {
      size /= STEP;
      unit++;
    }
    String number = String.format(Locale.ROOT, "%.1f", size).replaceFirst("\\.0$", "");
    return number + " " + UNITS[unit] + " (" + bytes + " bytes)";
  }
}
