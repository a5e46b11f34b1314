package com.clawdforge.http.app.probe;

import static com.clawdforge.http.app.probe.Check.fault;
import static com.clawdforge.http.app.probe.Check.note;
import static com.clawdforge.http.app.probe.Check.ok;

import com.clawdforge.acpx.driver.cli.AcpxFolders;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.program.ClaudeHome;
import com.clawdforge.http.app.config.GatewayConfig;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the server and its agents need of the machine beside their programs: folders, login files,
 * limits. The start, {@code /readyz} and the doctor all look at this one list.
 */
public final class Preconditions {
  // Each run has some ten pipes and files, and each caller a connection.
  private static final long FEW_FILES = 1024;

  /** The name of the check of what keeps agents apart. */
  public static final String ISOLATION = IsolationCheck.NAME;

  /** The name of the check of how far agents are kept from the network. */
  public static final String NETWORK = NetworkCheck.NAME;

  /** The name of the check of who has the credential. */
  public static final String MODEL = ModelCheck.NAME;

  private final GatewayConfig config;
  private final AgentEnvironment agents;
  private final ClaudeHome claude;
  private final AcpxFolders acpx;

  private Preconditions(GatewayConfig config) {
    this.config = config;
    this.agents = AgentEnvironment.from(config.environment(), config.agents().variables());
    this.claude = new ClaudeHome(agents);
    this.acpx = new AcpxFolders(agents);
  }

  /** All checks. They only look, and take as long as the file systems do. */
  public static List<Check> of(GatewayConfig config) {
    Preconditions needed = new Preconditions(config);
    return List.of(
        needed.ledger(),
        needed.temporary(),
        new Check("agents' home", needed::home),
        new Check("agents' login", needed::login),
        new Check("acpx's folders", needed::acpx),
        needed.isolated(),
        needed.model(),
        new Check(NetworkCheck.NAME, () -> new NetworkCheck(config).look()),
        new Check("callers", needed::callers),
        new Check("open files", () -> openFiles(mostOpenFiles())));
  }

  /** What is wrong that would break the start, in the words of the operator; empty if nothing. */
  public static Optional<String> preventingStart(GatewayConfig config) {
    Preconditions needed = new Preconditions(config);
    for (Check check :
        List.of(needed.ledger(), needed.temporary(), needed.isolated(), needed.model())) {
      Check.Finding finding = check.look();
      if (finding.verdict() == Check.Verdict.FAULT) {
        return Optional.of(finding.what() + "; " + finding.remedy());
      }
    }
    return Optional.empty();
  }

  private Check ledger() {
    return new Check("ledger's disk", () -> LedgerDisk.look(config.storage().dataDir()));
  }

  private Check temporary() {
    return new Check("temporary files", this::temporaryFiles);
  }

  private Check.Finding temporaryFiles() {
    Path ours = Path.of(System.getProperty("java.io.tmpdir"));
    String theirs = agents.variables().getOrDefault("TMPDIR", "").strip();
    return Folders.objection(ours)
        .map(why -> fault("temporary files: " + why, "start java with -Djava.io.tmpdir=…"))
        .or(
            () ->
                Optional.of(theirs)
                    .filter(folder -> !folder.isEmpty())
                    .flatMap(folder -> Folders.objection(Path.of(folder)))
                    .map(why -> fault("TMPDIR: " + why, "make it, or unset TMPDIR")))
        .orElseGet(() -> ok(theirs.isEmpty() ? ours.toString() : theirs));
  }

  // Claude has folders of its own in each run and session; acpx has not.
  private Check.Finding home() {
    Path home = agents.home();
    boolean acpxHasItsFolder = Files.isDirectory(home.resolve(".acpx"));
    String remedy = "agents write there: give this user the folder, or set HOME";
    return Folders.objection(home)
        .map(why -> acpxHasItsFolder ? note(why, remedy) : fault(why, remedy))
        .orElseGet(() -> ok(home.toString()));
  }

  // Whether the provider takes the login is not seen here, nor what is in the file.
  private Check.Finding login() {
    if (agents.hasLogin()) {
      return ok("from the environment");
    }
    Path credentials = claude.credentials();
    if (Files.exists(credentials)) {
      if (!Files.isRegularFile(credentials) || !Files.isReadable(credentials)) {
        return fault(
            credentials + " cannot be read" + Folders.ownerOf(credentials),
            "give this user the file: a login that cannot be read is none");
      }
      Optional<String> why = Folders.objection(claude.shared());
      if (why.isPresent()) {
        return fault(why.get(), "agents renew the login there: give this user the folder");
      }
    }
    return claude
        .damage()
        .map(
            why ->
                note(
                    claude.state() + " " + why,
                    "put a copy from "
                        + claude.shared().resolve("backups")
                        + " in its place, or delete it and log in again"))
        .orElseGet(
            () -> ok(Files.exists(credentials) ? credentials.toString() : "no file of a login"));
  }

  private Check isolated() {
    return new Check(IsolationCheck.NAME, () -> new IsolationCheck(config, agents, claude).look());
  }

  private Check model() {
    return new Check(ModelCheck.NAME, () -> new ModelCheck(config).look());
  }

  private boolean needsAcpx() {
    return !config.limits().sessions().agents().stream().allMatch(config.agents()::isDirect);
  }

  private Check.Finding acpx() {
    if (!needsAcpx()) {
      return ok("no agent that is offered runs on acpx");
    }
    for (Path folder : acpx.records()) {
      Optional<String> why = Folders.objectionIfThere(folder);
      if (why.isPresent()) {
        return fault(why.get(), "give this user the folder, or set HOME");
      }
    }
    Path sockets = acpx.sockets();
    if (Files.exists(sockets, LinkOption.NOFOLLOW_LINKS)) {
      // Whoever owns the folder could put a socket of his own there, and take our prompts.
      return Folders.objectionToOwn(sockets)
          .map(why -> fault(why, "acpx needs this very folder: as its owner, rm -r " + sockets))
          .orElseGet(() -> ok(sockets.toString()));
    }
    return Folders.objection(acpx.parentOfSockets())
        .map(why -> fault(why, "acpx needs " + sockets + ", whatever TMPDIR is"))
        .orElseGet(() -> ok(sockets + " can be made"));
  }

  private Check.Finding callers() {
    return config.server().refusesAllOthers()
        ? note(
            "listens on "
                + config.server().host()
                + " but only loopback may call: ALLOW_CIDRS is empty, so that connections"
                + " of other machines are closed at once",
            "set ALLOW_CIDRS to who may call")
        : ok(config.server().host().equals("127.0.0.1") ? "loopback" : "as ALLOW_CIDRS says");
  }

  static Check.Finding openFiles(long most) {
    return most > 0 && most < FEW_FILES
        ? note(
            "this process may have only " + most + " files and connections open",
            "ulimit -n " + FEW_FILES + ", or LimitNOFILE of its unit")
        : ok(most < 0 ? "no limit is known" : most + " at once");
  }

  // Java has raised the soft limit to the hard one.
  private static long mostOpenFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? system.getMaxFileDescriptorCount()
        : -1;
  }
}
