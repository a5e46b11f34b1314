package com.clawdforge.http.app.install;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.clawdforge.http.kit.Installation;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A clone with the real launcher and parts that only record, and the home of a user. */
final class InstallFixture {
  static final InstallFixture NONE = new InstallFixture(Path.of(""));

  final Path clone;
  final Places places;
  private final Path temp;

  private InstallFixture(Path temp) {
    this.temp = temp;
    this.clone = temp.resolve("the clone");
    Path home = temp.resolve("ann's \"home\"");
    this.places = Places.of(Map.of("HOME", home.toString()));
  }

  static InstallFixture in(Path temp) throws IOException {
    InstallFixture made = new InstallFixture(temp.toRealPath());
    Files.createDirectories(made.places.home());
    made.makeClone();
    Installation.script(made.temp.resolve("jdk/bin/java"), "for each; do echo \"[$each]\"; done");
    Files.writeString(made.temp.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
    return made;
  }

  private void makeClone() throws IOException {
    Path unit = clone.resolve("ops/systemd/user/clawdforge.service");
    Files.createDirectories(unit.getParent());
    Files.copy(Installation.ROOT.resolve("ops/systemd/user/clawdforge.service"), unit);
    Files.copy(Installation.ROOT.resolve(".env.example"), clone.resolve(".env.example"));
    Files.copy(Installation.ROOT.resolve("clawdforge"), clone.resolve("clawdforge"));
    if (!clone.resolve("clawdforge").toFile().setExecutable(true)) {
      throw new IOException("the launcher cannot be made executable");
    }
    Path target = Files.createDirectories(clone.resolve("clawdforge-http/target"));
    Files.writeString(target.resolve("clawdforge.jar"), "the jar");
    Files.createDirectories(clone.resolve("agents/codex"));
    for (String name : List.of("", "codex/")) {
      Files.writeString(clone.resolve("agents/" + name + "package.json"), "{}");
      Files.writeString(clone.resolve("agents/" + name + "package-lock.json"), "{}");
    }
    Installation.script(clone.resolve("agents/install"), "exit 0");
    Path modules = Files.createDirectories(clone.resolve("agents/node_modules"));
    Files.writeString(modules.resolve(".installed-from"), "these");
    Files.writeString(modules.resolve("claude"), "pinned");
  }

  void changeProgram() throws IOException {
    Files.writeString(clone.resolve("clawdforge-http/target/clawdforge.jar"), "another jar");
  }

  void changeAgents() throws IOException {
    Files.writeString(clone.resolve("agents/package.json"), "{ }");
  }

  /** From now on the agents' installer writes its arguments into this file. */
  Path recordAgents() throws IOException {
    Path record = temp.resolve("installed agents");
    Installation.script(clone.resolve("agents/install"), "echo \"[$*]\" > '" + record + "'");
    return record;
  }

  void breakAgents() throws IOException {
    Installation.script(clone.resolve("agents/install"), "echo no network >&2; exit 1");
  }

  String install() throws Exception {
    return install(false);
  }

  String dryRun() throws Exception {
    return install(true);
  }

  private String install(boolean dry) throws Exception {
    StringWriter said = new StringWriter();
    Lines lines = new Lines(new PrintWriter(said), places, dry);
    new Installer(new Project(clone), places, lines, "a completion").install();
    return said.toString();
  }

  String uninstall(boolean purge) throws Exception {
    StringWriter said = new StringWriter();
    new Uninstaller(places, new Lines(new PrintWriter(said), places, false)).run(purge);
    return said.toString();
  }

  /** What an install tells to do next, in an environment. */
  String next(Map<String, String> environment) {
    return String.join("\n", new NextSteps(places, environment, clone).lines());
  }

  /** A folder with programs of these names. */
  Path programs(String... names) throws IOException {
    Path folder = temp.resolve("programs " + String.join(" ", names));
    for (String name : names) {
      Installation.script(folder.resolve(name), "exit 0");
    }
    return folder;
  }

  /** What the next start runs. */
  Path version() {
    return places.app().resolve("current");
  }

  /** Runs the installed command, whose Java prints its arguments. */
  String run(String... arguments) throws Exception {
    return run(temp.resolve("jdk").toString(), arguments);
  }

  /** The same, in an environment that names no Java new enough. */
  String runWithoutJava(String... arguments) throws Exception {
    return run(temp.resolve("no jdk").toString(), arguments);
  }

  Path otherJdk() throws IOException {
    Path jdk = temp.resolve("other jdk");
    Installation.script(jdk.resolve("bin/java"), "echo another jdk");
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
    return jdk;
  }

  private String run(String javaHome, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(places.launcher().toString()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", withoutJava());
    builder.environment().put("HOME", places.home().toString());
    builder.environment().put("JAVA_HOME", javaHome);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }

  // A folder with the commands of the launcher.
  private String withoutJava() throws IOException {
    Path tools = temp.resolve("tools");
    for (String name : List.of("cat", "dirname", "locale", "readlink", "sed", "sh", "true")) {
      Path tool = tools.resolve(name);
      if (!Files.exists(tool)) {
        Installation.script(tool, "PATH='" + System.getenv("PATH") + "' exec " + name + " \"$@\"");
      }
    }
    return tools.toString();
  }

  /** A process whose command line names the jar of a version, as a server's does. */
  Process runningFrom(Path version) throws IOException {
    return new ProcessBuilder("sh", "-c", "read x", "-jar", version + "/clawdforge.jar").start();
  }

  /** All files of the home. */
  List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(places.home())) {
      return all.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .map(path -> places.home().relativize(path).toString())
          .sorted()
          .toList();
    }
  }

  /** All files and folders of the home, with fingerprints. */
  List<String> contents() throws IOException {
    List<String> contents = new ArrayList<>();
    try (Stream<Path> all = Files.walk(places.home())) {
      for (Path path : all.sorted().toList()) {
        boolean folder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        contents.add(path + " " + (folder ? "folder" : Trees.fingerprint(path)));
      }
    }
    return contents;
  }
}
