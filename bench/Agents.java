import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.acpx.offline.OfflineModel;
import com.clawdforge.acpx.process.ProcessSample;
import com.clawdforge.client.ForgeAdmin;
import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.RunRequest;
import com.clawdforge.client.Session;
import com.clawdforge.client.SessionOptions;
import com.clawdforge.client.WorkState;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/**
 * Measures what claude's programs take for a run and for a turn through the gateway, without tools:
 * model requests, milliseconds and resident memory. Prints one line of JSON, so that {@code
 * agents/check} can compare two versions. Memory is null where there is no {@code /proc}.
 */
final class Agents {
  private static final String ANSWER = "four";
  // Long enough for the adapter to ask for a title, which it does not for a few words.
  private static final String PROMPT = "Please tell me, in one word, what two and two are.";
  private static final String SLOW = PROMPT + " Take your time.";
  private static final Duration THINKING = Duration.ofSeconds(2);
  private static final int WARM_UP = 2;
  private static final int FIRST_TURNS = 3;
  // Agents make requests of their own after the answer.
  private static final long PAUSE_MILLIS = 2_000;
  private static final double MEBIBYTE = 1 << 20;

  private final int times;
  private final OfflineModel model;
  private final ForgeClient client;
  private final ObjectNode measured = new JsonMapper().createObjectNode();

  private Agents(int times, OfflineModel model, ForgeClient client) {
    this.times = times;
    this.model = model;
    this.client = client;
  }

  public static void main(String[] args) throws Exception {
    int times = args.length == 0 ? 9 : Integer.parseInt(args[0]);
    Path temp = Files.createTempDirectory("clawdforge-bench-");
    try (OfflineModel model = OfflineModel.start(Agents::answer)) {
      String secret = UUID.randomUUID().toString();
      Process server = Bench.startServer(temp, Bench.environment(temp, model), secret);
      try {
        String url = Bench.awaitUrl(server);
        try (ForgeAdmin admin = ForgeAdmin.builder().baseUrl(url).adminToken(secret).build();
            ForgeClient client =
                ForgeClient.builder()
                    .baseUrl(url)
                    .token(admin.mint("bench", List.of()).token())
                    .build()) {
          Agents agents = new Agents(times, model, client);
          agents.runs();
          agents.turns();
          System.out.println(agents.measured);
        }
      } finally {
        server.destroy();
        server.waitFor();
      }
    } finally {
      Bench.delete(temp);
    }
  }

  private static ModelReply answer(ModelRequest request) {
    ModelReply four = ModelReply.text(ANSWER);
    return request.lastUserText().contains(SLOW) ? ModelReply.delayed(THINKING, four) : four;
  }

  private void runs() throws Exception {
    for (int i = 0; i < WARM_UP; i++) {
      run();
    }
    List<Double> millis = new ArrayList<>();
    int before = requestsSoFar();
    for (int i = 0; i < times; i++) {
      millis.add(run());
    }
    measured.put("run_requests", (requestsSoFar() - before) / (double) times);
    measured.put("run_ms", median(millis));
    putMebibytes("run_mb", mostOfRun());
  }

  private double run() {
    long start = System.nanoTime();
    String answer = client.run(PROMPT).asText();
    double took = Bench.millisSince(start);
    check(answer);
    return took;
  }

  // The most that its processes have while the model thinks.
  private long mostOfRun() throws Exception {
    String run = client.start(RunRequest.of(SLOW));
    long most = 0;
    while (!isOver(client.getRun(run).state())) {
      most = Math.max(most, residentBytes(run));
      Thread.sleep(50);
    }
    return most;
  }

  private static boolean isOver(WorkState state) {
    return state != WorkState.QUEUED && state != WorkState.RUNNING;
  }

  private void turns() throws Exception {
    List<Double> first = new ArrayList<>();
    for (int i = 0; i < FIRST_TURNS; i++) {
      try (Session session = client.session(SessionOptions.agent("claude"))) {
        first.add(turn(session));
      }
    }
    measured.put("first_turn_ms", median(first));
    try (Session session = client.session(SessionOptions.agent("claude"))) {
      for (int i = 0; i < WARM_UP; i++) {
        turn(session);
        Thread.sleep(PAUSE_MILLIS);
      }
      List<Double> warm = new ArrayList<>();
      int before = requestsSoFar();
      for (int i = 0; i < times; i++) {
        warm.add(turn(session));
        // acpx idles for a second after each prompt, and the next one would wait for it.
        Thread.sleep(PAUSE_MILLIS);
      }
      measured.put("turn_requests", (requestsSoFar() - before) / (double) times);
      measured.put("turn_ms", median(warm));
      putMebibytes("session_mb", residentBytes(session.id()));
    }
  }

  private static double turn(Session session) {
    long start = System.nanoTime();
    String answer = session.turn(PROMPT).text();
    double took = Bench.millisSince(start);
    check(answer);
    return took;
  }

  private int requestsSoFar() throws InterruptedException {
    Thread.sleep(PAUSE_MILLIS);
    return model.requests().size();
  }

  private static long residentBytes(String tag) {
    return ProcessSample.of(List.of(tag)).map(ProcessSample::residentBytes).orElse(0L);
  }

  private void putMebibytes(String name, long bytes) {
    if (bytes == 0) {
      measured.putNull(name);
    } else {
      measured.put(name, Math.round(bytes / MEBIBYTE));
    }
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return Math.round(sorted.get(sorted.size() / 2));
  }

  private static void check(String answer) {
    if (!answer.equals(ANSWER)) {
      throw new IllegalStateException("a wrong answer: " + answer);
    }
  }
}
