package com.clawdforge.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sends calls to one gateway under one bearer, again where that is safe and may help. */
final class Transport implements AutoCloseable {
  static final String ACCEPT = "Accept";
  static final String EVENT_STREAM = "text/event-stream";
  private static final int LARGEST_PAGE = 200;
  private static final Pattern BEARER = Pattern.compile("[\\x21-\\x7e]+");

  private final HttpClient http;
  private final URI base;
  private final String bearer;
  private final Timing timing;
  private final Defaults defaults;
  private final boolean ownsHttp;

  private Transport(
      HttpClient http,
      URI base,
      String bearer,
      Timing timing,
      Defaults defaults,
      boolean ownsHttp) {
    this.http = http;
    this.base = base;
    this.bearer = bearer;
    this.timing = timing;
    this.defaults = defaults;
    this.ownsHttp = ownsHttp;
  }

  /**
   * @param http the caller's own client, or null
   */
  static Transport to(
      String baseUrl, String token, Timing timing, Defaults defaults, @Nullable HttpClient http) {
    // Checked here: the JDK's own complaint would quote the whole header.
    if (!BEARER.matcher(token).matches()) {
      throw new IllegalArgumentException(
          "the token is empty or holds spaces, line ends or characters beyond ASCII");
    }
    HttpClient used =
        http == null ? HttpClient.newBuilder().connectTimeout(timing.connect()).build() : http;
    return new Transport(used, base(baseUrl), token, timing, defaults, http == null);
  }

