package com.clawdforge.http.app;

import com.clawdforge.http.app.config.AdminSecretFile;
import com.clawdforge.http.app.config.ConfigException;
import com.clawdforge.http.app.config.EnvFile;
import com.clawdforge.http.app.config.GatewayConfig;
import com.clawdforge.http.app.config.NativeEncoding;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The variables that a command is run with: the environment, and what the clone's {@code .env} and
 * the first start of a server add to it.
 *
 * @param file the {@code .env} that was read
 */
record StartEnvironment(Map<String, String> variables, Optional<Path> file) {
  private static final Set<String> HELP = Set.of("--help", "-h", "--version", "-V");

  /** They read no setting, and have to work whatever a file of settings says. */
  private static final Set<String> WITHOUT_SETTINGS = Set.of("install", "uninstall");

  private static final Set<String> OF_OPERATORS =
      Set.of("serve", "doctor", "demo", "login", "backup", "restore");

  /**
   * Prepares a command.
   *
   * @param words the arguments of the program
   * @throws ConfigException if the command cannot be run so
   */
  static StartEnvironment of(Map<String, String> environment, List<String> words) {
    NativeEncoding.requireForArguments(words);
    if (words.isEmpty()
        || WITHOUT_SETTINGS.contains(words.getFirst())
        || words.stream().anyMatch(HELP::contains)) {
      return new StartEnvironment(environment, Optional.empty());
    }
    String command = words.getFirst();
    // The file belongs to the server's user. The commands of other users do without.
    Optional<EnvFile> file =
        EnvFile.ofLauncher(environment)
            .filter(env -> OF_OPERATORS.contains(command) || env.readable());
    Map<String, String> variables = environment;
    if (file.isPresent()) {
      variables = file.get().under(environment);
    }
    if (command.equals("serve")) {
      variables = ofServer(variables);
    }
    return new StartEnvironment(variables, file.map(EnvFile::file));
  }

  // A mistake in a setting stops the start before anything is made.
  private static Map<String, String> ofServer(Map<String, String> variables) {
    NativeEncoding.requireForFiles();
    GatewayConfig unused = GatewayConfig.from(variables);
    return AdminSecretFile.ensured(variables);
  }
}
