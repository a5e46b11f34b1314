package com.clawdforge.http.app.terminal;

import java.io.IOException;
import java.util.Map;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * What a command is run from.
 *
 * @param terminals opens the terminal for a chat
 */
public record Shell(
    Interrupts interrupts, StandardInput input, Screen screen, Terminals terminals) {
  /** Opens a terminal on which a person edits lines. */
  @FunctionalInterface
  public interface Terminals {
    Terminal open() throws IOException;
  }

  /** A shell without a terminal. */
  public static Shell without(Interrupts interrupts, StandardInput input) {
    return new Shell(
        interrupts,
        input,
        Screen.NONE,
        () -> {
          throw new IOException("there is no terminal");
        });
  }

  /** The shell of this process. */
  public static Shell ofProcess(Map<String, String> environment) {
    return new Shell(
        new TerminalInterrupts(),
        StandardInput.ofProcess(),
        Screen.ofProcess(environment),
        Shell::terminal);
  }

  // With stty in place of native code, about which newer versions of Java warn.
  private static Terminal terminal() throws IOException {
    return TerminalBuilder.builder()
        .system(true)
        .exec(true)
        .jni(false)
        .ffm(false)
        .dumb(true)
        .build();
  }
}
