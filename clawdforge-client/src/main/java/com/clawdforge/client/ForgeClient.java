package com.clawdforge.client;

import com.clawdforge.client.internal.Environment;
import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.RecordSchema;
import com.clawdforge.client.internal.RequestDefaults;
import com.clawdforge.client.internal.SecretFile;
import com.clawdforge.client.internal.http.Call;
import com.clawdforge.client.internal.http.Futures;
import com.clawdforge.client.internal.http.MultipartUpload;
import com.clawdforge.client.internal.http.Timing;
import com.clawdforge.client.internal.http.Transport;
import com.clawdforge.client.internal.stream.AsyncFollower;
import com.clawdforge.client.internal.stream.BlockingFollower;
import com.clawdforge.client.internal.stream.StreamedRun;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The client of a gateway, for apps. Immutable and thread-safe. Calls block; an interrupt ends the
 * call, but not the work that the gateway has begun. Failures are {@link ForgeException}s.
 *
 * <p>Unless a {@link RetryPolicy} says otherwise, a call is retried up to three times after a
 * refused connection and after an error that names a time to retry. Runs, sessions and turns are
 * also retried after a broken connection: an idempotency key keeps them from being done twice.
 *
 * <pre>{@code
 * try (ForgeClient forge = ForgeClient.fromEnv()) {
 *   System.out.println(forge.run("What is the capital of France?").asText());
 * }
 * }</pre>
 */
public final class ForgeClient implements AutoCloseable {
  private final Transport transport;

  private ForgeClient(Transport transport) {
    this.transport = transport;
  }

  /** Builds a client; a token is required. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Creates a client from the variables that the commands read too: for the gateway at {@code
   * CLAWDFORGE_URL}, by default {@code http://127.0.0.1:8800}, with the app's token in {@code
   * CLAWDFORGE_TOKEN}.
   *
   * @throws IllegalStateException if there is no token
   */
  public static ForgeClient fromEnv() {
    return from(System::getenv);
  }

  static ForgeClient from(Environment environment) {
    return builder()
        .baseUrl(Environment.url(environment))
        .token(Environment.required(environment, Environment.TOKEN))
        .build();
  }

  /**
   * Runs an agent and waits for its answer, at most 30 seconds longer than the request's timeout
   * and its retries.
   */
  public RunResult run(RunRequest request) {
    return transport.send(request.call(transport), answer -> RunResult.of(transport, answer));
  }

  /** Runs an agent on this prompt, with every default, and waits for its answer. */
  public RunResult run(String prompt) {
    return run(RunRequest.of(prompt));
  }

  /**
   * Runs an agent and waits for its answer as a record of the app's own. The agent gets the JSON
   * Schema of the record, and the gateway refuses an answer that does not match it: every component
   * is required, and not null unless it is annotated as {@code Nullable}. Components are strings,
   * numbers, booleans, enums, records, lists, maps with string keys, or anything as {@code
   * JsonNode}; Jackson's annotations for names and descriptions apply.
   *
   * <pre>{@code
   * record Recipe(String name, List<String> steps) {}
   *
   * Recipe recipe = forge.run(RunRequest.of("How do I make pancakes?"), Recipe.class);
   * }</pre>
   *
   * @param request without a schema of its own
   * @throws IllegalArgumentException if the type is not such a record
   * @throws ForgeAgentException with code {@code agent_output_invalid} if the answer does not match
   * @throws ForgeAnswerException if the record itself refuses the answer, or a number is too large
   *     for it
   */
  public <T> T run(RunRequest request, Class<T> type) {
    return run(request.answeredBy(RecordSchema.of(type))).as(type);
  }

  /** Starts a run of this prompt, with every default, and returns a future of its answer. */
  public CompletableFuture<RunResult> runAsync(String prompt) {
    return runAsync(RunRequest.of(prompt));
  }

  /**
   * Starts a run and returns a future of its answer, which fails with {@link ForgeException}. No
   * thread waits for it. Cancelling the future, or completing it in any other way, cancels the run.
   * Its dependents run on {@link CompletableFuture#defaultExecutor()}.
   */
  public CompletableFuture<RunResult> runAsync(RunRequest request) {
    return AsyncFollower.follow(transport, streamed(request, null), request.limit(transport));
  }