  private static URI base(String baseUrl) {
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
      throw notABaseUrl();
    }
    throw notABaseUrl();
  }

  // Without the value: it may hold a password.
  private static IllegalArgumentException notABaseUrl() {
    return new IllegalArgumentException(
        "the base URL must be like http://localhost:8800, without user, query and fragment");
  }

  Timing timing() {
    return timing;
  }

  Defaults defaults() {
    return defaults;
  }

  /**
   * The gateway's good answer; blocks.
   *
   * @throws ForgeException if there is none
   */
  Reply send(Call call) {
    return repeated(
        call,
        () -> {
          HttpResponse<byte[]> response = exchange(call, BodyHandlers.ofByteArray());
          checkStatus(response, response.body());
          return reply(call, response);
        });
  }

  /**
   * The gateway's answer as it arrives; blocks until it begins. For the caller to close.
   *
   * @param call its deadline is that of the beginning
   * @throws ForgeException if there is none
   */
  EventBody stream(Call call) {
    return repeated(
        call,
        () -> {
          HttpResponse<EventBody> response = exchange(call, head -> new EventBody());
          String type = response.headers().firstValue("Content-Type").orElse("");
          if (isGood(response) && type.startsWith(EVENT_STREAM)) {
            return response.body();
          }
          try (EventBody body = response.body()) {
            checkStatus(response, body.rest(timing.plain()));
            throw notAGateway(call, response, "a stream of events");
          } catch (InterruptedException e) {
            throw interrupted(call, e);
          }
        });
  }

  /**
   * The first entries of a list, page by page.
   *
   * @param path with or without a query
   * @param name the member that holds a page's entries
   * @throws ForgeException if a page cannot be had
   */
  <T> List<T> pages(String path, String name, Function<JsonNode, T> read, int atMost) {
    List<T> all = new ArrayList<>();
    String cursor = "";
    while (cursor != null && all.size() < atMost) {
      String page =
          (path.contains("?") ? "&" : "?")
              + "limit="
              + Math.min(LARGEST_PAGE, atMost - all.size())
              + (cursor.isEmpty() ? "" : "&cursor=" + ForgeClient.encoded(cursor));
      ObjectNode answer = send(Call.plain("GET", path + page, timing.plain())).body();
      all.addAll(Json.list(answer, name, read));
      cursor = Json.text(answer, "next_cursor");
    }
    return List.copyOf(all);
  }

  @FunctionalInterface
  private interface Attempt<A> {
    A make() throws IOException;
  }

  private <A> A repeated(Call call, Attempt<A> attempt) {
    for (int retries = 0; ; retries++) {
      Duration pause;
      try {
        return attempt.make();
      } catch (ForgeApiException refusal) {
        pause = pauseAfter(call, refusal);
        if (pause == null || retries == timing.retries().maxRetries()) {
          throw refusal;
        }
      } catch (IOException e) {
        if (!mayRepeatAfter(call, e) || retries == timing.retries().maxRetries()) {
          throw new ForgeTransportException(call + " to " + base + " failed: " + words(e), e);
        }
        pause = timing.retries().pause(retries);
      }
      take(call, pause);
    }
  }

  private <B> HttpResponse<B> exchange(Call call, BodyHandler<B> handler) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + call.path()))
            .method(call.method(), call.body().get())
            // The gateway speaks no other, and an offer to change would hold up the first call.
            .version(HttpClient.Version.HTTP_1_1)
            .header("Authorization", "Bearer " + bearer);
    if (!call.headers().containsKey(ACCEPT)) {
      request.header(ACCEPT, "application/json");
    }
    call.headers().forEach(request::header);
    CompletableFuture<HttpResponse<B>> pending = http.sendAsync(request.build(), handler);
    try {
      // Not the request's own timeout, which ends with the headers of the answer.
      return pending.get(call.deadline().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      pending.cancel(true);
      throw new HttpTimeoutException("no answer within " + call.deadline());
    } catch (InterruptedException e) {
      pending.cancel(true);
      throw interrupted(call, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException broken) {
        throw broken;
      }
      throw new ForgeTransportException(call + " to " + base + " failed", e.getCause());
    }
  }

  private static boolean isGood(HttpResponse<?> response) {
    return response.statusCode() / 100 == 2;
  }

  private static void checkStatus(HttpResponse<?> response, byte[] body) {
    if (!isGood(response)) {
      throw Problem.of(response.statusCode(), response.headers(), body, Instant.now());
    }
  }

  private Reply reply(Call call, HttpResponse<byte[]> response) {
    ObjectNode body = Json.objectOrNull(response.body());
    if (body == null) {
      throw notAGateway(call, response, "a JSON object");
    }
    return new Reply(response.headers(), body);
  }

  private ForgeTransportException notAGateway(Call call, HttpResponse<?> response, String wanted) {
    return new ForgeTransportException(
        call
            + " was answered "
            + response.statusCode()
            + ", but not with "
            + wanted
            + "; is "
            + base
            + " a clawdforge gateway?",
        null);
  }

  private @Nullable Duration pauseAfter(Call call, ForgeApiException refusal) {
    boolean passing = refusal.status() == 503 || refusal.status() == 429;
    Duration asked = refusal.retryAfter();
    return !passing
            || refusal.retryForbidden()
            || asked == null
            || asked.compareTo(timing.retries().longestPause()) > 0
            || call.repeat() == Call.Repeat.NEVER
        ? null
        : asked;
  }

  private static boolean mayRepeatAfter(Call call, IOException e) {
    boolean notConnected =
        e instanceof ConnectException || e instanceof HttpConnectTimeoutException;
    return switch (call.repeat()) {
      case ALWAYS -> notConnected || !(e instanceof HttpTimeoutException);
      case IF_NOT_DONE -> notConnected;
      case NEVER -> false;
    };
  }

  /** Lets time pass. */
  void take(Object purpose, Duration pause) {
    try {
      timing.pause().take(pause);
    } catch (InterruptedException e) {
      throw interrupted(purpose, e);
    }
  }

  static ForgeTransportException interrupted(Object purpose, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new ForgeTransportException("the thread was interrupted during " + purpose, e);
  }

  // Some of the JDK's exceptions have no message.
  static String words(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** Frees the connections, where this JDK can: from 21 on, and after the calls in flight. */
  @Override
  public void close() {
    if (ownsHttp && http instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new ForgeTransportException("closing the HTTP client failed", e);
      }
    }
  }

  @Override
  public String toString() {
    return base.toString();
  }
}
