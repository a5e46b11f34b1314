package com.clawdforge.http.app.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The text of a {@code .env} by the rules of Docker Compose: {@code KEY=VALUE} a line, comments,
 * values in quotes that may have several lines. Of Compose's rules it has no interpolation: a
 * {@code $} outside of single quotes is a mistake, and never becomes something else than what
 * Compose would make of it. Used once.
 */
final class EnvText {
  private static final Pattern KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern EXPORT = Pattern.compile("export[ \\t]+");
  private static final Pattern COMMENT = Pattern.compile("[ \\t]+#.*");
  private static final String LITERAL = "$ stands for itself only in '…'";

  private final String text;
  private int at;
  private int line = 1;

  /** Tells what is wrong in which line, without the values. */
  static final class Mistake extends Exception {
    private static final long serialVersionUID = 1L;
    private final int line;

    private Mistake(int line, String message) {
      super(message);
      this.line = line;
    }

    int line() {
      return line;
    }
  }

  EnvText(String text) {
    String lines = text.replace("\r\n", "\n");
    this.text = lines.startsWith("\uFEFF") ? lines.substring(1) : lines;
  }

  /** All variables; of two with one name the last counts. */
  Map<String, String> variables() throws Mistake {
    if (text.indexOf('\0') >= 0) {
      throw new Mistake(line, "the file has a NUL character, so it is not text");
    }
    Map<String, String> variables = new LinkedHashMap<>();
    while (at < text.length()) {
      skipBlanks();
      if (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '#') {
        String key = key();
        variables.put(key, value());
      }
      endLine();
    }
    return variables;
  }

  private String key() throws Mistake {
    int equals = text.indexOf('=', at);
    if (equals < 0 || equals > lineEnd()) {
      throw new Mistake(line, "KEY=VALUE is missing its =");
    }
    String key = EXPORT.matcher(text.substring(at, equals).strip()).replaceFirst("");
    if (!KEY.matcher(key).matches()) {
      throw new Mistake(line, "before the = there must be a name of letters, digits and _");
    }
    at = equals + 1;
    return key;
  }

  private String value() throws Mistake {
    skipBlanks();
    char first = at < text.length() ? text.charAt(at) : '\n';
    return first == '"' || first == '\'' ? quoted(first) : plain();
  }

  private String plain() throws Mistake {
    String rest = text.substring(at, lineEnd());
    at = lineEnd();
    // A # begins a comment only after a blank.
    String value = rest.startsWith("#") ? "" : COMMENT.matcher(rest).replaceFirst("").strip();
    if (value.indexOf('$') >= 0) {
      throw new Mistake(line, LITERAL);
    }
    return value;
  }

  private String quoted(char quote) throws Mistake {
    int begin = line;
    StringBuilder value = new StringBuilder();
    for (at++; at < text.length() && text.charAt(at) != quote; at++) {
      char next = text.charAt(at);
      if (next == '\n') {
        line++;
      }
      if (next == '$' && quote == '"') {
        throw new Mistake(line, LITERAL);
      }
      boolean escapes = next == '\\' && at + 1 < text.length();
      if (escapes && (quote == '"' || text.charAt(at + 1) == quote)) {
        at++;
        value.append(escaped(text.charAt(at)));
      } else {
        value.append(next);
      }
    }
    if (at == text.length()) {
      throw new Mistake(begin, "the quote " + quote + " is not closed");
    }
    at++;
    return value.toString();
  }

  private String escaped(char letter) {
    return switch (letter) {
      case 'n' -> "\n";
      case 'r' -> "\r";
      case 't' -> "\t";
      case '"', '\'', '\\', '$' -> String.valueOf(letter);
      case '\n' -> {
        line++;
        yield "\\\n";
      }
      default -> "\\" + letter;
    };
  }

  // After a value there may be blanks and a comment.
  private void endLine() throws Mistake {
    skipBlanks();
    if (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '#') {
      throw new Mistake(line, "after a closing quote only a comment may follow");
    }
    at = lineEnd() + 1;
    line++;
  }

  private int lineEnd() {
    int end = text.indexOf('\n', at);
    return end < 0 ? text.length() : end;
  }

  private void skipBlanks() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }
}
