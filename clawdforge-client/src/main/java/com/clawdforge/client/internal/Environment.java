package com.clawdforge.client.internal;

import org.jspecify.annotations.Nullable;

/** Where the clients read their environment variables. */
@FunctionalInterface
public interface Environment {
  String URL = "CLAWDFORGE_URL";

  /** The gateway of this machine, as for the commands. */
  String DEFAULT_URL = "http://127.0.0.1:8800";

  String TOKEN = "CLAWDFORGE_TOKEN";
  String ADMIN_TOKEN = "CLAWDFORGE_ADMIN_TOKEN";

  /** The variable of the gateway itself. */
  String SERVERS_SECRET = "ADMIN_BOOTSTRAP_TOKEN";

  @Nullable String get(String name);

  static String url(Environment environment) {
    String url = environment.get(URL);
    return url == null || url.isBlank() ? DEFAULT_URL : url.strip();
  }

  /**
   * Returns the value of the first of these variables that is set.
   *
   * @throws IllegalStateException if none is
   */
  static String required(Environment environment, String... names) {
    for (String name : names) {
      String value = environment.get(name);
      if (value != null && !value.isBlank()) {
        return value.strip();
      }
    }
    throw new IllegalStateException("set the environment variable " + names[0]);
  }
}
