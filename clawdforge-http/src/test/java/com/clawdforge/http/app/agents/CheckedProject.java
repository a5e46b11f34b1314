package com.clawdforge.http.app.agents;

import com.clawdforge.http.kit.Installation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A project with {@code agents/check} whose npm, Maven, installer and measures are stubs. Maven
 * "runs" the tests of a file for each half, and lists its calls.
 */
final class CheckedProject {
  static final String ALL_PASS = "<testcase name='works' classname='a.SomeTest'/>";

  final Path root;
  final Path temp;
  private final Path folder;

  record Ended(int exitStatus, String output) {}

  CheckedProject(Path folder) throws Exception {
    this.folder = folder;
    root = folder.resolve("the project");
    temp = Files.createDirectories(folder.resolve("tmp"));
    for (String script : List.of("check", "check.mjs")) {
      Path copy = root.resolve("agents").resolve(script);
      Files.createDirectories(copy.getParent());
      Files.copy(Installation.ROOT.resolve("agents").resolve(script), copy);
    }
    pins();
    write("docs/agent-facts.md", FACTS);
    write("clawdforge-http/pom.xml", "");
    Installation.script(
        root.resolve("agents/install"),
        "cd \"$(dirname \"$0\")\" && mkdir -p node_modules codex/node_modules");
    Installation.script(
        root.resolve("bench/agents"),
        "case $1 in */.check/*) ms=300 ;; *) ms=200 ;; esac\n"
            + "echo \"{\\\"turn_requests\\\":1.5,\\\"run_ms\\\":$ms,\\\"run_mb\\\":null}\"");
    tools();
    tests("pinned", ALL_PASS);
    tests("new", ALL_PASS);
    git("init", "-q");
    git("add", "-A");
    commit("one");
  }

  private static final String FACTS =
      """
      # Facts

      | program | version | |
      |---|---|---|
      | `claude` (`@anthropic-ai/claude-code`) | 2.1.197 | runs |
      | `acpx` | 0.19.1 | keeps sessions |
      | `claude-agent-acp` | 0.49.0 | the adapter |
      | `codex-acp`, `codex` | 1.13.1, 0.156.1 | the same |

      ## 1. Runs

      ### 1.2 Requests

      **Held by:** `SomeTest.works`, `EndingTest`.

      ## 2. Sessions

      **Held by:** in `EndingTest`: `a_tool_is_ended`.
      """;

  // A codex-acp that depends on another codex than the pinned one.
  private static final String LOCK =
      "{\"packages\":{\"node_modules/@agentclientprotocol/codex-acp/node_modules/@openai/codex\":"
          + "{\"version\":\"0.150.0\"}},\"of\":";

  /** What npm writes as the lock file of a package.json. */
  static String lockOf(String pins) {
    return LOCK + pins.strip() + "}\n";
  }

  private void pins() throws IOException {
    write(
        "agents/package.json",
        """
        {
          "name": "agents",
          "dependencies": {
            "@agentclientprotocol/claude-agent-acp": "0.49.0",
            "@anthropic-ai/claude-code": "2.1.197",
            "acpx": "0.19.1",
            "node": "24.21.0"
          }
        }
        """);
    write(
        "agents/codex/package.json",
        """
        {
          "name": "codex",
          "dependencies": {
            "@agentclientprotocol/codex-acp": "1.13.1",
            "@openai/codex": "0.156.1"
          }
        }
        """);
    write("agents/package-lock.json", "the lock of the pinned\n");
    write("agents/codex/package-lock.json", "the lock of the pinned\n");
    write(".gitignore", "node_modules/\nagents/.check/\n");
  }

