import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A clone of clawdforge that was built. */
record Build(Path root) {
  static final Build CURRENT = new Build(Bench.ROOT);

  Path jar() {
    return root.resolve("clawdforge-http/target/clawdforge.jar");
  }

  /** Whether its server has this setting; a server refuses to start with one that it lacks. */
  boolean knows(String setting) {
    try {
      return Files.readString(root.resolve(".env.example")).contains("#" + setting + "=");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it speaks with the agents itself, and not through acpx. */
  boolean speaksAcp() {
    return knows("CLAWDFORGE_ACP_AGENTS");
  }
}
