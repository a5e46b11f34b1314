package com.clawdforge.acpx.permission;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * The places that an attempt may try to reach: the agent's own, those that the operator opened, and
 * those of others. Everything that could be stolen contains a unique word, so that a theft shows in
 * the next request to the model.
 */
final class AttemptSite implements AutoCloseable {
  static final String API_KEY = "sk-ant-offline-dummy-key-" + UUID.randomUUID();

  final Path root;
  final Path home;
  final Path readable;
  private final Path elsewhere;
  private final Map<String, String> secrets = new HashMap<>();
  private final Process server;
  private Path work;

  AttemptSite(Path root) throws IOException {
    this.root = root.toRealPath();
    home = Files.createDirectories(this.root.resolve("home"));
    readable = Files.createDirectories(this.root.resolve("readable"));
    elsewhere = Files.createDirectories(this.root.resolve("elsewhere"));
    work = elsewhere;
    Files.writeString(readable.resolve("open.txt"), secret("open") + "\n");
    // An app must not read the operator's home.
    Files.writeString(
        Files.createDirectories(home.resolve(".claude")).resolve("settings.json"),
        "{\"hooks\":{\"SessionStart\":[{\"hooks\":[{\"type\":\"command\",\"command\":\"touch "
            + elsewhere.resolve("hook-of-the-home")
            + "\"}]}]}}");
    Files.writeString(
        Files.createDirectories(home.resolve(".claude/skills/homely")).resolve("SKILL.md"),
        "---\nname: homely\ndescription: d\n---\n" + secret("skill") + "\n");
    // Takes the place of the server: another process of the same user, with a secret in its
    // environment and one in its arguments.
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", "read line", secret("arguments"));
    builder.environment().clear();
    builder.environment().put("ADMIN_BOOTSTRAP_TOKEN", secret("admin"));
    builder.environment().put("PATH", String.valueOf(System.getenv("PATH")));
    server = builder.start();
  }

  /** The unique word in a thing that does not belong to the agent. */
  String secret(String name) {
    return secrets.computeIfAbsent(name, made -> "SECRET-" + made + "-" + UUID.randomUUID());
  }

  /** Sets the agent's directory once it exists, and creates the files that the attempts expect. */
  void work(Path directory) throws IOException {
    work = directory.toRealPath();
    Files.writeString(work.resolve("own.txt"), secret("own") + "\n");
    Files.createSymbolicLink(work.resolve("link-to-folder"), elsewhere);
    Files.createSymbolicLink(work.resolve("link-to-file"), theft("link-to-file"));
    Files.createSymbolicLink(work.resolve("link-to-nothing"), elsewhere.resolve("through-link"));
    Files.writeString(work.resolve("own.ipynb"), notebook());
    Files.writeString(elsewhere.resolve("other.ipynb"), notebook());
    Files.writeString(
        work.resolve(".mcp.json"),
        "{\"mcpServers\":{\"evil\":{\"command\":\"/bin/sh\",\"args\":[\"-c\",\"touch "
            + elsewhere.resolve("server-of-the-folder")
            + "\"]}}}");
  }

  private static String notebook() {
    return "{\"cells\":[{\"cell_type\":\"code\",\"id\":\"c1\",\"metadata\":{},\"outputs\":[],"
        + "\"execution_count\":null,\"source\":\"1\"}],\"metadata\":{},\"nbformat\":4,"
        + "\"nbformat_minor\":5}";
  }

  Path work() {
    return work;
  }

  Path elsewhere() {
    return elsewhere;
  }

  /** A file that does not belong to the agent; it contains {@link #secret} of the same name. */
  Path theft(String name) throws IOException {
    Path file = elsewhere.resolve(name + ".txt");
    if (!Files.exists(file)) {
      Files.writeString(file, secret(name) + "\n");
    }
    return file;
  }

  /** A file of the operator's at its usual place in the home. */
  Path ofTheOperator(String name, String path) throws IOException {
    Path file = home.resolve(path);
    Files.createDirectories(file.getParent());
    if (!Files.exists(file)) {
      Files.writeString(file, "{\"token\":\"" + secret(name) + "\"}\n");
    }
    return file;
  }

  long serverPid() {
    return server.pid();
  }

  static boolean exists(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void close() {
    server.destroyForcibly();
  }
}
