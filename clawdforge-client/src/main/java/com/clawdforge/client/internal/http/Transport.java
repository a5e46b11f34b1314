package com.clawdforge.client.internal.http;

import com.clawdforge.client.internal.CallException;
import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.RequestDefaults;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends calls to one gateway with one token, and retries them. What blocks throws the exceptions of
 * the API; futures fail with a {@link CallException}, which {@link #apiException} translates.
 */
public final class Transport implements AutoCloseable {
  static final String ACCEPT = "Accept";
  static final String EVENT_STREAM = "text/event-stream";
  private static final int LARGEST_PAGE = 200;
  private static final Pattern BEARER = Pattern.compile("[\\x21-\\x7e]+");

  private final HttpClient http;
  private final URI base;
  private final String bearer;
  private final Timing timing;
  private final RequestDefaults defaults;
  private final Function<CallException, ? extends RuntimeException> apiExceptions;
  private final boolean ownsHttp;
  private final AnswerValidator answers;
  private final InFlightWork inFlight = new InFlightWork();

  /**
   * @param apiExceptions the API's exception for a failed call
   * @param http the caller's own client, or null
   * @throws IllegalArgumentException if the URL or the token is not usable
   */
  public Transport(
      String baseUrl,
      String token,
      Timing timing,
      RequestDefaults defaults,
      Function<CallException, ? extends RuntimeException> apiExceptions,
      @Nullable HttpClient http) {
    // Checked here: the JDK's own message would quote the whole header.
    if (!BEARER.matcher(token).matches()) {
      throw new IllegalArgumentException(
          "the token is empty or holds spaces, line ends or characters beyond ASCII");
    }
    this.base = BaseUrl.parse(baseUrl);
    this.bearer = token;
    this.timing = timing;
    this.defaults = defaults;
    this.apiExceptions = apiExceptions;
    this.ownsHttp = http == null;
    this.http = http == null ? newClient(timing) : http;
    this.answers = new AnswerValidator(base, bearer);
  }

  private static HttpClient newClient(Timing timing) {
    return HttpClient.newBuilder()
        .connectTimeout(timing.connect())
        .executor(Threads.forConnections())
        .build();
  }

  public Timing timing() {
    return timing;
  }

  public RequestDefaults defaults() {
    return defaults;
  }

  /** The longest wait for work whose request may name a timeout of its own. */
  public Duration limit(@Nullable Duration ofRequest, Duration ofGateway) {
    return defaults.timeout(ofRequest, ofGateway).plus(timing.margin());
  }

  public InFlightWork inFlight() {
    return inFlight;
  }

  /** Sends a call and reads its answer; blocks. */
  public <A> A send(Call call, Function<JsonAnswer, A> read) {
    inFlight.checkOpen();
    return translating(() -> read.apply(await(call, sendAsync(call))));
  }

  /** Sends a call whose answer says nothing more; blocks. */
  public void send(Call call) {
    JsonAnswer unused = send(call, answer -> answer);
  }

  /** Reads the object at a path; blocks. */
  public <A> A get(String path, Function<JsonNode, A> read) {
    return send(Call.plain("GET", path, timing.plain()), answer -> read.apply(answer.body()));
  }

  /**
   * Cancels a run, a turn or a session's current turn; blocks.
   *
   * @return whether that ended it
   */
  public boolean cancel(String path) {
    return cancel(Call.cancel(path, timing.plain()));
  }

  public boolean cancel(Call cancel) {
    return send(cancel, answer -> Json.truth(answer.body(), "cancelled"));
  }

  /** Sends a call; cancelling the future cancels the call. */
  public CompletableFuture<JsonAnswer> sendAsync(Call call) {
    return retrying(call, BodyHandlers.ofByteArray(), answers::whole, () -> true);
  }

  /**
   * Sends a call and returns its answer as soon as that begins. The caller closes it.
   *
   * @param call its deadline is for the beginning of the answer
   * @param wanted false once the call need not be sent again, unless an attempt may have reached
   *     the gateway
   */
  public CompletableFuture<EventBody> streamAsync(Call call, BooleanSupplier wanted) {
    return retrying(call, EventBody.handler(), answers::stream, wanted);
  }

  /**
   * Reads the first entries of a list, page by page; blocks.
   *
   * @param path with or without a query
   * @param name the member that holds a page's entries
   */
  public <T> List<T> pages(String path, String name, Function<JsonNode, T> read, int atMost) {
    return translating(() -> readPages(path, name, read, atMost));
  }

  private <T> List<T> readPages(String path, String name, Function<JsonNode, T> read, int atMost) {
    List<T> all = new ArrayList<>();
    String cursor = "";
    while (cursor != null && all.size() < atMost) {
      String page =
          (path.contains("?") ? "&" : "?")
              + "limit="
              + Math.min(LARGEST_PAGE, atMost - all.size())
              + (cursor.isEmpty() ? "" : "&cursor=" + Call.encoded(cursor));
      JsonNode answer = get(path + page, body -> body);
      all.addAll(Json.list(answer, name, read));
      String next = Json.text(answer, "next_cursor");
      if (next != null && next.isEmpty()) {
        next = null;
      }
      if (cursor.equals(next)) {
        throw new CallException.Failed("a page of " + path + " leads to itself", null);
      }
      cursor = next;
    }
    return List.copyOf(all.subList(0, Math.min(all.size(), Math.max(atMost, 0))));
  }

  private <B, A> CompletableFuture<A> retrying(
      Call call,
      BodyHandler<B> handler,
      AnswerValidator.Reader<B, A> read,
      BooleanSupplier wanted) {
    return RetryingCall.start(call, base, timing, () -> exchange(call, handler, read), wanted);
  }

  private <B, A> CompletableFuture<A> exchange(
      Call call, BodyHandler<B> handler, AnswerValidator.Reader<B, A> read) {
    CompletableFuture<A> answer = new CompletableFuture<>();
    // The JDK completes its own future on the common pool, which apps may keep busy for as long as
    // they like. A body completes on the thread of its connection.
    BodyHandler<B> completing =
        head -> {
          BodySubscriber<B> body = handler.apply(head);
          Futures.onEnd(
              body.getBody().toCompletableFuture(),
              content -> read(call, head, content, read, answer),
              answer::completeExceptionally);
          return body;
        };
    CompletableFuture<?> pending = http.sendAsync(request(call), completing);
    Futures.onEnd(pending, response -> {}, answer::completeExceptionally);
    Futures.cancelWith(answer, pending);
    // The request's own timeout would end with the headers of the answer.
    return answer.orTimeout(call.deadline().toMillis(), TimeUnit.MILLISECONDS);
  }

  private static <B, A> void read(
      Call call,
      ResponseInfo head,
      B body,
      AnswerValidator.Reader<B, A> read,
      CompletableFuture<A> outcome) {
    try {
      Futures.complete(outcome, read.read(call, head, body));
    } catch (RuntimeException unusable) {
      outcome.completeExceptionally(unusable);
    }
  }

  private HttpRequest request(Call call) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + call.path()))
            .method(call.method(), call.body().get())
            // The gateway speaks nothing else, and negotiating would delay the first call.
            .version(HttpClient.Version.HTTP_1_1)
            .header("Authorization", "Bearer " + bearer);
    if (!call.headers().containsKey(ACCEPT)) {
      request.header(ACCEPT, "application/json");
    }
    call.headers().forEach(request::header);
    return request.build();
  }

  /**
   * Waits for a future; an interrupt cancels it.
   *
   * @throws CallException if the call failed
   */
  public static <A> A await(Object purpose, CompletableFuture<A> pending) {
    try {
      return pending.get();
    } catch (InterruptedException e) {
      Futures.giveUp(pending);
      throw interrupted(purpose, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new CallException.Failed(purpose + " failed", e.getCause());
    }
  }

  public static CallException interrupted(Object purpose, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new CallException.Failed("the thread was interrupted during " + purpose, e);
  }

  /** Does something, and throws what it throws as exceptions of the API. */
  public <A> A translating(Supplier<A> work) {
    try {
      return work.get();
    } catch (CallException e) {
      throw apiException(e);
    }
  }

  /** The API's exception for a failed call. */
  public RuntimeException apiException(CallException failure) {
    return apiExceptions.apply(failure);
  }

  /**
   * Ends the streams, waits for the work of futures and closes the HTTP client if it is this
   * client's own; the JDK can do that from 21 on, and waits for the calls in flight.
   */
  @Override
  public void close() {
    inFlight.close();
    if (ownsHttp && http instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw apiException(new CallException.Failed("closing the HTTP client failed", e));
      }
    }
  }

  @Override
  public String toString() {
    return base.toString();
  }
}
