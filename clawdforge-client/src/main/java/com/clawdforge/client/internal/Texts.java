package com.clawdforge.client.internal;

/** Texts of others, for messages. */
public final class Texts {
  private static final int EXCERPT = 300;

  private Texts() {}

  /** Returns the beginning of a text, at most 300 characters of it, without half a character. */
  public static String excerpt(String text) {
    if (text.length() <= EXCERPT) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(EXCERPT - 1)) ? EXCERPT - 1 : EXCERPT;
    return text.substring(0, end) + "…";
  }
}
