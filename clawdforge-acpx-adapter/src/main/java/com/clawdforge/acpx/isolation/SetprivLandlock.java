package com.clawdforge.acpx.isolation;

import com.clawdforge.acpx.process.Command;
import com.clawdforge.acpx.process.Starter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Landlock by the program {@code setpriv}, which restricts itself and then becomes the child. It
 * knows files only: signals and abstract sockets stay as they are.
 */
final class SetprivLandlock implements Confiner {
  private static final Path PROGRAM = Path.of("/usr/bin/setpriv");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int LONGEST = 64 << 10;
  private static final Path OWN_STATUS = Path.of("/proc/self/status");
  private static final String CAPABILITIES = "CapEff:";

  /** Without this one, no other can be given up for good; with it, this is root, or like it. */
  private static final long MAY_SET_CAPABILITIES = 1 << 8;

  private static final String READS_FILE = "execute,read-file";
  private static final String READS = READS_FILE + ",read-dir";
  private static final String CHANGES_FILE = READS_FILE + ",write-file,truncate";
  // No sockets: see Landlock.
  private static final String CHANGES =
      READS
          + ",write-file,truncate,remove-dir,remove-file,make-dir,make-reg,make-fifo"
          + ",make-sym,refer";

  /**
   * @throws IOException if there is no such program, or it cannot restrict
   */
  SetprivLandlock() throws IOException {
    if (!Files.isExecutable(PROGRAM)
        || !ask(List.of(PROGRAM.toString(), "--help")).stdout().contains("--landlock-access")) {
      throw new IOException("there is no setpriv that knows Landlock (util-linux 2.40)");
    }
    // With every kind of rule: an older kernel knows some of the rights only.
    Path own = Path.of(System.getProperty("java.io.tmpdir"));
    List<String> probe = prefix(SystemPaths.with(Confinement.NOTHING.writing(List.of(own))));
    probe.addAll(List.of("/bin/sh", "-c", "exit 0"));
    Command.Answer answer = ask(probe);
    if (answer.exitStatus() != 0) {
      throw new IOException("setpriv cannot use Landlock: " + answer.stderrTail().strip());
    }
  }

  private static Command.Answer ask(List<String> argv) throws IOException {
    return new Command(argv, Path.of("/"), Map.of("LC_ALL", "C"), PATIENCE, LONGEST).run();
  }

  @Override
  public Starter under(List<Rule> rules, @Nullable Connections connections) {
    return builder -> {
      if (connections != null) {
        throw new IOException("setpriv cannot limit connections");
      }
      List<String> argv = prefix(rules);
      argv.addAll(builder.command());
      return builder.command(argv).start();
    };
  }

  /** What goes before a program and its arguments. */
  static List<String> prefix(List<Rule> rules) {
    List<String> argv =
        new ArrayList<>(List.of(PROGRAM.toString(), "--no-new-privs", "--landlock-access", "fs"));
    if (hasCapabilities()) {
      // With some of root's, a child could read what /proc tells of other processes.
      argv.addAll(List.of("--bounding-set", "-all", "--inh-caps", "-all"));
    }
    for (Rule rule : rules) {
      argv.add("--landlock-rule");
      argv.add("path-beneath:" + allowed(rule) + ":" + rule.path());
    }
    argv.add("--");
    return argv;
  }

  private static boolean hasCapabilities() {
    try (Stream<String> lines = Files.lines(OWN_STATUS)) {
      return lines
          .filter(line -> line.startsWith(CAPABILITIES))
          .map(line -> Long.parseUnsignedLong(line.substring(CAPABILITIES.length()).strip(), 16))
          .anyMatch(effective -> (effective & MAY_SET_CAPABILITIES) != 0);
    } catch (IOException unknown) {
      return false;
    }
  }

  private static String allowed(Rule rule) {
    boolean directory = Files.isDirectory(rule.path());
    return switch (rule.access()) {
      case READ -> directory ? READS : READS_FILE;
      case CHANGE -> directory ? CHANGES : CHANGES_FILE;
      case DEVICE -> "read-file,write-file" + (directory ? ",read-dir" : "");
    };
  }

  @Override
  public String what() {
    return "Landlock by setpriv";
  }

  @Override
  public boolean scopes() {
    return false;
  }

  @Override
  public boolean keepsNetwork() {
    return false;
  }

  // Of an older kernel it says that it does not know the right.
  @Override
  public boolean keepsContents() {
    return true;
  }
}
