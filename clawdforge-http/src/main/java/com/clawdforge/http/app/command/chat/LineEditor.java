package com.clawdforge.http.app.command.chat;

import java.nio.file.Path;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jspecify.annotations.Nullable;

/** Lets a person edit prompts on a terminal, with a history. Alt-Enter begins another line. */
public final class LineEditor implements ChatInput {
  private final LineReader reader;

  /**
   * @param history the file that keeps the prompts; null to keep none
   */
  public LineEditor(Terminal terminal, @Nullable Path history) {
    LineReaderBuilder builder =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("clawdforge")
            .parser(new PromptParser())
            .completer(new StringsCompleter(ChatCommands.NAMES))
            // An exclamation mark is one.
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, "· ");
    if (history != null) {
      builder.variable(LineReader.HISTORY_FILE, history);
    }
    reader = builder.build();
  }

  @Override
  public Line next() {
    try {
      return new Line.Text(Continuation.joined(reader.readLine("> ")));
    } catch (UserInterruptException interrupted) {
      return new Line.Interrupted(interrupted.getPartialLine().isBlank());
    } catch (EndOfFileException end) {
      return new Line.End();
    }
  }

  /** Takes a line as it is, and asks for another one if the prompt goes on. */
  private static final class PromptParser extends DefaultParser {
    PromptParser() {
      setQuoteChars(new char[0]);
      setEscapeChars(new char[0]);
    }

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
      if (context == ParseContext.ACCEPT_LINE && Continuation.goesOn(line)) {
        throw new EOFError(-1, -1, "the prompt goes on");
      }
      return super.parse(line, cursor, context);
    }
  }
}
