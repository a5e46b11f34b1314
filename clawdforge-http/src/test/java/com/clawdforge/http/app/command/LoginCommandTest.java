package com.clawdforge.http.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.Cli;
import com.clawdforge.http.app.config.ProgramName;
import com.clawdforge.http.kit.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code login}, with a shell script as the agent. */
@Timeout(60)
final class LoginCommandTest {
  @TempDir private Path temp;
  private Map<String, String> environment;

  @BeforeEach
  void prepare() throws Exception {
    environment = Installation.environment(temp);
    environment.remove("ANTHROPIC_API_KEY");
    environment.put("TERM", "xterm");
    environment.put("ADMIN_BOOTSTRAP_TOKEN", "the-long-secret-of-the-administrator");
  }

  private Path claude(int status, boolean loggedIn) throws Exception {
    Path claude =
        Installation.script(
            temp.resolve("claude"),
            "if [ \"$2\" = status ]; then echo '{\"loggedIn\":"
                + loggedIn
                + ",\"authMethod\":\"claude.ai\"}'; exit; fi\n"
                + "echo \"$@\" > "
                + temp.resolve("argv")
                + "; env > "
                + temp.resolve("env")
                + "; exit "
                + status);
    environment.put("CLAUDE_BIN", claude.toString());
    return claude;
  }

  @Test
  void the_agents_own_login_has_the_home_and_the_environment_of_the_server() throws Exception {
    claude(0, true);

    Cli login = Cli.run(environment, "login", "claude", "--", "--console");

    assertEquals(0, login.exitStatus(), login::output);
    assertEquals("auth login --console\n", Files.readString(temp.resolve("argv")));
    String variables = Files.readString(temp.resolve("env"));
    assertTrue(variables.contains("\nHOME=" + environment.get("HOME") + "\n"), variables);
    assertTrue(variables.contains("TERM=xterm\n"), variables);
    assertFalse(variables.contains("the-long-secret-of-the-administrator"), variables);
    assertEquals("ok: subscription login (claude /login)\n", login.output());
  }

  @Test
  void a_login_that_fails_ends_with_its_status_and_says_what_is_missing() throws Exception {
    claude(7, false);

    Cli login = Cli.run(environment, "login");

    assertEquals(7, login.exitStatus(), login::output);
    assertTrue(login.output().contains("fault: claude is not logged in"), login::output);
    assertTrue(login.output().contains("`" + ProgramName.typed("login") + "`"), login::output);
  }

  @Test
  void an_agent_that_is_not_there_is_one_line() {
    environment.put("CLAUDE_BIN", "/nowhere/claude");

    Cli login = Cli.run(environment, "login");

    assertEquals(1, login.exitStatus());
    assertEquals(
        "clawdforge: /nowhere/claude is not installed; run agents/install\n", login.output());
    assertEquals(2, Cli.run(environment, "login", "gemini").exitStatus());
  }
}
