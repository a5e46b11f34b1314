package com.clawdforge.http.app.config;

import com.clawdforge.core.auth.Cidr;
import com.clawdforge.core.auth.TokenShares;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads settings from environment variables; an empty value counts as unset. */
public final class Variables {
  /** In bytes; a longer file was named by mistake. */
  private static final int LONGEST_SECRET = 4096;

  private static final Pattern DOLLARS = Pattern.compile("\\d{1,10}(\\.\\d{1,6})?");

  private final Map<String, String> environment;

  public Variables(Map<String, String> environment) {
    this.environment = environment;
  }

  public @Nullable String text(String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  public String text(String name, String otherwise) {
    String value = text(name);
    return value == null ? otherwise : value;
  }

  /**
   * Reads a secret from the variable, or from the file that the variable with the suffix {@code
   * _FILE} names: other processes may be able to read the environment.
   */
  @Nullable String textOrItsFile(String name) {
    String value = text(name);
    String fileName = name + "_FILE";
    Path file = path(fileName);
    if (file == null) {
      return value;
    }
    if (value != null) {
      throw new ConfigException(fileName + " and " + name + " are both set; unset one of them");
    }
    String content = contentOf(fileName, file);
    if (content.isEmpty()) {
      throw new ConfigException(fileName + ": " + file + " is empty");
    }
    if (content.chars().anyMatch(Character::isWhitespace)) {
      throw new ConfigException(fileName + ": " + file + " must hold one word on one line");
    }
    return content;
  }

  private static String contentOf(String name, Path file) {
    try (InputStream opened = Files.newInputStream(file)) {
      byte[] bytes = opened.readNBytes(LONGEST_SECRET + 1);
      if (bytes.length > LONGEST_SECRET) {
        throw new ConfigException(name + ": " + file + " is too long for a secret");
      }
      return new String(bytes, StandardCharsets.UTF_8).strip();
    } catch (NoSuchFileException e) {
      throw new ConfigException(name + ": there is no " + file);
    } catch (IOException e) {
      throw new ConfigException(
          name
              + ": cannot read "
              + file
              + "; it must be a file that the server's user "
              + System.getProperty("user.name")
              + " may read");
    }
  }

  int number(String name, int otherwise, int least, int most) {
    return (int) number(name, (long) otherwise, least, most);
  }

  long number(String name, long otherwise, long least, long most) {
    String value = text(name);
    if (value == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      throw wrong(name, value, least, most, notANumber);
    }
    throw wrong(name, value, least, most, null);
  }

  /** As {@link #number(String, long, long, long)}, but null if it is not set. */
  @Nullable Long numberOrNull(String name, long least, long most) {
    return text(name) == null ? null : number(name, least, least, most);
  }

  BigDecimal dollars(String name, BigDecimal otherwise) {
    BigDecimal amount = dollarsOrNull(name);
    return amount == null ? otherwise : amount;
  }

  /** An amount of up to a billion US dollars, with at most six decimals; null if it is not set. */
  @Nullable BigDecimal dollarsOrNull(String name) {
    String value = text(name);
    if (value == null) {
      return null;
    }
    if (!DOLLARS.matcher(value).matches()
        || new BigDecimal(value).compareTo(BigDecimal.valueOf(TokenShares.MOST_USD)) > 0) {
      throw new ConfigException(
          name + " must be an amount of US dollars such as 2.50, not " + value);
    }
    return new BigDecimal(value);
  }

  Duration seconds(String name, long otherwise, long least, long most) {
    return Duration.ofSeconds(number(name, otherwise, least, most));
  }

  public Path path(String name, Path otherwise) {
    Path path = path(name);
    return path == null ? otherwise : path;
  }

  private @Nullable Path path(String name) {
    String value = text(name);
    try {
      return value == null ? null : Path.of(value);
    } catch (InvalidPathException e) {
      throw new ConfigException(name + " is not a path: " + value);
    }
  }

  List<String> list(String name) {
    String value = text(name);
    return value == null
        ? List.of()
        : Arrays.stream(value.split(",", -1)).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  List<Cidr> cidrs(String name) {
    try {
      return list(name).stream().map(Cidr::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new ConfigException(name + ": " + e.getMessage());
    }
  }

  String oneOf(String name, String otherwise, List<String> allowed) {
    String value = text(name, otherwise);
    if (!allowed.contains(value)) {
      throw new ConfigException(
          name + " must be one of " + String.join(", ", allowed) + ", not " + value);
    }
    return value;
  }

  private static ConfigException wrong(
      String name, String value, long least, long most, @Nullable Throwable cause) {
    ConfigException wrong =
        new ConfigException(
            name + " must be a whole number from " + least + " to " + most + ", not " + value);
    wrong.initCause(cause);
    return wrong;
  }
}
