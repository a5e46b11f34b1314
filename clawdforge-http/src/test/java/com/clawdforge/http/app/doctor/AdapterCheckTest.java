package com.clawdforge.http.app.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.http.app.probe.Check;
import com.clawdforge.http.app.probe.TestedVersions;
import com.clawdforge.http.kit.Installation;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor's words on adapters, with packages that have only a version. */
class AdapterCheckTest {
  @TempDir Path temp;

  @Test
  void the_tested_version_is_fine() throws Exception {
    String pinned =
        new JsonMapper()
            .readTree(Installation.ROOT.resolve("agents/codex/package.json").toFile())
            .path("dependencies")
            .path("@agentclientprotocol/codex-acp")
            .asText();

    Check.Finding finding = look("codex-acp", "{\"version\":\"" + pinned + "\"}");

    assertEquals(Check.Verdict.OK, finding.verdict());
    assertTrue(finding.what().startsWith(pinned + " (" + temp), finding.what());
  }

  @Test
  void another_version_is_noted() throws Exception {
    Check.Finding finding = look("codex", "{\"version\":\"0.0.3\"}");

    assertEquals(Check.Verdict.NOTE, finding.verdict());
    assertTrue(
        finding.what().startsWith("0.0.3 (not tested with this build, which was tested with "),
        finding.what());
    assertTrue(finding.remedy().startsWith("run agents/install codex: "), finding.remedy());
  }

  @Test
  void a_package_without_a_version_is_a_fault() throws Exception {
    assertEquals(Check.Verdict.FAULT, look("codex", "{}").verdict());
  }

  private Check.Finding look(String name, String described) throws IOException {
    Files.writeString(temp.resolve("package.json"), described);
    Installation.script(temp.resolve("bin/" + name), "exit 0");
    AgentBinary program = new AgentBinary(name, null, temp.resolve("bin"));
    return new AdapterCheck(program, TestedVersions.ofThisBuild(), "agents/install codex").look();
  }
}
