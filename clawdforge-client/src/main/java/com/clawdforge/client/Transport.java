package com.clawdforge.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
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
  private final Answers answers;
  private final UnderWay underWay = new UnderWay();

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
    this.answers = new Answers(base, bearer);
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
        http == null
            ? HttpClient.newBuilder()
                .connectTimeout(timing.connect())
                .executor(Threads.forConnections())
                .build()
            : http;
    return new Transport(used, BaseUrl.parse(baseUrl), token, timing, defaults, http == null);
  }

  Timing timing() {
    return timing;
  }

  Defaults defaults() {
    return defaults;
  }

  UnderWay underWay() {
    return underWay;
  }

  /**
   * The gateway's good answer; blocks.
   *
   * @throws ForgeException if there is none
   */
  Reply send(Call call) {
    underWay.checkOpen();
    return await(call, sendAsync(call));
  }

  /** The gateway's good answer, or a {@link ForgeException}; cancelling it gives the call up. */
  CompletableFuture<Reply> sendAsync(Call call) {
    return repeated(call, BodyHandlers.ofByteArray(), answers::whole, () -> true);
  }

  /**
   * The gateway's answer as it arrives, once it begins, or a {@link ForgeException}. For the caller
   * to close.
   *
   * @param call its deadline is that of the beginning
   * @param wanted whether the call is to be sent again if the gateway has certainly done nothing
   */
  CompletableFuture<EventBody> streamAsync(Call call, BooleanSupplier wanted) {
    return repeated(call, EventBody.handler(), answers::stream, wanted);
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
              + (cursor.isEmpty() ? "" : "&cursor=" + Call.encoded(cursor));
      ObjectNode answer = send(Call.plain("GET", path + page, timing.plain())).body();
      all.addAll(Json.list(answer, name, read));
      String next = Json.text(answer, "next_cursor");
      if (next != null && next.isEmpty()) {
        next = null;
      }
      if (cursor.equals(next)) {
        throw new ForgeTransportException("a page of " + path + " leads to itself", null);
      }
      cursor = next;
    }
    return List.copyOf(all.subList(0, Math.min(all.size(), Math.max(atMost, 0))));
  }

  private <B, A> CompletableFuture<A> repeated(
      Call call, BodyHandler<B> handler, Answers.Reader<B, A> read, BooleanSupplier wanted) {
    return Repetition.of(call, base, timing, () -> exchange(call, handler, read), wanted);
  }

  private <B, A> CompletableFuture<A> exchange(
      Call call, BodyHandler<B> handler, Answers.Reader<B, A> read) {
    CompletableFuture<A> answer = new CompletableFuture<>();
    // The JDK tells the end of an exchange on the common pool, which apps may keep busy for as long
    // as they like. A body is told of by the connection that it came over.
    BodyHandler<B> telling =
        head -> {
          BodySubscriber<B> body = handler.apply(head);
          Futures.onEnd(
              body.getBody().toCompletableFuture(),
              (content, broken) -> {
                if (broken == null) {
                  read(call, head, content, read, answer);
                } else {
                  answer.completeExceptionally(broken);
                }
              });
          return body;
        };
    CompletableFuture<?> pending = http.sendAsync(request(call), telling);
    Futures.onEnd(
        pending,
        (response, failed) -> {
          if (failed != null) {
            answer.completeExceptionally(failed);
          }
        });
    Futures.giveUpWith(answer, pending);
    // Not the request's own timeout, which ends with the headers of the answer.
    return answer.orTimeout(call.deadline().toMillis(), TimeUnit.MILLISECONDS);
  }

  private static <B, A> void read(
      Call call, ResponseInfo head, B body, Answers.Reader<B, A> read, CompletableFuture<A> to) {
    try {
      Futures.hand(read.read(call, head, body), to);
    } catch (RuntimeException unusable) {
      to.completeExceptionally(unusable);
    }
  }

  private HttpRequest request(Call call) {
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
    return request.build();
  }

  /** The object that a path gives; blocks. */
  ObjectNode get(String path) {
    return send(Call.plain("GET", path, timing.plain())).body();
  }

  /**
   * Cancels a piece of work; blocks.
   *
   * @param path of the work
   * @return whether that ended it
   */
  boolean cancel(String path) {
    return cancelled(Call.cancel(path, timing.plain()));
  }

  /** Cancels what a stream tells of, if it is named already. */
  boolean cancel(Feed<?, ?> feed) {
    Call cancel = feed.cancel();
    return cancel != null && cancelled(cancel);
  }

  private boolean cancelled(Call cancel) {
    return Json.truth(send(cancel).body(), "cancelled");
  }

  /**
   * Waits for what is under way, and gives it up if this thread is interrupted.
   *
   * @throws ForgeException if it failed in a way that callers know
   */
  static <A> A await(Object purpose, CompletableFuture<A> pending) {
    try {
      return pending.get();
    } catch (InterruptedException e) {
      Futures.giveUp(pending);
      throw interrupted(purpose, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ForgeException known) {
        // It came up on a thread that says nothing of who asked.
        known.fillInStackTrace();
        throw known;
      }
      if (e.getCause() instanceof RuntimeException mistake) {
        throw mistake;
      }
      throw new ForgeTransportException(purpose + " failed", e.getCause());
    }
  }

  static ForgeTransportException interrupted(Object purpose, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new ForgeTransportException("the thread was interrupted during " + purpose, e);
  }

  /**
   * Ends the streams, waits for what futures stand for and, where this JDK can, frees the
   * connections: from 21 on, and after the calls in flight.
   */
  @Override
  public void close() {
    underWay.close();
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
