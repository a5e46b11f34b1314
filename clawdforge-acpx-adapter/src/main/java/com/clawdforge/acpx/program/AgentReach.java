package com.clawdforge.acpx.program;

import com.clawdforge.acpx.file.PrivateFiles;
import com.clawdforge.acpx.isolation.Confinement;
import com.clawdforge.acpx.isolation.Connections;
import com.clawdforge.core.agent.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an isolated agent needs of the machine beside its own directories: its program, what its
 * environment names, and the file of the login, if the login is in a file.
 */
public final class AgentReach {
  private static final String MODULES = "node_modules";
  private static final Path PREFIXED = Path.of("lib", MODULES);

  /** Variables that name a file, or a folder, to read. */
  private static final List<String> NAMING =
      List.of(
          "SSL_CERT_FILE",
          "SSL_CERT_DIR",
          "NODE_EXTRA_CA_CERTS",
          "AWS_CA_BUNDLE",
          "CURL_CA_BUNDLE",
          "REQUESTS_CA_BUNDLE",
          "AWS_CONFIG_FILE",
          "AWS_SHARED_CREDENTIALS_FILE",
          "AWS_WEB_IDENTITY_TOKEN_FILE",
          "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
          "GOOGLE_APPLICATION_CREDENTIALS");

  /** The folders of a home in which other providers' programs keep a login, by variable. */
  private static final Map<String, Path> OTHER_LOGINS =
      Map.of(
          "CLAUDE_CODE_USE_BEDROCK", Path.of(".aws"),
          "CLAUDE_CODE_USE_VERTEX", Path.of(".config/gcloud"));

  private final AgentEnvironment environment;

  public AgentReach(AgentEnvironment environment) {
    this.environment = environment;
  }

  /**
   * What any agent needs.
   *
   * @param programs the files that are run
   */
  public Confinement of(Collection<Path> programs) {
    List<Path> readable = new ArrayList<>();
    programs.forEach(program -> readable.addAll(withItsFiles(program)));
    Map<String, String> variables = environment.variables();
    for (String name : NAMING) {
      for (String value : variables.getOrDefault(name, "").split(":", -1)) {
        if (value.startsWith("/")) {
          readable.add(Path.of(value));
          withItsVersions(Path.of(value)).ifPresent(readable::add);
        }
      }
    }
    otherLogins().forEach(folder -> readable.add(environment.home().resolve(folder)));
    Confinement needed = new Confinement(readable, List.of());
    ClaudeHome claude = new ClaudeHome(environment);
    // It is renewed there, by a new file in the place of the old one.
    return needsLoginFile(environment, claude) ? needed.writing(List.of(claude.shared())) : needed;
  }

  /**
   * The only connections that claude's processes may make; null for all.
   *
   * @throws IOException if the way to the model cannot be opened
   */
  public @Nullable Connections connections(Network network) throws IOException {
    return network == Network.ALL ? null : environment.toModel();
  }

  /**
   * Whether agents use a login that is in a file, which each of them then can read and change, with
   * the folder around it.
   */
  public static boolean needsLoginFile(AgentEnvironment environment, ClaudeHome claude) {
    return !environment.hasLogin() && Files.exists(claude.credentials());
  }

  // Kubernetes replaces a secret by another folder behind a link beside it.
  private static Optional<Path> withItsVersions(Path file) {
    return Optional.ofNullable(file.getParent())
        .filter(folder -> Files.isSymbolicLink(folder.resolve("..data")));
  }

  // All of what npm has installed with it, or the file alone: what lies beside it may be anything.
  private static List<Path> withItsFiles(Path program) {
    Path real = program;
    try {
      real = program.toRealPath();
    } catch (IOException gone) {
      // Then it is not started either.
      return List.of(real);
    }
    for (int i = 0; i < real.getNameCount(); i++) {
      if (real.getName(i).toString().equals(MODULES)) {
        Path modules = real.getRoot().resolve(real.subpath(0, i + 1));
        // Where npm installs for a whole prefix, the Node.js that runs the program is in there too.
        return modules.endsWith(PREFIXED)
            ? List.of(modules, modules.resolve("../../bin").normalize())
            : List.of(modules);
      }
    }
    return List.of(real);
  }

  private List<Path> otherLogins() {
    Map<String, String> variables = environment.variables();
    return OTHER_LOGINS.entrySet().stream()
        .filter(login -> isOn(variables.get(login.getKey())))
        .map(Map.Entry::getValue)
        .toList();
  }

  private static boolean isOn(@Nullable String value) {
    return value != null && !value.isBlank() && !value.equals("0") && !value.equals("false");
  }

  /**
   * Makes an agent's own home, and says where it is: what is in the server's cannot be read, and
   * programs would fail at that.
   */
  public void moveHome(Path home, Map<String, String> variables) throws IOException {
    PrivateFiles.ensure(home);
    for (Path folder : otherLogins()) {
      Path link = home.resolve(folder);
      if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
        // An agent could have put a link there, which would lead elsewhere.
        PrivateFiles.ensure(Objects.requireNonNull(link.getParent()));
        Files.createSymbolicLink(link, environment.home().resolve(folder));
      }
    }
    variables.put("HOME", home.toString());
  }
}
