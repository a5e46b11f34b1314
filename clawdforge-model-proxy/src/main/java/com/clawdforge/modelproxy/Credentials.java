package com.clawdforge.modelproxy;

import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * In which of a request's headers its grant's secret is. An agent that has a key and a token sends
 * both, and each of them is replaced by its own.
 *
 * @param grant empty if there is no live secret in either
 * @param byKey whether it is in {@code x-api-key}
 * @param byBearer whether it is in {@code Authorization}
 */
record Credentials(Optional<Grant> grant, boolean byKey, boolean byBearer) {
  static final String API_KEY = "x-api-key";

  private static final String BEARER = "Bearer ";

  static Credentials of(HttpFields headers, Grants grants) {
    Optional<Grant> key = key(headers).flatMap(grants::find);
    Optional<Grant> bearer = bearer(headers).flatMap(grants::find);
    Optional<Grant> grant = key.or(() -> bearer);
    // Those of two grants are one request: it ends with the first, and the other is dropped.
    return new Credentials(grant, key.isPresent(), bearer.isPresent() && bearer.equals(grant));
  }

  static Optional<String> key(HttpFields headers) {
    return Optional.ofNullable(headers.get(API_KEY));
  }

  static Optional<String> bearer(HttpFields headers) {
    @Nullable String value = headers.get(HttpHeader.AUTHORIZATION);
    return value != null && value.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? Optional.of(value.substring(BEARER.length()).strip())
        : Optional.empty();
  }

  /** The kind of the credential that the request is made with. */
  String kind(Upstream upstream) {
    return usesKey(upstream) ? "api_key" : "token";
  }

  private boolean usesKey(Upstream upstream) {
    return upstream.apiKey() != null && (byKey || upstream.bearer() == null);
  }

  /** Puts the provider's credentials in; the headers have none left of what the agent sent. */
  void replace(HttpFields.Mutable headers, Upstream upstream) {
    @Nullable String key = upstream.apiKey();
    @Nullable String bearer = upstream.bearer();
    // The one that there is, where the agent has shown its secret as the other.
    if (key != null && usesKey(upstream)) {
      headers.put(API_KEY, key);
    }
    if (bearer != null && (byBearer || key == null)) {
      headers.put(HttpHeader.AUTHORIZATION, BEARER + bearer);
    }
  }
}
