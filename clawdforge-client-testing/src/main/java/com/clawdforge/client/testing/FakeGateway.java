package com.clawdforge.client.testing;

import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.RetryPolicy;
import com.clawdforge.client.TokenShares;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A gateway for the tests of apps, on a free port of this machine. It speaks the gateway's HTTP API
 * for runs, sessions, turns, files and usage; the test says what the agent answers, and sees what
 * the app has asked. There is no administrator, and tokens other than {@link #token} are refused.
 * Thread-safe.
 *
 * <pre>{@code
 * try (FakeGateway gateway = FakeGateway.start()) {
 *   gateway.answerRuns("Paris");
 *
 *   assertEquals("Paris", new Geography(gateway.client()).capitalOf("France"));
 *   assertEquals("What is the capital of France?", gateway.runs().get(0).prompt());
 * }
 * }</pre>
 */
public final class FakeGateway implements AutoCloseable {
  private static final String TOKEN = "cf_fake-gateway";

  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "fake-gateway");
            thread.setDaemon(true);
            return thread;
          });
  private final FakeFiles files = new FakeFiles();
  private final Acceptance asksForRuns = new Acceptance(files);
  private final Acceptance asksForTurns = new Acceptance(files);
  private final Runs runs = new Runs(asksForRuns, threads);
  private final Sessions sessions = new Sessions(asksForTurns, threads);
  private final FakeUsage usage = new FakeUsage(runs, sessions, files);
  private final AtomicInteger requestIds = new AtomicInteger();
  private final List<RecordedRequest> requests = new ArrayList<>();
  private final ForgeClient client;
  private volatile boolean closed;

  private FakeGateway() throws IOException {
    // The loopback address of Java may be the one of IPv6, which is not the one of the URL.
    InetAddress host = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    server = HttpServer.create(new InetSocketAddress(host, 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    client = clientBuilder().retries(RetryPolicy.NEVER).build();
  }

  /**
   * Starts a gateway whose agent answers {@code You said: …}.
   *
   * @throws UncheckedIOException if it cannot listen
   */
  public static FakeGateway start() {
    try {
      FakeGateway gateway = new FakeGateway();
      gateway.server.start();
      return gateway;
    } catch (IOException e) {
      throw new UncheckedIOException("the fake gateway cannot listen", e);
    }
  }

  /** The base URL, for an app that makes a client of its own. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The only app token that the gateway knows. */
  public String token() {
    return TOKEN;
  }

  /**
   * The client of this gateway, always the same; {@link #close} closes it. It retries nothing, so
   * that an error reaches the app at once; its streams and futures reconnect, as those of every
   * client do.
   */
  public ForgeClient client() {
    return client;
  }

  /** Builds another client of this gateway, with the retries of every client. */
  public ForgeClient.Builder clientBuilder() {
    return ForgeClient.builder().baseUrl(url()).token(TOKEN);
  }

  /**
   * From now on this function answers the prompts of runs. Threads of the gateway call it, several
   * at once if the app asks so. What it throws becomes a 500 that the app gets, with the message;
   * so does null.
   */
  public FakeGateway onRun(Function<PromptCall, FakeAnswer> script) {
    asksForRuns.script(script);
    return this;
  }

  /** From now on runs get these answers in order, and then the last one again and again. */
  public FakeGateway answerRuns(FakeAnswer first, FakeAnswer... more) {
    return onRun(Acceptance.inOrder(Stream.concat(Stream.of(first), Arrays.stream(more)).toList()));
  }

  /** From now on runs get these texts in order, and then the last one again and again. */
  public FakeGateway answerRuns(String first, String... more) {
    return answerRuns(FakeAnswer.text(first), texts(more));
  }

  /** From now on this function answers the prompts of turns, as with {@link #onRun}. */
  public FakeGateway onTurn(Function<PromptCall, FakeAnswer> script) {
    asksForTurns.script(script);
    return this;
  }

  /** From now on turns get these answers in order, and then the last one again and again. */
  public FakeGateway answerTurns(FakeAnswer first, FakeAnswer... more) {
    return onTurn(
        Acceptance.inOrder(Stream.concat(Stream.of(first), Arrays.stream(more)).toList()));
  }

  /** From now on turns get these texts in order, and then the last one again and again. */
  public FakeGateway answerTurns(String first, String... more) {
    return answerTurns(FakeAnswer.text(first), texts(more));
  }

  private static FakeAnswer[] texts(String... texts) {
    return Arrays.stream(texts).map(FakeAnswer::text).toArray(FakeAnswer[]::new);
  }

  /**
   * From now on {@link ForgeClient#usage} has these limits; before, it has none. They are shown,
   * but not enforced: an answer such as {@code FakeAnswer.error("budget_exhausted", …)} is.
   */
  public FakeGateway showLimits(TokenShares limits) {
    usage.limits(limits);
    return this;
  }

  /**
   * The prompts of runs that the function was asked for so far, in order. A retry of an accepted
   * run is not among them; one of a refused run is.
   */
  public List<PromptCall> runs() {
    return asksForRuns.calls();
  }

  /** The prompts of turns of all sessions, as with {@link #runs}. */
  public List<PromptCall> turns() {
    return asksForTurns.calls();
  }

  /** All requests so far, in order. */
  public List<RecordedRequest> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  /** How many sessions are open. */
  public int openSessions() {
    return (int) sessions.newestFirst().stream().filter(session -> !session.isClosed()).count();
  }

  private void answer(HttpExchange http) throws IOException {
    Exchange exchange = new Exchange(http, "request-" + requestIds.incrementAndGet());
    synchronized (requests) {
      requests.add(exchange.recorded());
    }
    try {
      answer(exchange);
    } catch (InterruptedException | IOException gone) {
      // The gateway is being closed, or the app has closed its connection.
      exchange.breakOff();
    }
  }

  private void answer(Exchange http) throws IOException, InterruptedException {
    String first = http.segment(0);
    if (http.is("GET", 0, "healthz")) {
      http.send(200, health());
    } else if (!("Bearer " + TOKEN).equals(http.header("Authorization"))) {
      http.refuse(FakeError.of("unauthenticated", "this is not the token of the fake gateway"));
    } else if (closed && http.method().equals("POST")) {
      http.refuse(FakeError.of("shutting_down", "the fake gateway is being closed"));
    } else if (http.is("POST", 0, "run")) {
      runs.start(http);
    } else if (first.equals("runs")) {
      runs.answer(http);
    } else if (first.equals("sessions")) {
      sessions.answer(http);
    } else if (first.equals("files")) {
      files.answer(http);
    } else if (first.equals("usage")) {
      usage.answer(http);
    } else {
      http.notFound("path /" + first + " in the fake gateway");
    }
  }

  private JsonNode health() {
    return Wire.object()
        .put("ok", true)
        .put("version", "fake")
        .put("claude_present", true)
        .put("acpx_present", true)
        .put("open_sessions", openSessions());
  }

  /** Ends what still works as a restart of the gateway would, and closes the client. Idempotent. */
  @Override
  public void close() {
    closed = true;
    runs.newestFirst().forEach(run -> run.end("interrupted"));
    sessions.newestFirst().stream()
        .flatMap(session -> session.newestFirst().stream())
        .forEach(turn -> turn.end("interrupted"));
    client.close();
    server.stop(0);
    threads.shutdownNow();
  }
}
