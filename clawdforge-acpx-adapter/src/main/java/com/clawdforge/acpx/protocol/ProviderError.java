package com.clawdforge.acpx.protocol;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An error of a request to the provider, as codex reports it.
 *
 * @param kind codex's name for it, such as {@code usageLimitExceeded}; {@code other} if it has none
 * @param status the HTTP status that the provider answered; 0 if codex does not tell it
 * @param message codex's own words or the provider's
 * @param repeated whether codex repeats the request
 */
public record ProviderError(String kind, int status, String message, boolean repeated) {
  public static final String OTHER = "other";

  /**
   * Collects the members of such an error. Its kind is a word, or an object with one member, whose
   * name is the word. Over the protocol names are in camelCase, in codex's records with
   * underscores.
   */
  public static final class Reader {
    private static final Pattern UNDERSCORE = Pattern.compile("_([a-z])");
    private static final String INFO = "codexErrorInfo";

    private final JsonLine json;
    private final String path;
    private String kind = OTHER;
    private boolean told;
    private int status;
    private @Nullable String message;
    private @Nullable String details;
    private boolean repeated;

    /**
     * Nothing is read yet.
     *
     * @param path of the error in the line
     */
    public Reader(JsonLine json, String path) {
      this.json = json;
      this.path = path + ".";
    }

    /** Takes or enters the value with a path, if it belongs to the error. */
    public void read(String member) throws IOException {
      if (!member.startsWith(path)) {
        return;
      }
      String name = camelCase(member.substring(path.length()));
      switch (name) {
        case "message" -> message = json.text();
        case "additionalDetails" -> details = json.text();
        case "willRetry" -> repeated = json.flag();
        default -> {
          if (name.startsWith(INFO)) {
            readInfo(member, name.substring(INFO.length()));
          }
        }
      }
    }

    private void readInfo(String member, String rest) throws IOException {
      if (rest.endsWith(".httpStatusCode")) {
        status = (int) json.number(0);
      } else if (rest.isEmpty() && !json.enter(member)) {
        name(json.text());
      } else if (rest.startsWith(".") && rest.indexOf('.', 1) < 0) {
        name(rest.substring(1));
        json.enter(member);
      }
    }

    private void name(@Nullable String name) {
      if (name != null) {
        kind = camelCase(name);
        told = true;
      }
    }

    /** The error; empty if nothing of one was read. */
    public Optional<ProviderError> error() {
      @Nullable String words = details == null ? message : details;
      return words == null && !told
          ? Optional.empty()
          : Optional.of(new ProviderError(kind, status, words == null ? "" : words, repeated));
    }

    /** Whether codex named its kind, which tells it from an error of another program. */
    public boolean told() {
      return told;
    }

    private static String camelCase(String name) {
      return UNDERSCORE.matcher(name).replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
    }
  }
}
