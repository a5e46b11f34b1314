package com.clawdforge.modelproxy;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What agents may ask of a provider, and nothing else: with the server's credential one could also
 * make a lasting key, start a batch that outlives its run, or read the files of the whole
 * workspace. No pattern here goes back, so that a long text costs neither time nor stack.
 */
public enum Api {
  /** Anthropic's Messages API, as claude asks it. */
  MESSAGES("/v1/messages(?:/count_tokens)?+", "/v1/messages", ""),
  /** OpenAI's Responses API, as codex asks it. */
  RESPONSES("/v1/responses", "/v1/responses", "openai_");

  private static final String POST = "POST";
  private static final String GET = "GET";
  private static final Pattern READ =
      Pattern.compile("/v1/models(?:/[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}+)?+");
  private static final Pattern QUERY =
      Pattern.compile(
          "[A-Za-z0-9._~!$&'()*+,;=:@/?-]*+"
              + "(?:%[0-9A-Fa-f]{2}[A-Za-z0-9._~!$&'()*+,;=:@/?-]*+)*+");

  private final Pattern posted;
  private final String priced;
  private final String account;

  /**
   * @param posted the paths that may be posted to
   * @param priced the one for which the provider charges
   * @param account what goes before the name of an account
   */
  Api(String posted, String priced, String account) {
    this.posted = Pattern.compile(posted);
    this.priced = priced;
    this.account = account;
  }

  /** Whether the provider charges for a request that is served. */
  boolean isPriced(String path) {
    return path.equals(priced);
  }

  /** The name of an account of this provider, by the kind of its credential. */
  String account(String credential) {
    return account + credential;
  }

  /** Why a request is refused; empty if it is served. */
  Optional<Refusals.Kind> refusal(String method, String path, @Nullable String query) {
    boolean asked = posted.matcher(path).matches();
    if (!asked && !READ.matcher(path).matches()) {
      return Optional.of(
          method.equals(POST) || method.equals(GET) ? Refusals.Kind.PATH : Refusals.Kind.METHOD);
    }
    if (!method.equals(asked ? POST : GET)) {
      return Optional.of(Refusals.Kind.METHOD);
    }
    return query == null || QUERY.matcher(query).matches()
        ? Optional.empty()
        : Optional.of(Refusals.Kind.PATH);
  }
}
