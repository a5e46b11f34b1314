package com.clawdforge.acpx.permission;

import com.clawdforge.acpx.session.SessionDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a server and an app have that another app's agent may want: the files of a data folder, a
 * login, and a process in the place of the server. What can be read contains a unique word.
 */
final class VictimSite implements AutoCloseable {
  private final Path root;
  private final Map<String, String> secrets = new HashMap<>();
  private final Process server;
  private @Nullable SessionDirectory victim;
  private long victimsAgent;

  VictimSite(Path root) throws IOException {
    this.root = root;
    Files.createDirectories(home().resolve(".claude"));
    Files.createDirectories(data().resolve("uploads"));
    for (Map.Entry<String, Path> file : files().entrySet()) {
      Files.writeString(file.getValue(), secret(file.getKey()) + "\n");
    }
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", "read line");
    builder.environment().clear();
    builder.environment().put("ADMIN_BOOTSTRAP_TOKEN", secret("environment"));
    server = builder.start();
  }

  /** Files of the server's, by the secret in them. */
  private Map<String, Path> files() {
    return Map.of(
        "admin", data().resolve("admin-secret"),
        "login", home().resolve(".claude/.credentials.json"),
        "upload", data().resolve("uploads/file-1"),
        "ledger", data().resolve("ledger.db"),
        "kept", data().resolve("ledger.db-wal"));
  }

  Path file(String secret) {
    return files().getOrDefault(secret, root);
  }

  Path home() {
    return root.resolve("home");
  }

  Path data() {
    return root.resolve("data");
  }

  String secret(String name) {
    return secrets.computeIfAbsent(name, made -> "SECRET-" + made + "-" + UUID.randomUUID());
  }

  long server() {
    return server.pid();
  }

  /** Names the victim's session, which has a process. */
  void victim(SessionDirectory directory, long agent) throws IOException {
    victim = directory;
    victimsAgent = agent;
    Files.writeString(directory.work().resolve("precious.txt"), secret("work") + "\n");
  }

  SessionDirectory victim() {
    if (victim == null) {
      throw new IllegalStateException("there is no victim yet");
    }
    return victim;
  }

  long victimsAgent() {
    return victimsAgent;
  }

  @Override
  public void close() {
    server.destroyForcibly();
  }
}
