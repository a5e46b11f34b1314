package com.clawdforge.client.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that holds a token and nothing else. */
public final class SecretFile {
  private SecretFile() {}

  /**
   * Reads the token, without white space around it.
   *
   * @throws UncheckedIOException if the file cannot be read
   * @throws IllegalArgumentException if it is empty
   */
  public static String read(Path file) {
    try {
      String secret = Files.readString(file).strip();
      if (secret.isEmpty()) {
        throw new IllegalArgumentException(file + " is empty; it must hold a token");
      }
      return secret;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read a token from " + file, e);
    }
  }
}
