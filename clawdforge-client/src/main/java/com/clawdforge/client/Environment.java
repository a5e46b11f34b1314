package com.clawdforge.client;

import org.jspecify.annotations.Nullable;

/** The variables that the clients are configured by. */
@FunctionalInterface
interface Environment {
  String URL = "CLAWDFORGE_URL";
  String TOKEN = "CLAWDFORGE_TOKEN";
  String ADMIN_TOKEN = "CLAWDFORGE_ADMIN_TOKEN";

  @Nullable String get(String name);

  static String required(Environment environment, String name) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      throw new IllegalStateException("set the environment variable " + name);
    }
    return value.strip();
  }
}
