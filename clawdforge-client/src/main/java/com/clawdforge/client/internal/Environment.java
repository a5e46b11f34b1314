package com.clawdforge.client.internal;

import org.jspecify.annotations.Nullable;

/** Where the clients read their environment variables. */
@FunctionalInterface
public interface Environment {
  String URL = "CLAWDFORGE_URL";
  String TOKEN = "CLAWDFORGE_TOKEN";
  String ADMIN_TOKEN = "CLAWDFORGE_ADMIN_TOKEN";

  @Nullable String get(String name);

  /**
   * Returns a variable's value.
   *
   * @throws IllegalStateException if it is not set
   */
  static String required(Environment environment, String name) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      throw new IllegalStateException("set the environment variable " + name);
    }
    return value.strip();
  }
}
