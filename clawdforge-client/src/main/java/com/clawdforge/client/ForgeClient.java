package com.clawdforge.client;

import com.clawdforge.client.internal.Environment;
import com.clawdforge.client.internal.IdempotencyKey;
import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.RecordSchema;
import com.clawdforge.client.internal.RequestDefaults;
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
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An app's way to the gateway. Immutable and safe for any thread; calls block, and an interrupt
 * ends them, but not the work that the gateway has begun for them. Refused connections, and
 * refusals that name a time to try again, are tried up to three times more, unless a {@link
 * RetryPolicy} says otherwise; so are runs, sessions and turns whose connection broke, which an
 * idempotency key keeps from being done twice. Every method that calls the gateway throws {@link
 * ForgeException}.
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

  /** A client of which base URL and token must be given. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * A client for the gateway at {@code CLAWDFORGE_URL} with the app token {@code CLAWDFORGE_TOKEN}.
   *
   * @throws IllegalStateException if one of them is not set
   */
  public static ForgeClient fromEnv() {
    return from(System::getenv);
  }

  static ForgeClient from(Environment environment) {
    return builder()
        .baseUrl(Environment.required(environment, Environment.URL))
        .token(Environment.required(environment, Environment.TOKEN))
        .build();
  }

  /**
   * Runs an agent and waits for its answer, at most 30 seconds longer than the request's timeout
   * and its retries.
   */
  public RunResult run(RunRequest request) {
    return transport.send(call(request, request.json(transport.defaults())), RunResult::of);
  }

  /** Runs an agent on this prompt, with every default, and waits for its answer. */
  public RunResult run(String prompt) {
    return run(RunRequest.of(prompt));
  }

  /**
   * Runs an agent and waits for its answer as a record of the app's own. The agent is told the JSON
   * Schema of the record, and the gateway refuses an answer that is not valid under it: every
   * component is there, and is not null unless it is annotated as {@code Nullable}. Components are
   * strings, numbers, booleans, enums, records, lists, maps with strings as keys, or anything as
   * {@code JsonNode}; Jackson's annotations for names and descriptions hold.
   *
   * <pre>{@code
   * record Recipe(String name, List<String> steps) {}
   *
   * Recipe recipe = forge.run(RunRequest.of("How do I make pancakes?"), Recipe.class);
   * }</pre>
   *
   * @param request without a schema of its own
   * @throws IllegalArgumentException if the type is no such record, or a number of the answer is
   *     too large for it
   * @throws ForgeAgentException with code {@code agent_output_invalid} if the agent's answer is
   *     none
   */
  public <T> T run(RunRequest request, Class<T> type) {
    return run(request.answeredBy(RecordSchema.of(type))).as(type);
  }

  /** Runs an agent on this prompt, with every default, while the caller does something else. */
  public CompletableFuture<RunResult> runAsync(String prompt) {
    return runAsync(RunRequest.of(prompt));
  }

  /**
   * Runs an agent, while the caller does something else. No thread waits for it. Cancelling the
   * future, or completing it in any other way, cancels the run; what depends on it runs on {@link
   * CompletableFuture#defaultExecutor()}.
   *
   * @return fails with {@link ForgeException}
   */
  public CompletableFuture<RunResult> runAsync(RunRequest request) {
    return AsyncFollower.follow(transport, streamed(request, null), limit(request));
  }

  /**
   * As {@link #run(RunRequest, Class)}, while the caller does something else.
   *
   * @return as that of {@link #runAsync(RunRequest)}; fails with {@link IllegalArgumentException}
   *     if a number of the answer is too large for the type
   * @throws IllegalArgumentException if the type is no such record
   */
  public <T> CompletableFuture<T> runAsync(RunRequest request, Class<T> type) {
    CompletableFuture<RunResult> run = runAsync(request.answeredBy(RecordSchema.of(type)));
    CompletableFuture<T> answer = run.thenApply(result -> result.as(type));
    Futures.onEnd(answer, (record, failed) -> run.cancel(true));
    return answer;
  }

  /** Runs an agent and gives what it tells as it tells it. Blocks until the run is accepted. */
  public RunStream stream(RunRequest request) {
    StreamedRun<RunEvent, RunResult> run = streamed(request, RunEvent::of);
    return new RunStream(run, BlockingFollower.open(transport, run, limit(request)));
  }

  /**
   * Starts a run and does not wait for it. The gateway keeps its answer for a day.
   *
   * @return its id, for {@link #getRun}
   */
  public String start(RunRequest request) {
    return transport.send(
        call(request, request.detachedJson(transport.defaults())),
        answer -> Json.requiredText(answer.body(), "run_id"));
  }

  private StreamedRun<RunEvent, RunResult> streamed(
      RunRequest request, @Nullable Function<JsonNode, List<RunEvent>> events) {
    return new StreamedRun<>(
        call(request, request.streamedJson(transport.defaults())),
        transport.timing().plain(),
        events,
        RunResult::of);
  }

  private Call call(RunRequest request, byte[] body) {
    return Call.keyed("/run", body, IdempotencyKey.orNew(request.idempotencyKey()), limit(request));
  }

  private Duration limit(RunRequest request) {
    return request.timeout(transport.defaults()).plus(transport.timing().margin());
  }

  /** What the gateway knows of a run of this app's. */
  public RunInfo getRun(String runId) {
    return transport.get(StreamedRun.path(runId), RunInfo::of);
  }

  /** The latest runs of this app's, newest first, without their answers. */
  public List<RunInfo> runs(int atMost) {
    return transport.pages("/runs", "runs", RunInfo::of, atMost);
  }

  /**
   * Cancels a run of this app's.
   *
   * @return whether that ended it; false if it was over already, or is not over yet
   */
  public boolean cancelRun(String runId) {
    return transport.cancel(StreamedRun.path(runId));
  }

  /** Opens a session with every default; its agent comes up with the first turn. */
  public Session session() {
    return session(SessionOptions.builder().build());
  }

  /** Opens a session; its agent comes up with the first turn. */
  public Session session(SessionOptions options) {
    return transport.send(
        Call.keyed(
            Session.PATH,
            options.json(transport.defaults()),
            IdempotencyKey.orNew(options.idempotencyKey()),
            transport.timing().plain()),
        answer -> Session.of(transport, SessionInfo.of(answer.body())));
  }

  /** A session of this app's that was opened before; whoever closes it ends it. */
  public Session getSession(String sessionId) {
    return transport.get(
        Session.path(sessionId), answer -> Session.of(transport, SessionInfo.of(answer)));
  }

  /**
   * A session of this app's that was opened before, by an earlier process for example, without
   * asking the gateway: what is wrong with it shows when it is used.
   */
  public Session reattach(String sessionId) {
    return new Session(transport, sessionId, null);
  }

  /** The sessions of this app's, newest first. */
  public List<SessionInfo> sessions(boolean includeClosed) {
    return transport.pages(
        Session.PATH + "?include_closed=" + includeClosed,
        "sessions",
        SessionInfo::of,
        Integer.MAX_VALUE);
  }

  /**
   * Closes a session of this app's, and cancels its turn if one runs.
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
   * @param ttl how long the gateway is to keep it, within its own bounds; null for an hour
   */
  public UploadedFile upload(Path file, @Nullable Duration ttl) {
    Path name = file.getFileName();
    MultipartUpload upload = new MultipartUpload(name == null ? "file" : name.toString(), ttl);
    return send(upload.of(file, transport.timing().upload()));
  }

  /** Uploads what a stream gives, for an hour. Never tried again; the caller closes the stream. */
  public UploadedFile upload(String name, InputStream content) {
    return upload(name, content, null);
  }

  /**
   * Uploads what a stream gives. Never tried again; the caller closes the stream.
   *
   * @param ttl how long the gateway is to keep it, within its own bounds; null for an hour
   */
  public UploadedFile upload(String name, InputStream content, @Nullable Duration ttl) {
    MultipartUpload upload = new MultipartUpload(name, ttl);
    return send(upload.of(content, transport.timing().upload()));
  }

  private UploadedFile send(Call upload) {
    return transport.send(upload, answer -> UploadedFile.of(answer.body()));
  }

  /** All files of this app's that the gateway holds, newest first. */
  public List<FileInfo> files() {
    return transport.pages("/files", "files", FileInfo::of, Integer.MAX_VALUE);
  }

  /** Deletes a file of this app's; runs that were accepted with it keep it. */
  public void deleteFile(String fileToken) {
    transport.send(
        Call.plain("DELETE", "/files/" + Call.segment(fileToken), transport.timing().plain()));
  }

  /** What the gateway tells of itself. */
  public Health health() {
    return transport.get("/healthz", Health::of);
  }

  /**
   * Ends the streams that are still open, waits for the runs and turns that futures stand for, and
   * frees the connections: on a JDK from 21 on, and after all calls in flight. Cancel what is not
   * to be waited for; an interrupt ends the waiting too. Idempotent; calls that come later throw
   * {@link IllegalStateException}.
   */
  @Override
  public void close() {
    transport.close();
  }

  @Override
  public String toString() {
    return "ForgeClient[" + transport + "]";
  }

  /** Puts a client together. */
  public static final class Builder {
    private @Nullable String baseUrl;
    private @Nullable String token;
    private @Nullable String model;
    private @Nullable Duration timeout;
    private @Nullable HttpClient httpClient;
    private Timing timing = Timing.standard(RetryPolicy.STANDARD.backoff());

    private Builder() {}

    /** Where the gateway is, such as {@code http://localhost:8800}. */
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
     * The model of runs that name none, and of sessions that name neither model nor agent; by
     * default the agent's own.
     */
    public Builder model(String id) {
      model = id;
      return this;
    }

    /**
     * How long runs and turns get that do not say it, from one second to an hour; rounded up to
     * whole seconds. By default two minutes for a run and ten for a turn.
     */
    public Builder timeout(Duration atMost) {
      timeout = Json.wholeSeconds(atMost);
      return this;
    }

    /**
     * The app's own HTTP client, which {@link ForgeClient#close} leaves open; by default one of its
     * own that gives up connecting after ten seconds and follows no redirects. One that follows
     * them takes the token wherever they lead.
     */
    public Builder httpClient(HttpClient client) {
      httpClient = client;
      return this;
    }

    /** How calls are sent again; {@link RetryPolicy#STANDARD} by default. */
    public Builder retries(RetryPolicy policy) {
      timing = timing.with(policy.backoff());
      return this;
    }

    Builder timing(Timing newTiming) {
      timing = newTiming;
      return this;
    }

    /** The client as it is set up now. */
    public ForgeClient build() {
      if (baseUrl == null || token == null) {
        throw new IllegalStateException("a client needs baseUrl and token");
      }
      return new ForgeClient(
          new Transport(
              baseUrl,
              token,
              timing,
              new RequestDefaults(model, timeout),
              ForgeException::of,
              httpClient));
    }

    @Override
    public String toString() {
      return "ForgeClient.Builder";
    }
  }
}
