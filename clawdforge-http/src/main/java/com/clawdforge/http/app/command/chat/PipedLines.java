package com.clawdforge.http.app.command.chat;

import com.clawdforge.http.app.command.CommandFailed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Takes each line of a pipe or a file as a prompt, by the same rules for long ones. */
public final class PipedLines implements ChatInput {
  private final BufferedReader lines;

  /**
   * @param stream in UTF-8
   */
  public PipedLines(InputStream stream) {
    lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8.newDecoder()));
  }

  /**
   * {@inheritDoc}
   *
   * @throws CommandFailed if it is not UTF-8
   */
  @Override
  public Line next() throws IOException {
    try {
      return read();
    } catch (CharacterCodingException e) {
      throw CommandFailed.misused(
          "standard input is not text in UTF-8; attach other content with /attach", e);
    }
  }

  private Line read() throws IOException {
    @Nullable String line = lines.readLine();
    if (line == null) {
      return new Line.End();
    }
    StringBuilder prompt = new StringBuilder(line);
    while (Continuation.goesOn(prompt.toString())) {
      line = lines.readLine();
      if (line == null) {
        break;
      }
      prompt.append('\n').append(line);
    }
    return new Line.Text(Continuation.joined(prompt.toString()));
  }
}
