package com.clawdforge.client.internal.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** The URL of a gateway. */
final class BaseUrl {
  private BaseUrl() {}

  /**
   * Returns the URL to append paths to.
   *
   * @throws IllegalArgumentException if this is not such a URL
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
      throw invalid();
    }
    throw invalid();
  }

  // The message leaves the value out: it may contain a password.
  private static IllegalArgumentException invalid() {
    return new IllegalArgumentException(
        "the base URL must be like http://localhost:8800, without user, query and fragment");
  }
}
