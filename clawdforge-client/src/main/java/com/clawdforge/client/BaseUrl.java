package com.clawdforge.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Where a gateway is. */
final class BaseUrl {
  private BaseUrl() {}

  /**
   * The URL that paths are put behind.
   *
   * @throws IllegalArgumentException if this is none
   */
  static URI parse(String baseUrl) {
    try {
      URI uri = new URI(baseUrl.strip().replaceFirst("/+$", ""));
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      boolean http = scheme.equals("http") || scheme.equals("https");
      if (http
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw none();
    }
    throw none();
  }

  // Without the value: it may hold a password.
  private static IllegalArgumentException none() {
    return new IllegalArgumentException(
        "the base URL must be like http://localhost:8800, without user, query and fragment");
  }
}
