package com.clawdforge.http.app;

import com.clawdforge.http.app.config.ConfigException;
import com.clawdforge.http.app.config.NativeEncoding;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The variables that a command is run with. */
record StartEnvironment(Map<String, String> variables) {
  private static final Set<String> HELP = Set.of("--help", "-h", "--version", "-V");

  /**
   * Prepares a command.
   *
   * @param words the arguments of the program
   * @throws ConfigException if the command cannot be run so
   */
  static StartEnvironment of(Map<String, String> environment, List<String> words) {
    NativeEncoding.requireForArguments(words);
    if (words.isEmpty() || words.stream().anyMatch(HELP::contains)) {
      return new StartEnvironment(environment);
    }
    if (words.getFirst().equals("serve")) {
      NativeEncoding.requireForFiles();
    }
    return new StartEnvironment(environment);
  }
}
