package com.clawdforge.http.kit;

import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.auth.AddressPolicy;
import com.clawdforge.core.auth.BearerToken;
import com.clawdforge.core.auth.Cidr;
import com.clawdforge.core.auth.Gate;
import com.clawdforge.core.auth.InMemoryTokenAuth;
import com.clawdforge.core.auth.TokenService;
import com.clawdforge.core.auth.TokenShares;
import com.clawdforge.core.file.FileService;
import com.clawdforge.core.file.InMemoryFileStore;
import com.clawdforge.core.run.InMemoryRunStore;
import com.clawdforge.core.run.ResultText;
import com.clawdforge.core.run.RunLimits;
import com.clawdforge.core.run.RunService;
import com.clawdforge.core.run.RunStore;
import com.clawdforge.core.session.InMemorySessionStore;
import com.clawdforge.core.session.SessionLimits;
import com.clawdforge.core.session.SessionService;
import com.clawdforge.core.session.TurnService;
import com.clawdforge.core.session.TurnStore;
import com.clawdforge.core.share.Budgets;
import com.clawdforge.core.share.PromptRoom;
import com.clawdforge.core.share.PromptSpool;
import com.clawdforge.core.share.Shares;
import com.clawdforge.core.usage.InMemorySpending;
import com.clawdforge.core.usage.Spending;
import com.clawdforge.core.usage.UsageLedger;
import com.clawdforge.core.work.WorkObserver;
import com.clawdforge.http.app.gateway.ForgeServer;
import com.clawdforge.http.app.gateway.ServerSettings;
import com.clawdforge.http.ops.Health;
import com.clawdforge.http.ops.Operations;
import com.clawdforge.http.ops.Readiness;
import com.clawdforge.http.web.CallerRules;
import com.clawdforge.http.web.JsonText;
import com.clawdforge.http.web.RequestObserver;
import com.clawdforge.http.web.WebServer;
import com.clawdforge.http.web.limit.DoorLimits;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A whole server on its own port, on fakes, with an app's token and a client. */
public final class TestServer implements AutoCloseable {
  public static final String ADMIN = "the-admin-secret-of-all-these-tests";
  public static final Duration PATIENCE = Duration.ofSeconds(20);
  public static final Health HEALTH =
      new Health(true, "2.1.197 (Claude Code)", false, null, 3, "0.1.0", 42, List.of(), null, null);

  public final FakeAgentRunner agents;
  public final InMemoryFileStore fileStore = new InMemoryFileStore();
  final TokenService tokens;
  final RunService runs;
  public final InMemorySessionStore sessionStore = new InMemorySessionStore();
  final TurnService turns;
  final SessionService sessions;
  public final Shares shares;
  public final ForgeServer server;
  public final String token;
  private final int port;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final CheckedClient checked = new CheckedClient(client);
  private final ObjectMapper mapper = new ObjectMapper();

