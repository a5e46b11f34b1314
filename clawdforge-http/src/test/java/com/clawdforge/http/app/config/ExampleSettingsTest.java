package com.clawdforge.http.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.clawdforge.http.kit.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The file {@code .env.example}. */
class ExampleSettingsTest {
  private static final Pattern SETTING = Pattern.compile("(?m)^#?([A-Z][A-Z0-9_]*)=(.*)$");

  @Test
  void the_example_lists_exactly_the_names_that_the_server_knows() throws Exception {
    Set<String> known = new TreeSet<>(GatewayConfig.KNOWN);
    // Set for agents, not by people.
    known.remove("CLAWDFORGE_AGENT_RUN");
    known.addAll(
        List.of(
            "ADMIN_BOOTSTRAP_TOKEN",
            "ADMIN_BOOTSTRAP_TOKEN_FILE",
            "ALLOW_CIDRS",
            "RUNS_DIR",
            "ACPX_SESSIONS_CWD",
            "CLAUDE_BIN",
            "ACPX_BIN"));

    List<String> listed = new ArrayList<>(example().keySet());
    assertEquals(List.copyOf(known), listed.stream().sorted().toList());
  }

  @Test
  void the_example_shows_the_real_defaults() throws Exception {
    GatewayConfig fromExample = GatewayConfig.from(example());
    GatewayConfig defaults = GatewayConfig.from(Map.of());

    assertEquals(comparable(defaults), comparable(fromExample));
  }

  private static List<Object> comparable(GatewayConfig config) {
    return List.of(
        config.server().adminSecret() == null,
        config.server().host(),
        config.server().port(),
        config.server().rules(),
        config.server().addresses(),
        config.server().scrapers(),
        config.server().drain(),
        config.storage(),
        config.agents(),
        config.limits());
  }

  private static Map<String, String> example() throws IOException {
    String text = Files.readString(Installation.ROOT.resolve(".env.example"));
    Map<String, String> settings = new HashMap<>();
    Matcher matcher = SETTING.matcher(text);
    while (matcher.find()) {
      assertNull(settings.put(matcher.group(1), matcher.group(2)), "listed twice: " + matcher);
    }
    return settings;
  }
}
