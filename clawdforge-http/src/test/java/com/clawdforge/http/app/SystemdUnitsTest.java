package com.clawdforge.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.config.GatewayConfig;
import com.clawdforge.http.kit.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * The units in {@code ops/systemd}, held to what the server does; {@code .ci/systemd} verifies
 * them.
 */
class SystemdUnitsTest {
  private static final String SYSTEM = "ops/systemd/clawdforge.service";
  private static final String USER = "ops/systemd/user/clawdforge.service";
  private static final Pattern SETTING = Pattern.compile("CLAWDFORGE_[A-Z_]+");

  /** The server cancels what is left after the drain, and closes its parts. */
  private static final Duration TO_END_THE_REST = Duration.ofMinutes(1);

  /** The last four hide parts of /proc: a sandbox in a user namespace could not mount its own. */
  private static final List<String> BREAK_AGENTS =
      List.of(
          "MemoryDenyWriteExecute",
          "RestrictNamespaces",
          "PrivateUsers",
          "ProcSubset",
          "ProtectHostname",
          "ProtectKernelLogs",
          "ProtectKernelTunables");

  @ParameterizedTest
  @ValueSource(strings = {SYSTEM, USER})
  void every_setting_that_a_unit_names_exists(String unit) throws Exception {
    String example = Files.readString(Installation.ROOT.resolve(".env.example"));
    Matcher names = SETTING.matcher(text(unit));

    assertTrue(names.find(), "it names the setting of the drain");
    do {
      assertTrue(example.contains("#" + names.group() + "="), names.group());
    } while (names.find());
  }

  @ParameterizedTest
  @ValueSource(strings = {SYSTEM, USER})
  void a_server_has_the_time_to_drain_and_its_agents_get_no_sigterm(String unit) throws Exception {
    Map<String, List<String>> lines = lines(unit);
    Duration drain = GatewayConfig.from(Map.of()).server().drain();

    assertEquals(
        List.of(String.valueOf(drain.plus(TO_END_THE_REST).toSeconds())),
        lines.get("TimeoutStopSec"));
    assertTrue(text(unit).contains("CLAWDFORGE_DRAIN_SECS (" + drain.toSeconds() + ")"));
    assertEquals(List.of("mixed"), lines.get("KillMode"));
  }

  @ParameterizedTest
  @ValueSource(strings = {SYSTEM, USER})
  void a_stop_is_no_failure_and_only_failures_start_it_again(String unit) throws Exception {
    Map<String, List<String>> lines = lines(unit);

    // 128 and the number of SIGTERM, with which Java ends before the server has its own way.
    assertEquals(List.of("143"), lines.get("SuccessExitStatus"));
    assertEquals(List.of("on-failure"), lines.get("Restart"));
    assertEquals(
        List.of(String.valueOf(CommandLine.ExitCode.USAGE)), lines.get("RestartPreventExitStatus"));
    assertEquals(List.of("5"), lines.get("StartLimitBurst"));
    int waits = number(lines, "RestartSec");
    int limit = number(lines, "StartLimitIntervalSec");
    assertTrue(5 * waits < limit, "the limit is reached before it begins anew");
  }

  @ParameterizedTest
  @ValueSource(strings = {SYSTEM, USER})
  void agents_keep_what_they_need_and_get_nothing_for_others(String unit) throws Exception {
    Map<String, List<String>> lines = lines(unit);

    assertEquals(List.of("0077"), lines.get("UMask"));
    assertEquals(List.of("yes"), lines.get("NoNewPrivileges"));
    assertEquals(List.of("0"), lines.get("LimitCORE"));
    assertEquals(List.of("continue"), lines.get("OOMPolicy"));
    for (String breaks : BREAK_AGENTS) {
      assertFalse(lines.containsKey(breaks), breaks);
    }
    assertEquals(List.of("LC_ALL=C.UTF-8"), lines.get("Environment"));
  }

  @Test
  void the_units_agree_where_both_say_something() throws Exception {
    Map<String, List<String>> system = lines(SYSTEM);
    Map<String, List<String>> user = lines(USER);
    system.keySet().retainAll(user.keySet());
    system.keySet().removeAll(List.of("ExecStart", "WorkingDirectory", "WantedBy"));
    user.keySet().retainAll(system.keySet());

    assertTrue(system.size() > 15, system::toString);
    assertEquals(system, user);
  }

  @Test
  void the_settings_of_a_user_are_read_by_the_program_alone() throws Exception {
    // systemd has other rules for such a file, and what it reads would win.
    assertFalse(lines(USER).containsKey("EnvironmentFile"));
    assertEquals(List.of("-/etc/clawdforge/env"), lines(SYSTEM).get("EnvironmentFile"));
  }

  private static int number(Map<String, List<String>> lines, String name) {
    return Integer.parseInt(lines.getOrDefault(name, List.of()).getFirst());
  }

  private static String text(String unit) throws IOException {
    return Files.readString(Path.of(Installation.ROOT.toString(), unit));
  }

  /** The values of each name, in order. */
  private static Map<String, List<String>> lines(String unit) throws IOException {
    Map<String, List<String>> lines = new LinkedHashMap<>();
    text(unit)
        .lines()
        .filter(line -> !line.startsWith("#") && line.contains("="))
        .forEach(
            line ->
                lines
                    .computeIfAbsent(
                        line.substring(0, line.indexOf('=')), name -> new ArrayList<>())
                    .add(line.substring(line.indexOf('=') + 1)));
    return lines;
  }
}
