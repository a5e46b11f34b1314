package com.clawdforge.http.app.command;

import com.clawdforge.http.app.terminal.StandardInput;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * The prompt of a run or a turn: an argument, standard input, or both. Input that comes through a
 * pipe or from a file is joined to the argument. But a program that runs in the background, through
 * ssh or for CI may inherit a pipe that is never closed. So a pipe has three seconds to begin or to
 * end, as with {@code claude -p}; a dash after the prompt waits for it.
 */
public final class Prompt {
  static final String DASH = "-";

  private final CommandSpec spec;
  private final StandardInput input;

  public Prompt(CommandSpec spec, StandardInput input) {
    this.spec = spec;
    this.input = input;
  }

  /**
   * Checks the arguments; reads nothing.
   *
   * @param words the prompt or a dash; null if it is left out
   * @param dash the argument after it; null if it is left out
   */
  public void check(@Nullable String words, @Nullable String dash) {
    if (dash != null && !dash.equals(DASH)) {
      throw new ParameterException(
          spec.commandLine(), "There are two prompts; put one prompt in quotes.");
    }
  }

  /** Reads the prompt; blocks. */
  public String read(@Nullable String words, @Nullable String dash) throws IOException {
    try {
      String prompt = words == null || words.equals(DASH) ? asked("") : joined(words, dash);
      if (prompt.isBlank()) {
        throw CommandFailed.misused("the prompt is empty: standard input had none", null);
      }
      return prompt;
    } catch (CharacterCodingException e) {
      throw CommandFailed.misused(
          "standard input is not text in UTF-8; attach other content with --file", e);
    }
  }

  private String joined(String words, @Nullable String dash) throws IOException {
    if (dash != null) {
      return asked(words);
    }
    return switch (input.kind()) {
      case FILE -> join(words, input.text());
      case PIPE -> join(words, inTime());
      case TERMINAL, OTHER -> words;
    };
  }

  private String asked(String words) throws IOException {
    if (input.kind() == StandardInput.Kind.TERMINAL) {
      say("reading the prompt from the terminal; Ctrl-D on an empty line ends it");
    }
    return join(words, input.text());
  }

  private String inTime() throws IOException {
    String text = input.textIfAny();
    if (text == null) {
      say(
          "nothing came on standard input within "
              + input.patience().toSeconds()
              + " s: going on without it. A - after the prompt waits for it, </dev/null avoids"
              + " the wait");
      return "";
    }
    return text;
  }

  private static String join(String words, String text) {
    if (text.isBlank()) {
      return words;
    }
    return words.isEmpty() ? text : words + "\n\n" + text;
  }

  private void say(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(line);
    err.flush();
  }
}
