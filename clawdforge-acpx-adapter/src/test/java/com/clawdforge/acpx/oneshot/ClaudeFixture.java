package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.isolation.Isolation;
import com.clawdforge.acpx.isolation.TestedIsolation;
import com.clawdforge.acpx.offline.OfflineModel;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.program.ClaudeTools;
import com.clawdforge.acpx.program.PinnedAgents;
import com.clawdforge.acpx.program.TestedWay;
import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentTask;
import com.clawdforge.core.agent.Attachment;
import com.clawdforge.core.agent.Effort;
import com.clawdforge.core.agent.Network;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.Prompt;
import com.clawdforge.core.agent.SystemPrompt;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A runner on the pinned {@code claude}, or on a program in its place, with a scripted model. */
final class ClaudeFixture implements AutoCloseable {
  static final String API_KEY = "sk-ant-offline-dummy-key";

  final OfflineModel model;
  final Path home;
  final Path runsDir;

  /** A folder that the operator made readable to all runs that may read. */
  final Path readable;

  final ClaudeRunner runner;
  private final ClaudeSettings settings;
  private final TestedWay way;
  final List<AgentEvent> events = Collections.synchronizedList(new ArrayList<>());

  private ClaudeFixture(
      Path temp,
      Script script,
      String program,
      Map<String, String> more,
      int warmRuns,
      Isolation isolation,
      boolean proxied)
      throws IOException {
    model = OfflineModel.start(script);
    home = Files.createDirectories(temp.resolve("home"));
    runsDir = temp.resolve("runs");
    readable = Files.createDirectories(temp.resolve("readable"));
    Map<String, String> server = new HashMap<>();
    server.put("HOME", home.toString());
    server.put("PATH", String.valueOf(System.getenv("PATH")));
    server.put("ANTHROPIC_BASE_URL", model.baseUrl().toString());
    server.put("ANTHROPIC_API_KEY", API_KEY);
    server.put("ADMIN_BOOTSTRAP_TOKEN", "a-secret-of-the-server");
    server.putAll(more);
    AgentEnvironment direct = AgentEnvironment.from(server, List.of("CLAUDE_CODE_MAX_RETRIES"));
    way = proxied ? TestedWay.proxied(server, direct) : TestedWay.of(server, direct);
    settings =
        new ClaudeSettings(
            new AgentBinary(program, null, PinnedAgents.PROGRAMS),
            way.environment(),
            runsDir,
            List.of(readable),
            warmRuns,
            isolation);
    runner = new ClaudeRunner(settings);
    runner.warmUp();
  }

  private ClaudeFixture(
      Path temp,
      Script script,
      String program,
      Map<String, String> more,
      int warmRuns,
      Isolation isolation)
      throws IOException {
    this(temp, script, program, more, warmRuns, isolation, false);
  }

  /** Whose agents reach the model through the server. */
  static ClaudeFixture proxied(
      Path temp, Script script, Map<String, String> environment, int processes) throws IOException {
    return new ClaudeFixture(
        temp, script, "claude", environment, processes, TestedIsolation.TESTED, true);
  }

  static ClaudeFixture claude(Path temp, Script script) throws IOException {
    return new ClaudeFixture(
        temp, script, "claude", Map.of(), Warmed.PROCESSES, TestedIsolation.TESTED);
  }

  static ClaudeFixture claude(Path temp, Script script, Map<String, String> environment)
      throws IOException {
    return new ClaudeFixture(
        temp, script, "claude", environment, Warmed.PROCESSES, TestedIsolation.TESTED);
  }

  /** Without isolation: tools leave marks outside of their own directories. */
  static ClaudeFixture unconfined(Path temp, Script script) throws IOException {
    return new ClaudeFixture(temp, script, "claude", Map.of(), Warmed.PROCESSES, Isolation.none());
  }

  /** Keeps a number of processes ready. */
  static ClaudeFixture warm(Path temp, Script script, int processes) throws IOException {
    return new ClaudeFixture(temp, script, "claude", Map.of(), processes, TestedIsolation.TESTED);
  }

  /** A shell script in the place of claude. */
  static ClaudeFixture program(Path temp, String shell) throws IOException {
    return program(temp, shell, 0);
  }

  /** As {@link #program}, without isolation. */
  static ClaudeFixture unconfinedProgram(Path temp, String shell) throws IOException {
    return unconfinedProgram(temp, shell, 0);
  }

  /** As {@link #program}, without isolation: the script leaves marks outside of its directory. */
  static ClaudeFixture unconfinedProgram(Path temp, String shell, int processes)
      throws IOException {
    return program(temp, shell, processes, Isolation.none());
  }