  private TestServer(Setup setup) {
    agents = setup.agents;
    SecureRandom random = new SecureRandom();
    Clock clock = Clock.systemUTC();
    shares =
        new Shares(
            new Budgets(
                setup.runStore instanceof InMemoryRunStore kept
                    ? new InMemorySpending(kept, sessionStore)
                    : Spending.NOTHING,
                clock,
                setup.unstatedCostUsd),
            new PromptRoom(setup.maxWaitingPromptBytes, setup.spool));
    FileService files = new FileService(fileStore, clock, random, setup.maxUploadBytes);
    RunLimits limits =
        new RunLimits(
            "claude",
            "sonnet",
            setup.maxPromptBytes,
            setup.maxConcurrent,
            setup.maxWaiting,
            setup.maxWait,
            Duration.ofDays(90),
            setup.keepAnswers,
            false);
    runs =
        new RunService(
            setup.runStore,
            agents,
            files,
            new ResultText(JsonText::isJson),
            limits,
            clock,
            () -> UUID.randomUUID().toString(),
            setup.work,
            shares);
    SessionLimits sessionLimits =
        new SessionLimits(
            Set.of("claude", "codex"),
            "claude",
            setup.maxPromptBytes,
            setup.maxOpen,
            setup.maxConcurrent,
            setup.maxWaiting,
            setup.maxWait,
            Duration.ofHours(1),
            Duration.ofHours(24),
            Duration.ofDays(90),
            false);
    turns =
        new TurnService(
            sessionStore,
            setup.turnStore.apply(sessionStore),
            sessionStore,
            agents,
            files,
            sessionLimits,
            clock,
            setup.work,
            shares);
    sessions =
        new SessionService(
            sessionStore, agents, turns, sessionLimits, clock, () -> UUID.randomUUID().toString());
    tokens =
        new TokenService(
            new InMemoryTokenAuth(),
            clock,
            random,
            tokenId -> {
              runs.cancelAllOf(tokenId);
              turns.cancelAllOf(tokenId);
              shares.revoked(tokenId);
            },
            null,
            setup.shares,
            shares::changed);
    AddressPolicy addresses =
        new AddressPolicy(
            setup.allowed.stream().map(Cidr::parse).toList(),
            setup.proxies.stream().map(Cidr::parse).toList());
    Gate gate =
        new Gate(
            addresses, tokens, setup.admin == null ? null : BearerToken.presented(setup.admin));
    server =
        new ForgeServer(
            new ServerSettings(
                new WebServer.Settings(
                    setup.host,
                    0,
                    new CallerRules(setup.hosts, setup.origins, setup.refuseUntrustedProxies),
                    setup.idleTimeout,
                    setup.stallTimeout,
                    setup.limits),
                setup.maxPromptBytes,
                setup.roomForBodies,
                setup.heartbeat),
            gate,
            new ForgeServer.Services(tokens, runs, sessions, turns, files, setup.usage, shares),
            new Operations(
                setup.health,
                () ->
                    new Readiness(
                        setup.checks,
                        new Readiness.Login("logged_in", "api_key", "API key", Duration.ZERO),
                        new Readiness.Capacity(
                            runs.load(), turns.load(), sessions.countOpen(), setup.maxOpen),
                        setup.provider),
                setup.metrics,
                setup.scrapers.stream().map(Cidr::parse).toList(),
                setup.requests));
    token = mint("app");
    server.start();
    port = server.port();
  }

  /** Settings that a test may change. */
  public static final class Setup {
    public FakeAgentRunner agents = FakeAgentRunner.answeringOk();
    public RunStore runStore = new InMemoryRunStore();
    public String host = "127.0.0.1";
    public List<String> allowed = List.of();
    public List<String> proxies = List.of();
    public List<String> hosts = List.of();
    public List<String> origins = List.of();
    public boolean refuseUntrustedProxies;
    public @Nullable String admin = ADMIN;
    public int maxConcurrent = 8;
    public int maxWaiting = 8;
    public Duration maxWait = Duration.ofSeconds(30);
    public Duration heartbeat = Duration.ofSeconds(15);
    public Duration idleTimeout = Duration.ofSeconds(30);
    public Duration stallTimeout = Duration.ofSeconds(30);
    public DoorLimits limits = DoorLimits.DEFAULT;
    public int maxOpen = 64;
    public TokenShares shares = TokenShares.NONE;
    public long roomForBodies = 256 << 20;
    public BigDecimal unstatedCostUsd = BigDecimal.ONE;
    public long maxWaitingPromptBytes = 64 << 20;
    public PromptSpool spool = PromptSpool.IN_MEMORY;
    public UnaryOperator<TurnStore> turnStore = store -> store;
    public UsageLedger usage = groupBy -> List.of();
    public Duration keepAnswers = Duration.ZERO;
    public long maxPromptBytes = 1 << 20;
    public long maxUploadBytes = 1 << 20;
    public Supplier<Health> health = () -> HEALTH;
    public List<Readiness.Check> checks = List.of();
    public Readiness.Provider provider = Readiness.Provider.UNKNOWN;
    public WorkObserver work = WorkObserver.NONE;
    public RequestObserver requests = RequestObserver.NONE;
    public Supplier<String> metrics = () -> "";
    public List<String> scrapers = List.of();

    public TestServer start() {
      return new TestServer(this);
    }
  }

  public static Setup setup() {
    return new Setup();
  }

