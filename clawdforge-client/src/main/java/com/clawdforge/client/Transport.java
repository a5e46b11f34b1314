package com.clawdforge.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sends calls to one gateway under one bearer, again where that is safe and may help. */
final class Transport implements AutoCloseable {
  private static final int MAX_RETRIES = 3;
  private static final Pattern BEARER = Pattern.compile("[\\x21-\\x7e]+");

  private final HttpClient http;
  private final URI base;
  private final String bearer;
  private final Timing timing;

  private Transport(HttpClient http, URI base, String bearer, Timing timing) {
    this.http = http;
    this.base = base;
    this.bearer = bearer;
    this.timing = timing;
  }

  static Transport to(String baseUrl, String token, Timing timing) {
    // Checked here: the JDK's own complaint would quote the whole header.
    if (!BEARER.matcher(token).matches()) {
      throw new IllegalArgumentException(
          "the token is empty or holds spaces, line ends or characters beyond ASCII");
    }
    HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timing.connect())
            .build();
    return new Transport(http, base(baseUrl), token, timing);
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

  /**
   * The gateway's good answer; blocks.
   *
   * @throws ForgeException if there is none
   */
  Reply send(Call call) {
    for (int retries = 0; ; retries++) {
      Duration pause;
      try {
        HttpResponse<byte[]> response = exchange(call);
        if (response.statusCode() / 100 == 2) {
          return reply(call, response);
        }
        ForgeApiException refusal = Problem.of(response, Instant.now());
        pause = pauseAfter(call, response, refusal);
        if (pause == null || retries == MAX_RETRIES) {
          throw refusal;
        }
      } catch (IOException e) {
        if (!mayRepeatAfter(call, e) || retries == MAX_RETRIES) {
          throw new ForgeTransportException(call + " to " + base + " failed: " + words(e), e);
        }
        pause = timing.firstRetry().multipliedBy(1L << retries);
      }
      take(call, pause);
    }
  }

  private HttpResponse<byte[]> exchange(Call call) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + call.path()))
            .method(call.method(), call.body().get())
            .header("Authorization", "Bearer " + bearer)
            .header("Accept", "application/json");
    call.headers().forEach(request::header);
    CompletableFuture<HttpResponse<byte[]>> pending =
        http.sendAsync(request.build(), BodyHandlers.ofByteArray());
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

  private Reply reply(Call call, HttpResponse<byte[]> response) {
    ObjectNode body = Json.objectOrNull(response.body());
    if (body == null) {
      throw new ForgeTransportException(
          call
              + " was answered "
              + response.statusCode()
              + ", but not with a JSON object; is "
              + base
              + " a clawdforge gateway?",
          null);
    }
    return new Reply(response.headers(), body);
  }

  private @Nullable Duration pauseAfter(
      Call call, HttpResponse<byte[]> response, ForgeApiException refusal) {
    boolean passing = response.statusCode() == 503 || response.statusCode() == 429;
    boolean forbidden =
        response.headers().firstValue("x-should-retry").orElse("").equalsIgnoreCase("false");
    Duration asked = refusal.retryAfter();
    return !passing
            || forbidden
            || asked == null
            || asked.compareTo(timing.longestRetryAfter()) > 0
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

  private void take(Call call, Duration pause) {
    try {
      timing.pause().take(pause);
    } catch (InterruptedException e) {
      throw interrupted(call, e);
    }
  }

  private static ForgeTransportException interrupted(Call call, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new ForgeTransportException("the thread was interrupted during " + call, e);
  }

  // Some of the JDK's exceptions have no message.
  private static String words(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** Frees the connections, where this JDK can: from 21 on, and after the calls in flight. */
  @Override
  public void close() {
    if (http instanceof AutoCloseable closeable) {
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