  /**
   * Does as {@link #run(RunRequest, Class)}, for a future as of {@link #runAsync(RunRequest)}.
   *
   * @throws IllegalArgumentException if the type is not such a record
   */
  public <T> CompletableFuture<T> runAsync(RunRequest request, Class<T> type) {
    CompletableFuture<RunResult> run = runAsync(request.answeredBy(RecordSchema.of(type)));
    CompletableFuture<T> answer = run.thenApply(result -> result.as(type));
    Futures.onEnd(answer, (record, failed) -> run.cancel(true));
    return answer;
  }

  /** Runs an agent and streams its events. Blocks until the gateway has accepted the run. */
  public RunStream stream(RunRequest request) {
    StreamedRun<RunEvent, RunResult> run = streamed(request, RunEvent::of);
    return new RunStream(run, BlockingFollower.open(transport, run, request.limit(transport)));
  }

  private StreamedRun<RunEvent, RunResult> streamed(
      RunRequest request, @Nullable Function<JsonNode, List<RunEvent>> events) {
    return new StreamedRun<>(
        request.streamedCall(transport),
        transport.timing().plain(),
        events,
        (body, runId, costUsd) -> RunResult.of(transport, body, runId, costUsd));
  }

  /**
   * Starts a run without waiting for it. The gateway keeps its answer for a day.
   *
   * @return its id, for {@link #getRun}
   */
  public String start(RunRequest request) {
    return transport.send(
        request.detachedCall(transport), answer -> Json.requiredText(answer.body(), "run_id"));
  }

  /** Returns what the gateway knows about one of this app's runs. */
  public RunInfo getRun(String runId) {
    return transport.get(StreamedRun.path(runId), RunInfo::of);
  }

  /** Lists this app's latest runs, newest first, without their answers. */
  public List<RunInfo> runs(int atMost) {
    return transport.pages("/runs", "runs", RunInfo::of, atMost);
  }

  /**
   * Cancels one of this app's runs.
   *
   * @return whether that ended it; false if it was over already, or is not over yet
   */
  public boolean cancelRun(String runId) {
    return transport.cancel(StreamedRun.path(runId));
  }

  /** Opens a session with every default; its agent starts with the first turn. */
  public Session session() {
    return session(SessionOptions.builder().build());
  }

  /** Opens a session; its agent starts with the first turn. */
  public Session session(SessionOptions options) {
    return transport.send(
        options.call(transport), answer -> Session.of(transport, SessionInfo.of(answer.body())));
  }

  /** Returns one of this app's sessions, opened before; closing it closes it on the gateway. */
  public Session getSession(String sessionId) {
    return transport.get(
        Session.path(sessionId), answer -> Session.of(transport, SessionInfo.of(answer)));
  }

  /**
   * Returns one of this app's sessions, opened before, for example by an earlier process. Does not
   * ask the gateway: if something is wrong with the session, its first use fails.
   */
  public Session reattach(String sessionId) {
    return new Session(transport, sessionId, null);
  }

  /** Lists this app's sessions, newest first. */
  public List<SessionInfo> sessions(boolean includeClosed) {
    return transport.pages(
        Session.PATH + "?include_closed=" + includeClosed,
        "sessions",
        SessionInfo::of,
        Integer.MAX_VALUE);
  }

  /**
   * Closes one of this app's sessions, and cancels its turn if one runs.
   *
   * @return false if it was closed already
   */
  public boolean closeSession(String sessionId) {
    return Session.close(transport, sessionId);
  }

  /** Uploads a file under its own name, for an hour. */
  public UploadedFile upload(Path file) {
    return upload(file, null);
  }

  /**
   * Uploads a file under its own name.
   *
   * @param ttl how long the gateway keeps it, within its own limits; null for an hour
   */
  public UploadedFile upload(Path file, @Nullable Duration ttl) {
    Path name = file.getFileName();
    MultipartUpload upload = new MultipartUpload(name == null ? "file" : name.toString(), ttl);
    return send(upload.of(file, transport.timing().upload()));
  }

