package com.clawdforge.modelproxy;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What agents may ask for, and nothing else: with the server's credential one could also make a
 * lasting key, start a batch that outlives its run, or read the files of the whole workspace. No
 * pattern here goes back, so that a long text costs neither time nor stack.
 */
final class Served {
  private static final String POST = "POST";
  private static final String GET = "GET";
  private static final Pattern POSTED = Pattern.compile("/v1/messages(?:/count_tokens)?+");
  private static final Pattern READ =
      Pattern.compile("/v1/models(?:/[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}+)?+");
  private static final Pattern QUERY =
      Pattern.compile(
          "[A-Za-z0-9._~!$&'()*+,;=:@/?-]*+"
              + "(?:%[0-9A-Fa-f]{2}[A-Za-z0-9._~!$&'()*+,;=:@/?-]*+)*+");

  private Served() {}

  /** Whether the provider charges for a request that is served. */
  static boolean isPriced(String path) {
    return path.equals("/v1/messages");
  }

  /** Why a request is refused; empty if it is served. */
  static Optional<Refusals.Kind> refusal(String method, String path, @Nullable String query) {
    boolean posted = POSTED.matcher(path).matches();
    if (!posted && !READ.matcher(path).matches()) {
      return Optional.of(
          method.equals(POST) || method.equals(GET) ? Refusals.Kind.PATH : Refusals.Kind.METHOD);
    }
    if (!method.equals(posted ? POST : GET)) {
      return Optional.of(Refusals.Kind.METHOD);
    }
    return query == null || QUERY.matcher(query).matches()
        ? Optional.empty()
        : Optional.of(Refusals.Kind.PATH);
  }
}
