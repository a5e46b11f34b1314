package com.clawdforge.modelproxy;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The provider to which all requests go, and the credentials for it. At least one is there.
 *
 * @param url {@code http} or {@code https}, with a host, perhaps a path that goes before each
 *     request's own, and nothing else
 * @param apiKey for the header {@code x-api-key}, or null
 * @param bearer for the header {@code Authorization}, or null
 */
public record Upstream(URI url, @Nullable String apiKey, @Nullable String bearer) {
  /**
   * @throws IllegalArgumentException if the address is of another form, or there is no credential
   */
  public Upstream {
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException("neither http nor https: " + url.getScheme());
    }
    if (url.getHost() == null || url.getRawUserInfo() != null) {
      throw new IllegalArgumentException("no address of a host, or one with a user");
    }
    if (url.getRawQuery() != null || url.getRawFragment() != null) {
      throw new IllegalArgumentException("an address with a query or a fragment");
    }
    if (apiKey == null && bearer == null) {
      throw new IllegalArgumentException("no credential");
    }
  }

  /** What goes into the header {@code Host}. */
  String authority() {
    return url.getRawAuthority();
  }

  /** What goes before each request's path; empty, or begins with a slash and does not end so. */
  String prefix() {
    String path = String.valueOf(url.getRawPath());
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /** Omits the credentials. */
  @Override
  public String toString() {
    return "Upstream[" + url + "]";
  }
}
