package com.clawdforge.http.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.clawdforge.acpx.offline.OfflineModel;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.http.kit.Api;
import com.clawdforge.http.kit.Installation;
import com.clawdforge.http.kit.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Agents, models and apps that are at fault, one after another, and what is left of that. */
@EnabledOnOs(OS.LINUX)
@Timeout(3600)
class FaultSuiteIT {
  private static final int APPS = 4;
  private static final Pattern MODEL = Pattern.compile("model (\\d+)");

  /** Longer than the longest grace periods of the server together, on a busy machine. */
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private static final Duration SETTLING = Duration.ofSeconds(90);

  @TempDir Path temp;

  private final String mark = UUID.randomUUID().toString();
  private final Map<String, LongSummaryStatistics> times = new ConcurrentHashMap<>();
  private final Queue<String> broken = new ConcurrentLinkedQueue<>();

  @Test
  void every_fault_is_told_and_after_all_of_them_the_server_has_what_it_began_with()
      throws Exception {
    OfflineModel model = OfflineModel.start(script());
    Map<String, String> environment = Installation.environment(temp, model);
    environment.putAll(FaultyChild.settings(temp, mark, Fault.atStart()));
    try (ServerProcess server = ServerProcess.serve(temp, environment)) {
      Census before;
      List<Fault> faults = series();
      long took;
      try (model) {
        int port = server.port();
        String token;
        try (Api api = new Api(port)) {
          token = api.mint("app");
        }
        warmUp(port, token);
        before = Census.of(server.pid(), mark, temp);
        long start = System.nanoTime();
        suffer(port, token, faults);
        took = System.nanoTime() - start;
      }
      List<String> left = Census.awaitNoMoreThan(before, SETTLING, server.pid(), mark, temp);
      report(faults.size(), took, before, Census.of(server.pid(), mark, temp), left);
      List<String> wrong = new ArrayList<>(broken);
      wrong.addAll(left);
      if (!wrong.isEmpty()) {
        System.out.println(tail(server));
      }
      assertEquals("", String.join("\n", wrong));
    }
  }

  private static Script script() {
    return request -> {
      Matcher number = MODEL.matcher(request.lastUserText());
      return number.find()
          ? Fault.MODEL_REPLIES.get(Integer.parseInt(number.group(1)))
          : Fault.MODEL_REPLIES.getFirst();
    };
  }

  // Pools, caches and classes that the first of each kind needs.
  private void warmUp(int port, String token) throws Exception {
    List<Fault> harmless =
        Fault.of(
            fault ->
                fault.what().equals("answer")
                    || fault.what().equals("stall")
                    || fault.what().equals("model 0")
                    || fault.what().equals("cut"));
    try (FaultyApp app = new FaultyApp(port, token)) {
      for (Fault fault : harmless) {
        app.have(fault);
      }
      app.changeSession();
    }
  }

  // In an order that the seed decides. First each fault once, before, in or after a prompt of a run
  // or of a turn: that is the cut; the whole has then all of these ways, several times.
  private static List<Fault> series() {
    Random random = new Random(Scale.seed("faults"));
    Set<String> had = new HashSet<>();
    List<Fault> series = new ArrayList<>();
    for (Fault fault : shuffled(random)) {
      boolean byTheApp = fault.kind() == Fault.Kind.CANCEL || fault.kind() == Fault.Kind.GONE;
      if (had.add(byTheApp ? fault.kind().name() : fault.what())) {
        series.add(fault);
      }
    }
    int wanted = Scale.of("number", series.size(), 1000);
    while (series.size() < wanted) {
      series.addAll(shuffled(random));
    }
    return List.copyOf(series.subList(0, wanted));
  }

  private static List<Fault> shuffled(Random random) {
    List<Fault> all = new ArrayList<>(Fault.ALL);
    Collections.shuffle(all, random);
    return all;
  }

  private void suffer(int port, String token, List<Fault> faults) throws Exception {
    Queue<Fault> next = new ConcurrentLinkedQueue<>(faults);
    List<Future<?>> apps = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(APPS)) {
      for (int i = 0; i < APPS; i++) {
        apps.add(
            threads.submit(
                () -> {
                  suffer(port, token, next);
                  return true;
                }));
      }
      for (Future<?> app : apps) {
        app.get();
      }
    }
  }

  private void suffer(int port, String token, Queue<Fault> next) throws Exception {
    try (FaultyApp app = new FaultyApp(port, token)) {
      int had = 0;
      for (Fault fault = next.poll(); fault != null; fault = next.poll()) {
        long start = System.nanoTime();
        try {
          app.have(fault);
        } catch (AssertionError | Exception e) {
          broken.add(fault.name() + ": " + e);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        if (took.compareTo(LONGEST) > 0) {
          broken.add(fault.name() + " took " + took);
        }
        times.compute(fault.name(), (name, known) -> with(known, took));
        if (++had % 8 == 0) {
          app.changeSession();
        }
      }
      app.changeSession();
    }
  }

  private static LongSummaryStatistics with(@Nullable LongSummaryStatistics known, Duration took) {
    LongSummaryStatistics all = known == null ? new LongSummaryStatistics() : known;
    all.accept(took.toMillis());
    return all;
  }

  private void report(int faults, long nanos, Census before, Census after, List<String> left)
      throws Exception {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d faults in %d s, by %d apps at once; %d were not as they should be."
            .formatted(faults, Duration.ofNanos(nanos).toSeconds(), APPS, broken.size()));
    lines.add("");
    lines.add(Scale.row("the server has", "before", "after"));
    lines.add("|---|---|---|");
    lines.add(Scale.row("processes", before.processes().size(), after.processes().size()));
    lines.add(Scale.row("threads", sum(before.threads()), sum(after.threads())));
    lines.add(Scale.row("descriptors", sum(before.descriptors()), sum(after.descriptors())));
    lines.add(Scale.row("files", before.files().size(), after.files().size()));
    lines.add("");
    lines.add(Scale.row("fault", "times", "mean ms", "longest ms"));
    lines.add("|---|---|---|---|");
    new TreeMap<>(times)
        .forEach(
            (name, its) ->
                lines.add(Scale.row(name, its.getCount(), (long) its.getAverage(), its.getMax())));
    broken.forEach(lines::add);
    left.forEach(lines::add);
    Scale.report("faults", lines);
  }

  private static int sum(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(it -> it).sum();
  }

  private static String tail(ServerProcess server) {
    String output = server.outputOrWhyNot();
    return output.substring(Math.max(0, output.length() - 8000));
  }
}