  // The child of a Maven that hangs is in its process tree no more, like the agents of a test.
  private void tools() throws IOException {
    view("@anthropic-ai+claude-code", "2.1.200", "2.1.197", "2.1.198", "2.1.200-beta.1", "2.1.200");
    view("@agentclientprotocol+claude-agent-acp", "0.49.0", "0.49.0");
    view("acpx", "0.19.1", "0.19.1");
    view("node", "26.1.0", "24.9.0", "24.21.0", "24.22.0", "26.1.0");
    view("@agentclientprotocol+codex-acp", "1.13.1", "1.13.1");
    view("@openai+codex", "0.156.1", "0.156.1", "0.156.1-linux-x64");
    String hang =
        """
        if [ -f '%1$s/hang-'"$1" ]; then
          CHILD
          mv '%1$s/pid.'$$ '%1$s/pid'
          sleep 600
        fi
        """
            .formatted(folder);
    Installation.script(
        tool("npm"),
        hang.replace("CHILD", "sleep 600 & echo $! >'%s/pid.'$$".formatted(folder))
            + "case $1 in\n"
            + "  view) cat '%s/view/'\"$(echo \"$2\" | tr / +).json\" ;;\n".formatted(folder)
            + "  *) echo '%s'\"$(cat package.json)\"'}' >package-lock.json ;;\n".formatted(LOCK)
            + "esac");
    Installation.script(
        tool("mvn"),
        "shift 2\n" // -B -ntp
            + hang.replace(
                "CHILD",
                "(HOME=\"$TMPDIR\" setsid sleep 600 & echo $! >'%s/pid.'$$)".formatted(folder))
            + "case $* in *clawdforge.agents=*/.check/*) half=new ;; *) half=pinned ;; esac\n"
            + "echo \"$half in $PWD: $*\" >>'%s/calls'\n".formatted(folder)
            + "mkdir -p clawdforge-http/target/surefire-reports\n"
            + "cp '%s/'$half.xml clawdforge-http/target/surefire-reports/TEST-a.xml"
                .formatted(folder));
  }

  private Path tool(String name) {
    return folder.resolve("tools").resolve(name);
  }

  /** What npm says of a package: its releases, each a day after the one before. */
  private void view(String name, String latest, String... versions) throws IOException {
    StringBuilder time = new StringBuilder("{\"created\":\"2026-01-01T00:00:00Z\"");
    for (int i = 0; i < versions.length; i++) {
      time.append(",\"%s\":\"2026-02-0%dT00:00:00Z\"".formatted(versions[i], i + 1));
    }
    // As npm does, one version is no list.
    String list = "\"" + String.join("\",\"", versions) + "\"";
    Path file = Files.createDirectories(folder.resolve("view")).resolve(name + ".json");
    Files.writeString(
        file,
        "{\"versions\":%s,\"time\":%s},\"dist-tags\":{\"latest\":\"%s\"}}"
            .formatted(versions.length == 1 ? list : "[" + list + "]", time, latest));
  }

  /** The test cases of the pinned or the new half. */
  void tests(String half, String... cases) throws IOException {
    Files.writeString(
        folder.resolve(half + ".xml"),
        "<testsuite>" + String.join("", cases).replace('\'', '"') + "</testsuite>");
  }

  /** Has a stub hang when it is called with this word. */
  void hangAt(String word) throws IOException {
    Files.createFile(folder.resolve("hang-" + word));
  }

  /** The file with the process of a stub that hangs. */
  Path hanging() {
    return folder.resolve("pid");
  }

  /** The calls of Maven. */
  List<String> calls() throws IOException {
    Path calls = folder.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  void commit(String message) throws Exception {
    git(
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@x",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        message);
  }

  private void git(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(Arrays.asList(arguments));
    Ended ended = start(builder(command).directory(root.toFile()));
    if (ended.exitStatus() != 0) {
      throw new AssertionError(ended.output());
    }
  }

  String read(String file) throws IOException {
    return Files.readString(root.resolve(file));
  }

  private void write(String file, String text) throws IOException {
    Files.createDirectories(root.resolve(file).getParent());
    Files.writeString(root.resolve(file), text);
  }

  Ended check(String... arguments) throws Exception {
    return start(builder(command(arguments)));
  }

  /** Starts it so that it heeds SIGINT. */
  Process started(String... arguments) throws IOException {
    // A shell cannot trap a signal that was ignored when it started.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.addAll(command(arguments));
    return builder(command).redirectOutput(folder.resolve("started.log").toFile()).start();
  }

  private List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(List.of(root.resolve("agents/check").toString()));
    command.addAll(Arrays.asList(arguments));
    return command;
  }

  private ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", tool("npm").getParent() + ":" + System.getenv("PATH"));
    builder.environment().put("HOME", folder.resolve("home").toString());
    builder.environment().put("TMPDIR", temp.toString());
    return builder;
  }

  private Ended start(ProcessBuilder builder) throws Exception {
    Path output = Files.createTempFile(folder, "output-", ".log");
    Process process = builder.redirectOutput(output.toFile()).start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError("it does not end: " + Files.readString(output));
    }
    return new Ended(
        process.exitValue(), new String(Files.readAllBytes(output), StandardCharsets.UTF_8));
  }
}
