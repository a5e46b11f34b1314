import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;

/** What was measured, and where: the lines above the table. {@code Machine COMMIT}. */
final class Machine {
  private static final List<String> PROGRAMS =
      List.of("@anthropic-ai/claude-code", "@agentclientprotocol/claude-agent-acp", "acpx", "node");

  private Machine() {}

  public static void main(String[] args) throws IOException {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    System.out.printf(
        "%s, clawdforge %s. %d cores%s, %.0f GiB, %s %s, %s; load average at the start %.1f.%n%n",
        LocalDate.now(),
        args[0],
        system.getAvailableProcessors(),
        processor(),
        system.getTotalMemorySize() / (double) (1 << 30),
        system.getName(),
        system.getVersion(),
        "Java " + System.getProperty("java.runtime.version"),
        system.getSystemLoadAverage());
    StringBuilder versions = new StringBuilder();
    for (String program : PROGRAMS) {
      versions.append(version(Bench.AGENTS.resolve("node_modules"), program)).append(", ");
    }
    versions.append(version(Bench.ROOT.resolve("bench/anchors/node_modules"), "opencode-ai"));
    System.out.printf("%s; the offline model.%n", versions);
  }

  private static String version(Path modules, String program) throws IOException {
    Path description = modules.resolve(program).resolve("package.json");
    String name = program.substring(program.indexOf('/') + 1);
    return Files.exists(description)
        ? name + " "
            + new JsonMapper().readTree(Files.readAllBytes(description)).path("version").asText()
        : "no " + name;
  }

  private static String processor() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    if (!Files.exists(info)) {
      return "";
    }
    return Files.readAllLines(info).stream()
        .filter(it -> it.startsWith("model name"))
        .map(it -> " of " + it.substring(it.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }
}
