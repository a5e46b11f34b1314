package com.clawdforge.http.app;

import com.clawdforge.core.auth.Cidr;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads settings from environment variables; an empty one counts as unset. */
final class Variables {
  private final Map<String, String> environment;

  Variables(Map<String, String> environment) {
    this.environment = environment;
  }

  @Nullable String text(String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  String text(String name, String otherwise) {
    String value = text(name);
    return value == null ? otherwise : value;
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

  Duration seconds(String name, long otherwise, long least, long most) {
    return Duration.ofSeconds(number(name, otherwise, least, most));
  }

  Path path(String name, Path otherwise) {
    String value = text(name);
    try {
      return value == null ? otherwise : Path.of(value);
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