  public static TestServer with(FakeAgentRunner agents) {
    Setup setup = setup();
    setup.agents = agents;
    return setup.start();
  }

  public String mint(String name, String... addresses) {
    return tokens.mint(name, List.of(addresses)).secret().reveal();
  }

  public int port() {
    return port;
  }

  public HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + token);
  }

  /** Sends a request, and checks the answer against the API's description. */
  public HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return checked.send(request.build());
  }

  /** Like {@link #send}, but returns bytes. */
  public HttpResponse<byte[]> sendForBytes(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return checked.sendForBytes(request.build());
  }

  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(to(path));
  }

  public HttpResponse<String> run(String json) throws IOException, InterruptedException {
    return run(json, request -> request);
  }

  public HttpResponse<String> run(String json, UnaryOperator<HttpRequest.Builder> more)
      throws IOException, InterruptedException {
    return send(more.apply(post("/run", json)));
  }

  /** Opens a session, and returns its id. */
  public String open() throws IOException, InterruptedException {
    HttpResponse<String> answer = send(post("/sessions", "{}"));
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.body());
    }
    return json(answer).get("session_id").textValue();
  }

  public HttpResponse<String> turn(String sessionId, String json)
      throws IOException, InterruptedException {
    return turn(sessionId, json, request -> request);
  }

  public HttpResponse<String> turn(
      String sessionId, String json, UnaryOperator<HttpRequest.Builder> more)
      throws IOException, InterruptedException {
    return send(more.apply(post("/sessions/" + sessionId + "/turn", json)));
  }

  /** Uploads a file, and returns its token. */
  public String upload(String name, String content) throws IOException, InterruptedException {
    String form =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
            + name
            + "\"\r\n\r\n"
            + content
            + "\r\n--b--\r\n";
    HttpResponse<String> answer =
        send(
            to("/files")
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
    return json(answer).get("file_token").textValue();
  }

  /** Starts a turn without waiting for it. */
  public void detach(String sessionId) throws IOException, InterruptedException {
    HttpResponse<String> accepted = turn(sessionId, "{\"prompt\":\"p\",\"detach\":true}");
    if (accepted.statusCode() != 202) {
      throw new AssertionError(accepted.body());
    }
  }

  /** Polls until the answer is as wanted. */
  public JsonNode until(String path, Predicate<JsonNode> wanted)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    JsonNode seen = json(get(path));
    while (!wanted.test(seen)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited in vain: " + seen);
      }
      seen = json(get(path));
    }
    return seen;
  }

  public HttpRequest.Builder post(String path, String json) {
    return to(path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(json));
  }

  public HttpResponse<String> admin(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return send(request.setHeader("Authorization", "Bearer " + ADMIN));
  }

  public JsonNode json(HttpResponse<String> response) throws IOException {
    return mapper.readTree(response.body());
  }

  public List<String> members(HttpResponse<String> response) throws IOException {
    return mapper.readTree(response.body()).properties().stream().map(e -> e.getKey()).toList();
  }

  /** A client that does not check answers. */
  public HttpClient client() {
    return client;
  }

  public Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  /** Sends raw bytes, and reads the raw answer until the server closes. */
  public String raw(String request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      AnswerCheck.require(RawAnswer.of(request, answer));
      return answer;
    }
  }

  /** The text of a POST /run for a raw connection. */
  public String rawRun(String json, String... headers) {
    return rawPost("/run", json, headers);
  }

  /** The text of a POST for a raw connection. */
  public String rawPost(String path, String json, String... headers) {
    StringBuilder request =
        new StringBuilder("POST ")
            .append(path)
            .append(" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ")
            .append(token)
            .append("\r\nContent-Length: ")
            .append(json.getBytes(StandardCharsets.UTF_8).length)
            .append("\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    return request.append("\r\n").append(json).toString();
  }

  /** The text of a GET for a raw connection. */
  public String rawGet(String path, String... headers) {
    return "GET "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
        + token
        + "\r\n"
        + Arrays.stream(headers).map(header -> header + "\r\n").collect(Collectors.joining())
        + "\r\n";
  }

  @Override
  public void close() {
    server.close();
    agents.close();
    turns.close();
    client.close();
  }
}
