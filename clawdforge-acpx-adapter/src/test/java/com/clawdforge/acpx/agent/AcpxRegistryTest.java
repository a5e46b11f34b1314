package com.clawdforge.acpx.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.session.SessionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Looking agents up in acpx's registry, with a shell script in place of Node.js. */
@Timeout(60)
class AcpxRegistryTest {
  @TempDir Path temp;
  private Path agent;
  private Path asked;

  @BeforeEach
  void install() throws IOException {
    agent = script("an-agent", "");
    asked = temp.resolve("asked");
  }

  @Test
  void a_reply_larger_than_a_pipe_is_read() throws IOException {
    Agents agents = agents(reply("installed", "x".repeat(300_000)));

    assertEquals(new AgentLaunch.Found(List.of(agent.toString())), agents.find("gemini"));
  }

  @Test
  void a_found_agent_is_looked_up_once_until_it_is_uninstalled() throws IOException {
    Agents agents = agents(reply("installed", ""));
    agents.find("gemini");
    agents.find("gemini");
    assertEquals(1, lookups());

    Files.delete(agent);
    agents.find("gemini");
    assertEquals(2, lookups());
  }

  @Test
  void a_missing_agent_is_looked_up_again() throws IOException {
    Agents agents = agents(reply("package", ""));

    assertInstanceOf(AgentLaunch.Missing.class, agents.find("gemini"));
    agents.find("gemini");

    assertEquals(2, lookups());
  }

  private int lookups() throws IOException {
    return Files.readAllLines(asked).size();
  }

  private String reply(String kind, String padding) throws IOException {
    Path reply = temp.resolve("reply.json");
    Files.writeString(
        reply,
        """
        {"known":true,"launch":{"kind":"%s","argv":["%s"]},"run":[],"padding":"%s"}
        """
            .formatted(kind, agent, padding));
    return "echo >> " + asked + "\ncat " + reply;
  }

  private Agents agents(String node) throws IOException {
    Path acpx = script("acpx", "");
    return new Agents(
        new SessionSettings(
            binary(acpx),
            binary(acpx),
            binary(script("node", node)),
            AgentEnvironment.from(Map.of("PATH", "/usr/bin:/bin"), List.of()),
            temp,
            List.of(),
            Duration.ofSeconds(1)));
  }

  private static AgentBinary binary(Path program) {
    return new AgentBinary(program.toString(), null, null);
  }

  private Path script(String name, String body) throws IOException {
    Path file = temp.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("cannot make it executable");
    }
    return file;
  }
}