  /** Uploads the content of a stream, for an hour. Never retried; the caller closes the stream. */
  public UploadedFile upload(String name, InputStream content) {
    return upload(name, content, null);
  }

  /**
   * Uploads the content of a stream. Never retried; the caller closes the stream.
   *
   * @param ttl how long the gateway keeps it, within its own limits; null for an hour
   */
  public UploadedFile upload(String name, InputStream content, @Nullable Duration ttl) {
    return send(new MultipartUpload(name, ttl).of(content, transport.timing().upload()));
  }

  private UploadedFile send(Call upload) {
    return transport.send(upload, answer -> UploadedFile.of(answer.body()));
  }

  /** Lists all of this app's files on the gateway, newest first. */
  public List<FileInfo> files() {
    return transport.pages("/files", "files", FileInfo::of, Integer.MAX_VALUE);
  }

  /** Deletes one of this app's files; accepted runs keep it. */
  public void deleteFile(String fileToken) {
    transport.send(
        Call.plain("DELETE", "/files/" + Call.segment(fileToken), transport.timing().plain()));
  }

  /** Returns what this app has used of the gateway, and its limits. */
  public TokenUsage usage() {
    return transport.get("/usage", TokenUsage::of);
  }

  /** Returns the gateway's health. */
  public Health health() {
    return transport.get("/healthz", Health::of);
  }

  /**
   * Ends the open streams, waits for the runs and turns of futures, and releases the connections:
   * on JDK 21 and newer, after all calls in flight. Cancel what it should not wait for; an
   * interrupt also ends the waiting. Idempotent; later calls throw {@link IllegalStateException}.
   */
  @Override
  public void close() {
    transport.close();
  }

  @Override
  public String toString() {
    return "ForgeClient[" + transport + "]";
  }

  /** Builds a client. */
  public static final class Builder {
    private String baseUrl = Environment.DEFAULT_URL;
    private @Nullable String token;
    private @Nullable String model;
    private @Nullable Duration timeout;
    private @Nullable HttpClient httpClient;
    private Timing timing = Timing.standard(RetryPolicy.STANDARD.backoff());

    private Builder() {}

    /** The gateway's URL; {@code http://127.0.0.1:8800} by default. */
    public Builder baseUrl(String url) {
      baseUrl = url;
      return this;
    }

    /** The app's token, {@code cf_…}. */
    public Builder token(String secret) {
      token = secret;
      return this;
    }

    /**
     * A file that holds the app's token, which is read now; white space around it is left out.
     *
     * @throws UncheckedIOException if it cannot be read
     * @throws IllegalArgumentException if it is empty
     */
    public Builder tokenFile(Path file) {
      return token(SecretFile.read(file));
    }

    /**
     * The model of runs that name none, and of sessions that name neither a model nor an agent; by
     * default the agent's own.
     */
    public Builder model(String id) {
      model = id;
      return this;
    }

    /**
     * The timeout of runs and turns that set none, from one second to an hour, rounded up to whole
     * seconds; by default two minutes for a run and ten for a turn.
     */
    public Builder timeout(Duration atMost) {
      timeout = Json.wholeSeconds(atMost);
      return this;
    }

    /**
     * The app's own HTTP client, which {@link ForgeClient#close} leaves open. One that follows
     * redirects sends the token wherever they lead. The default follows none, and gives up
     * connecting after ten seconds.
     */
    public Builder httpClient(HttpClient client) {
      httpClient = client;
      return this;
    }

    /** How calls are retried; {@link RetryPolicy#STANDARD} by default. */
    public Builder retries(RetryPolicy policy) {
      timing = timing.with(policy.backoff());
      return this;
    }

    Builder timing(Timing newTiming) {
      timing = newTiming;
      return this;
    }

    /** Creates the client. */
    public ForgeClient build() {
      if (token == null) {
        throw new IllegalStateException("a client needs a token");
      }
      RequestDefaults defaults = new RequestDefaults(model, timeout);
      return new ForgeClient(
          new Transport(baseUrl, token, timing, defaults, ForgeException::of, httpClient));
    }

    @Override
    public String toString() {
      return "ForgeClient.Builder";
    }
  }
}