  /** A shell script in the place of claude, of which a number of processes is kept ready. */
  static ClaudeFixture program(Path temp, String shell, int processes) throws IOException {
    return program(temp, shell, processes, TestedIsolation.TESTED);
  }

  private static ClaudeFixture program(Path temp, String shell, int processes, Isolation isolation)
      throws IOException {
    Path script = temp.resolve("program");
    Files.writeString(script, "#!/bin/sh\n" + shell + "\n");
    if (!script.toFile().setExecutable(true)) {
      throw new IOException("cannot make it executable");
    }
    return new ClaudeFixture(
        temp,
        Script.always(com.clawdforge.acpx.offline.ModelReply.text("unused")),
        script.toString(),
        Map.of(),
        processes,
        isolation);
  }

  /** Waits until as many processes are ready as are kept, and returns them. */
  List<RunProcess> awaitReady(int processes) throws InterruptedException {
    return awaitReady(ready -> ready.size() == processes);
  }

  /** Waits until the processes that are ready are as they should be, and returns them. */
  List<RunProcess> awaitReady(Predicate<List<RunProcess>> expected) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    List<RunProcess> ready = runner.warm().ready();
    while (!expected.test(ready)) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("the processes that are ready never were: " + ready);
      }
      Thread.sleep(Duration.ofMillis(5));
      ready = runner.warm().ready();
    }
    return ready;
  }

  /** The working directories that the agents have told of, one for each that has begun. */
  List<Path> workingDirectories() {
    return events.stream()
        .map(event -> new String(event.json(), StandardCharsets.UTF_8))
        .filter(line -> line.contains("\"subtype\":\"init\""))
        .map(line -> Path.of(line.replaceAll("^.*\"cwd\":\"([^\"]+)\".*$", "$1")))
        .toList();
  }

  AgentOutcome run(Shot shot) throws InterruptedException {
    return start(shot).await();
  }

  AgentTask start(Shot shot) throws InterruptedException {
    OneShot oneShot = shot.build(settings.isolation());
    Warmed.prepare(runner, settings, oneShot);
    return runner.start(oneShot, events::add);
  }

  /** The runs' directories that exist now, without those of processes that are ready. */
  List<Path> directories() throws IOException {
    if (!Files.exists(runsDir)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(runsDir)) {
      return entries
          .filter(entry -> !String.valueOf(entry.getFileName()).startsWith(ProcessTree.SPARE))
          .toList();
    }
  }

  static List<ProcessHandle> processesOf(Shot shot) {
    ProcessTree tree = ProcessTree.tagged(List.of(shot.id));
    tree.look();
    return tree.alive();
  }

  @Override
  public void close() {
    runner.close();
    way.close();
    model.close();
  }

  static Shot shot(String prompt) {
    return new Shot(prompt);
  }

  /** A builder for one-shots. */
  static final class Shot {
    final String id = UUID.randomUUID().toString();
    private final String prompt;
    private final List<Attachment> attachments = new ArrayList<>();
    private Duration timeout = Duration.ofSeconds(60);
    private @Nullable SystemPrompt system;
    private @Nullable Effort effort;
    private String model = "sonnet";
    private @Nullable String schema;
    private @Nullable BigDecimal budget;
    private @Nullable List<String> tools;
    private @Nullable Permissions ceiling;

    private Shot(String prompt) {
      this.prompt = prompt;
    }

    Shot timeout(Duration value) {
      timeout = value;
      return this;
    }

    Shot model(String name) {
      model = name;
      return this;
    }

    Shot system(SystemPrompt.Mode mode, String text) {
      system = new SystemPrompt(text, mode);
      return this;
    }

    Shot effort(Effort value) {
      effort = value;
      return this;
    }

    Shot schema(String json) {
      schema = json;
      return this;
    }

    Shot budget(String usd) {
      budget = new BigDecimal(usd);
      return this;
    }

    Shot tools(String... names) {
      tools = List.of(names);
      return this;
    }

    Shot ceiling(Permissions value) {
      ceiling = value;
      return this;
    }

    Shot file(String name, byte[] content) {
      return file(new Attachment(name, content.length, new ByteArrayInputStream(content)));
    }

    Shot file(Attachment attachment) {
      attachments.add(attachment);
      return this;
    }

    Shot file(String name, String content) {
      return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    /** One that may reach all of the network. */
    OneShot build() {
      return build(Isolation.none());
    }

    /** One that may reach as much of the network as is usual, where it can be kept to that. */
    OneShot build(Isolation isolation) {
      return new OneShot(
          id,
          new Prompt(prompt, attachments, timeout),
          model,
          system,
          effort,
          schema,
          budget,
          tools,
          ceiling,
          isolation.keepsNetwork()
              ? Network.usual(tools, ClaudeTools::kindOf, ceiling)
              : Network.ALL);
    }
  }
}
