package com.clawdforge.http.app.doctor;

import static com.clawdforge.http.app.probe.Check.fault;
import static com.clawdforge.http.app.probe.Check.note;
import static com.clawdforge.http.app.probe.Check.ok;

import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.http.app.config.ConfigException;
import com.clawdforge.http.app.config.GatewayConfig;
import com.clawdforge.http.app.config.NativeEncoding;
import com.clawdforge.http.app.probe.AgentPrograms;
import com.clawdforge.http.app.probe.Check;
import com.clawdforge.http.app.probe.DiskSpace;
import com.clawdforge.http.app.probe.LoginCheck;
import com.clawdforge.http.app.probe.Preconditions;
import com.clawdforge.http.app.probe.ProgramProbe;
import com.clawdforge.http.app.probe.TestedVersions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The preconditions of the gateway, in the order in which they are needed. */
final class Checks {
  private static final String INSTALLER = "agents/install";
  private static final String INSTALL = "run " + INSTALLER;
  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)");
  private static final int NODE_MAJOR = 22;
  private static final int NODE_MINOR = 13;
  private static final int PROBE_BYTES = 1 << 20;

  private final Map<String, String> environment;
  private final TestedVersions tested = TestedVersions.ofThisBuild();

  Checks(Map<String, String> environment) {
    this.environment = environment;
  }

  List<Check> all() {
    GatewayConfig config;
    try {
      config = GatewayConfig.from(environment);
    } catch (ConfigException e) {
      return List.of(
          new Check("settings", () -> fault(String.valueOf(e.getMessage()), "see .env.example")));
    }
    AgentPrograms programs = AgentPrograms.of(config);
    AgentEnvironment agents = AgentEnvironment.from(environment, config.agents().variables());
    ProgramProbe probe = new ProgramProbe(programs, agents);
    List<Check> all = new ArrayList<>();
    all.add(new Check("settings", () -> settings(config)));
    all.add(new Check("locale", Checks::locale));
    all.add(new Check("java", () -> ok(System.getProperty("java.vm.version", ""))));
    for (Path folder : new LinkedHashSet<>(config.storage().all())) {
      String name = folder.equals(config.storage().dataDir()) ? "data folder" : "agents' folder";
      if (name.equals("data folder") || !folder.startsWith(config.storage().dataDir())) {
        all.add(new Check(name, () -> writable(folder)));
      }
    }
    all.addAll(Preconditions.of(config));
    all.add(new Check("claude", () -> program(probe, programs.claude(), "claude", "CLAUDE_BIN")));
    all.add(new Check("node", () -> node(probe, programs.node())));
    all.add(new Check("acpx", () -> program(probe, programs.acpx(), "acpx", "ACPX_BIN")));
    all.add(packaged(programs.claudeAdapter(), INSTALLER));
    for (AgentBinary onDemand : List.of(programs.codexAdapter(), programs.codex())) {
      if (onDemand.find().isPresent()) {
        all.add(packaged(onDemand, INSTALLER + " codex"));
      }
    }
    all.add(
        new Check(
            "login", () -> new LoginCheck(probe, programs.claude(), environment).look().finding()));
    all.add(new Check("a run, offline", () -> offlineRun(probe.version(programs.claude()))));
    all.add(new Check("a session, offline", () -> offlineSession(probe, programs)));
    return all;
  }

  private Check packaged(AgentBinary program, String install) {
    return new Check(program.name(), () -> new AdapterCheck(program, tested, install).look());
  }

  private static Check.Finding settings(GatewayConfig config) {
    return ServedAddress.look(config.server());
  }

  private static Check.Finding locale() {
    String names = "file names in " + NativeEncoding.name();
    return NativeEncoding.isUtf8()
        ? ok(names)
        : fault(names + ": a server would not start", NativeEncoding.remedy());
  }

  private static Check.Finding writable(Path dataDir) {
    Path probe = dataDir.resolve(".doctor-" + ProcessHandle.current().pid());
    boolean made = !Files.exists(dataDir);
    try {
      Files.createDirectories(dataDir);
      try (FileChannel file =
          FileChannel.open(
              probe,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE)) {
        ByteBuffer bytes = ByteBuffer.allocate(PROBE_BYTES);
        while (bytes.hasRemaining()) {
          file.write(bytes);
        }
        file.force(true);
      }
      return room(dataDir, DiskSpace.of(dataDir));
    } catch (IOException e) {
      return fault(
          "cannot write in " + dataDir + ": " + reason(e),
          "make room on the disk, give this user the folder, or set CLAWDFORGE_DATA_DIR");
    } finally {
      if (made) {
        // The server will create it for its owner only. An empty folder that stays is harmless.
        boolean unused = dataDir.toFile().delete();
      }
    }
  }

  private static Check.Finding room(Path dataDir, DiskSpace space) {
    String what = dataDir + " is writable, " + space.free();
    String remedy = "make room: uploads and the ledger grow there";
    if (space.tooLittle()) {
      return fault(what + ": a server here is not ready for work", remedy);
    }
    return space.little() ? note(what, remedy) : ok(what);
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  private Check.Finding program(
      ProgramProbe probe, AgentBinary program, String name, String setting) {
    ProgramProbe.Output said = probe.version(program);
    if (said.text().isPresent()) {
      String text = said.text().get();
      String where = " (" + program.find().orElseThrow() + ")";
      return tested
          .untested(name, text)
          .map(
              other ->
                  note(
                      other.words() + where,
                      "the tested one: "
                          + INSTALL
                          + ", and set "
                          + setting
                          + " to agents/node_modules/.bin/"
                          + name))
          .orElse(ok(text + where));
    }
    String remedy =
        program.find().isEmpty()
            ? INSTALL + ", or set " + setting + " to its path"
            : INSTALL + " again";
    return fault(program.name() + " does not run: " + said.problem(), remedy);
  }

  private static Check.Finding node(ProgramProbe probe, AgentBinary node) {
    ProgramProbe.Output said = probe.version(node);
    Matcher version = VERSION.matcher(said.text().orElse(""));
    if (!version.find()) {
      return fault("no Node.js: " + said.problem(), INSTALL + ": it brings one");
    }
    int major = Integer.parseInt(version.group(1));
    int minor = Integer.parseInt(version.group(2));
    boolean newEnough = major > NODE_MAJOR || (major == NODE_MAJOR && minor >= NODE_MINOR);
    return newEnough
        ? ok(said.text().orElse(""))
        : fault(
            "Node.js " + said.text().orElse("") + " is too old for acpx, which needs 22.13",
            INSTALL + ": it brings a newer one");
  }

  // Without this check the client would retry: it treats a missing agent as temporary.
  private Check.Finding offlineRun(ProgramProbe.Output claude) {
    return claude.text().isEmpty()
        ? fault("it needs a claude that runs", "mend claude first")
        : new OfflineChecks(environment).run();
  }

  private Check.Finding offlineSession(ProgramProbe probe, AgentPrograms programs) {
    for (AgentBinary program : List.of(programs.claude(), programs.node(), programs.acpx())) {
      if (probe.version(program).text().isEmpty()) {
        return fault(
            "it needs " + program.name() + ", which does not run",
            "mend " + program.name() + " first");
      }
    }
    return programs.claudeAdapter().find().isEmpty()
        ? fault("it needs claude-agent-acp", "mend claude-agent-acp first")
        : new OfflineChecks(environment).session();
  }
}
