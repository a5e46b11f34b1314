package com.clawdforge.http.app.terminal;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Which of the outputs a person looks at, and what the terminal there can do.
 *
 * @param out whether standard output is a terminal
 * @param err whether standard error is a terminal
 * @param styles whether it shows bold and dim text
 * @param erases whether a line can be erased and written again
 */
public record Screen(boolean out, boolean err, boolean styles, boolean erases) {
  /** No terminal: pipes or files. */
  public static final Screen NONE = new Screen(false, false, false, false);

  private static final Path NOTHING = Path.of("/dev/null");
  private static final int TYPE = 0xF000;
  private static final int DEVICE = 0x2000;

  /**
   * The outputs of this process.
   *
   * @param environment {@code NO_COLOR} turns styles off, {@code TERM=dumb} turns all off
   */
  public static Screen ofProcess(Map<String, String> environment) {
    boolean dumb = environment.getOrDefault("TERM", "dumb").equals("dumb");
    boolean styles = !dumb && environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Screen(
        isTerminal(Path.of("/dev/stdout")), isTerminal(Path.of("/dev/stderr")), styles, !dumb);
  }

  /** Standard output, without the control characters of other programs if a person sees it. */
  public PrintWriter out(PrintWriter raw) {
    return out ? new TerminalWriter(raw, styles, erases) : raw;
  }

  /** The same for standard error. */
  public PrintWriter err(PrintWriter raw) {
    return err ? new TerminalWriter(raw, styles, erases) : raw;
  }

  private static boolean isTerminal(Path output) {
    try {
      return ((int) Files.getAttribute(output, "unix:mode") & TYPE) == DEVICE
          && device(output) != device(NOTHING);
    } catch (IOException | RuntimeException unknown) {
      return false;
    }
  }

  private static long device(Path path) throws IOException {
    return ((Number) Files.getAttribute(path, "unix:rdev")).longValue();
  }
}
