package com.clawdforge.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.clawdforge.http.kit.Installation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, in a project whose parts only record how they were called. */
@Timeout(60)
class LauncherTest {
  @TempDir Path temp;

  private Path project = Path.of("");
  private Path jdk = Path.of("");

  private record Ended(int exitStatus, String output) {}

  @BeforeEach
  void a_project_that_is_built() throws Exception {
    project = temp.resolve("the project");
    Path launcher = project.resolve("clawdforge");
    Files.createDirectories(project);
    Files.copy(Installation.ROOT.resolve("clawdforge"), launcher);
    assertTrue(launcher.toFile().setExecutable(true));
    Files.createFile(project.resolve("pom.xml"));
    for (String module : List.of("clawdforge-core", "clawdforge-http")) {
      Files.createDirectories(project.resolve(module + "/src/main"));
      Files.createFile(project.resolve(module + "/pom.xml"));
    }
    Path target = Files.createDirectories(project.resolve("clawdforge-http/target"));
    Files.createFile(target.resolve("clawdforge.jar"));
    Installation.script(project.resolve("agents/install"), "echo installs");
    jdk = jdk("jdk", "25.0.1", "for each; do echo \"[$each]\"; done; exit 7");
  }

  @Test
  void the_program_gets_the_arguments_as_they_are_and_its_exit_status_counts() throws Exception {
    Ended ended = launch("run", "two words", "", "$HOME *");

    assertEquals(7, ended.exitStatus());
    assertTrue(ended.output().contains("[-jar]\n[" + jar() + "]\n"), ended::output);
    assertTrue(ended.output().endsWith("[run]\n[two words]\n[]\n[$HOME *]\n"), ended::output);
    assertTrue(ended.output().contains("[-Dclawdforge.agents=" + real(project) + "/agents]"));
    assertFalse(ended.output().contains("installs"), "a client needs no agents");
  }

  @Test
  void commands_that_need_the_agents_install_them_first() throws Exception {
    for (String command : List.of("serve", "demo", "doctor")) {
      assertTrue(launch(command).output().startsWith("installs\n["), command);
      assertFalse(launch(command, "--help").output().contains("installs"), command);
    }
  }

  @Test
  void a_login_installs_the_agent_that_it_is_for() throws Exception {
    Installation.script(project.resolve("agents/install"), "echo installs \"($1)\"");

    assertTrue(launch("login").output().contains("installs ()"));
    assertTrue(launch("login", "codex").output().contains("installs (codex)"));
  }

  @Test
  void without_agents_only_the_doctor_goes_on() throws Exception {
    Installation.script(project.resolve("agents/install"), "echo no npm; exit 1");

    assertEquals(new Ended(1, "no npm\n"), launch("serve"));
    assertEquals(new Ended(1, "no npm\n"), launch("demo"));
    assertEquals(7, launch("doctor").exitStatus());
  }

  @Test
  void a_jdk_that_is_too_old_is_passed_over() throws Exception {
    Path old = jdk("old", "17.0.9", "echo old");

    assertFalse(launchWith(old, "--help").output().contains("old\n"));
  }

  @Test
  void it_may_be_called_by_a_link_from_anywhere() throws Exception {
    Path bin = Files.createDirectories(temp.resolve("bin"));
    Path relative =
        Files.createSymbolicLink(bin.resolve("a"), Path.of("../the project/clawdforge"));
    Path absolute = Files.createSymbolicLink(bin.resolve("b"), relative);

    Ended ended = start(jdk, List.of(absolute.toString(), "--help"));

    assertTrue(ended.output().contains("[" + jar() + "]"), ended::output);
  }

  @Test
  void what_is_newer_than_the_jar_is_built_first() throws Exception {
    newerSource();
    Installation.script(temp.resolve("tools/mvn"), "echo \"[ERROR] in $PWD: $*\"; exit 1");

    for (String command : List.of("serve", "demo", "doctor", "install")) {
      Ended ended = launch(command);

      assertEquals(1, ended.exitStatus());
      assertTrue(
          ended.output().contains("[ERROR] in " + real(project) + ": -B -ntp package -DskipTests"),
          ended::output);
      assertTrue(ended.output().contains("the build failed"), ended::output);
    }
    assertFalse(Files.exists(project.resolve(".build.lock")), "the lock of a failed build");
  }

  @Test
  void a_client_runs_an_old_jar_at_once_and_says_so_in_one_line() throws Exception {
    newerSource();
    Installation.script(temp.resolve("tools/mvn"), "echo builds; exit 1");

    for (List<String> words :
        List.of(List.of("run", "x"), List.of("backup", "f"), List.of("serve", "--help"))) {
      Ended ended = launch(words.toArray(String[]::new));

      assertEquals(7, ended.exitStatus());
      assertTrue(
          ended.output().startsWith("clawdforge: the source is newer than the jar"), ended::output);
      assertEquals(1, ended.output().lines().filter(line -> !line.startsWith("[")).count());
    }
  }

  @Test
  void a_client_builds_if_there_is_no_jar() throws Exception {
    Files.delete(Path.of(jar()));
    Installation.script(temp.resolve("tools/mvn"), "touch '" + jar() + "'");

    Ended ended = launch("run", "x");

    assertEquals(7, ended.exitStatus(), ended::output);
    assertTrue(ended.output().contains("clawdforge: built in "), ended::output);
  }

  @Test
  void scripts_have_an_old_jar_built_without_running_it() throws Exception {
    newerSource();
    Path builds = temp.resolve("builds");
    Installation.script(temp.resolve("tools/mvn"), "echo one >>'" + builds + "'");

    Ended ended = launch("--build");

    assertEquals(0, ended.exitStatus(), ended::output);
    assertFalse(ended.output().contains("[--build]"), ended::output);
    assertEquals(List.of("one"), Files.readAllLines(builds));
  }

  @Test
  void two_launchers_at_once_build_once() throws Exception {
    Files.delete(Path.of(jar()));
    Path builds = temp.resolve("builds");
    Path go = temp.resolve("go");
    Installation.script(
        temp.resolve("tools/mvn"),
        "echo one >>'"
            + builds
            + "'; until [ -e '"
            + go
            + "' ]; do sleep 0.1; done; touch '"
            + jar()
            + "'");

    Launched first = begin(jdk, List.of(project.resolve("clawdforge").toString(), "doctor"));
    Installation.await("the first builds", () -> Files.exists(builds));
    Launched second = begin(jdk, List.of(project.resolve("clawdforge").toString(), "run"));
    Installation.await("the second waits", () -> second.output().contains("waiting for a build"));
    Files.createFile(go);

    assertEquals(7, first.ended().exitStatus());
    assertEquals(7, second.ended().exitStatus(), second.output());
    assertEquals(List.of("one"), Files.readAllLines(builds));
  }

  @Test
  void a_lock_that_a_killed_build_left_is_taken_over() throws Exception {
    Files.delete(Path.of(jar()));
    Installation.script(temp.resolve("tools/mvn"), "touch '" + jar() + "'");
    Path lock = Files.createDirectories(project.resolve(".build.lock"));
    Files.writeString(lock.resolve("pid"), ended() + "\n");

    assertEquals(7, launch("run", "x").exitStatus());
    assertFalse(Files.exists(lock));
  }

  @Test
  void a_server_runs_from_a_copy_and_copies_of_killed_servers_are_deleted() throws Exception {
    Path serving = Files.createDirectories(project.resolve(".serving")).toRealPath();
    Path left = Files.createFile(serving.resolve(ended() + ".jar"));
    Path alsoLeft = Files.createDirectories(serving.resolve(String.valueOf(ended())));
    Path used =
        Files.createDirectories(serving.resolve(String.valueOf(ProcessHandle.current().pid())));
    Files.writeString(Path.of(jar()), "the jar");

    String output = launch("serve").output();

    Path copy = Path.of(between(output, "[-jar]\n[", "]"));
    assertEquals(serving, copy.resolve("../..").normalize(), output);
    assertEquals("the jar", Files.readString(copy));
    // Java's cache is of a jar with this name and time.
    assertEquals("clawdforge.jar", copy.getFileName().toString());
    assertEquals(
        Files.getLastModifiedTime(Path.of(jar())).toInstant().getEpochSecond(),
        Files.getLastModifiedTime(copy).toInstant().getEpochSecond());
    assertTrue(output.contains("[-Dclawdforge.copy=" + copy + "]"), output);
    assertFalse(Files.exists(left), "a copy of an earlier version whose server is gone");
    assertFalse(Files.exists(alsoLeft), "a copy whose server is gone");
    assertTrue(Files.exists(used), "a copy whose server runs");
  }

  @Test
  void the_first_command_has_the_cache_of_classes_made_and_the_next_one_uses_it() throws Exception {
    Path cache = cacheOf(caching("25.0.1"), "made of it");

    assertEquals("made of it\n", Files.readString(cache));
    String output = launch("status").output();
    assertTrue(output.contains("[-XX:AOTCache=" + cache.toRealPath() + "]\n"), output);
    assertTrue(output.contains("[-Xlog:aot*=off]\n"), output);
    assertFalse(launch("help").output().contains("AOTCache"), "not worth it");
    assertEquals(List.of(), Installation.entries(temp.resolve("home")), "none is made at home");
    assertTrue(
        Installation.entries(temp).stream().noneMatch(file -> ("" + file).contains("-classes.")),
        "its folder for temporary files is left");
  }

  @Test
  void a_jdk_before_25_gets_an_archive_of_classes() throws Exception {
    Path cache = cacheOf(caching("21.0.9"), "made of it");

    String output = launch("status").output();

    assertTrue(cache.endsWith("classes-21.cache"));
    assertTrue(output.contains("[-XX:SharedArchiveFile=" + cache.toRealPath() + "]\n"), output);
  }

  @Test
  void a_cache_of_another_jar_or_that_was_changed_is_not_used_but_replaced() throws Exception {
    Path java = caching("25.0.1");
    Path cache = cacheOf(java, "the first");

    Files.writeString(Path.of(jar()), "another jar");
    says(java, "the second");
    assertFalse(launch("status").output().contains("AOTCache"), "it is of another jar");
    Installation.await("it is made again", () -> isMade(cache, "the second"));

    Files.writeString(cache, "cut");
    says(java, "the third");
    assertFalse(launch("status").output().contains("AOTCache"), "it was changed");
    Installation.await("it is made again", () -> isMade(cache, "the third"));
    assertTrue(launch("status").output().contains("AOTCache"));
  }

  @Test
  void where_java_makes_no_cache_it_is_tried_once() throws Exception {
    Path tried = temp.resolve("tried");
    caching("25.0.1");
    Installation.script(
        jdk.resolve("bin/java"),
        "case $* in *training-run) echo once >>'" + tried + "'; exit 1 ;; esac; exit 7");
    Path note = Path.of(jar()).resolveSibling("classes-25.cache.of");

    assertEquals(new Ended(7, ""), launch("status"));
    Installation.await("it is noted", () -> Files.exists(note));
    assertEquals(new Ended(7, ""), launch("status"));
    assertEquals(new Ended(7, ""), launch("status"));

    assertEquals(List.of("once"), Files.readAllLines(tried));
  }

  @Test
  void a_user_who_cannot_write_next_to_the_jar_has_a_cache_of_his_own() throws Exception {
    Path folder = Path.of(jar()).resolveSibling("");
    assumeTrue(folder.toFile().setWritable(false) && !Files.isWritable(folder), "root may");
    caching("25.0.1");
    Path cache = temp.resolve("home/.cache/clawdforge/classes-25.cache");

    launch("status");
    Installation.await("it is made", () -> isMade(cache, "made"));

    assertTrue(launch("status").output().contains("[-XX:AOTCache=" + cache + "]"));
    assertTrue(folder.toFile().setWritable(true));
  }

  @Test
  void options_of_the_operator_come_last_and_replace_the_collector() throws Exception {
    Launched one =
        begin(
            jdk,
            List.of(
                "/bin/sh",
                "-c",
                "CLAWDFORGE_JAVA_OPTIONS='-Xmx64m -XX:+UseG1GC' exec \"$0\" serve",
                project.resolve("clawdforge").toString()));

    String output = one.ended().output();

    assertTrue(output.contains("[-Xms24m]\n[-Xmx64m]\n[-XX:+UseG1GC]\n"), output);
    assertFalse(output.contains("UseSerialGC"), output);
  }

  /** A JDK that writes a cache, and names its arguments otherwise. */
  private Path caching(String version) throws IOException {
    jdk = jdk("caching", version, "");
    Files.createDirectories(jdk.resolve("lib"));
    Files.createFile(jdk.resolve("lib/modules"));
    says(jdk, "made");
    return jdk;
  }

  private static void says(Path javaHome, String text) throws IOException {
    Installation.script(
        javaHome.resolve("bin/java"),
        """
        for each; do
          case $each in
            -XX:AOTCacheOutput=*|-XX:ArchiveClassesAtExit=*) echo '%s' >"${each#*=}"; exit 0 ;;
          esac
        done
        for each; do echo "[$each]"; done
        exit 7"""
            .formatted(text));
  }

  private Path cacheOf(Path javaHome, String text) throws Exception {
    says(javaHome, text);
    String version = Files.readString(javaHome.resolve("release")).substring(14, 16);
    Path cache = Path.of(jar()).resolveSibling("classes-" + version + ".cache");
    assertFalse(launch("status").output().contains("cache"), "there is none yet");
    Installation.await("it is made", () -> isMade(cache, text));
    return cache;
  }

  private static boolean isMade(Path cache, String text) throws IOException {
    return Files.exists(cache)
        && Files.readString(cache).equals(text + "\n")
        && Files.exists(cache.resolveSibling(cache.getFileName() + ".of"))
        && !Files.exists(cache.resolveSibling(cache.getFileName() + ".making"));
  }

  @Test
  void java_gets_a_locale_in_utf8_and_the_users_own_if_it_is_one() throws Exception {
    Path spoken = jdk("spoken", "25.0.1", "echo \"locale [${LC_ALL-none}]\"");
    Path locale = temp.resolve("tools/locale");

    Installation.script(locale, "echo UTF-8");
    assertEquals("locale [none]\n", launchWith(spoken, "run", "x").output());

    Installation.script(locale, "[ \"${LC_ALL-}\" = en_US.UTF-8 ] && echo UTF-8 || echo ANSI");
    assertEquals("locale [en_US.UTF-8]\n", launchWith(spoken, "run", "x").output());

    Installation.script(locale, "exit 127");
    assertEquals("locale [C.UTF-8]\n", launchWith(spoken, "run", "x").output());
  }

  private void newerSource() throws IOException {
    Path source = Files.createFile(project.resolve("clawdforge-core/src/main/New.java"));
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
  }

  /** The id of a process that is over. */
  private static long ended() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    return process.pid();
  }

  private static String between(String text, String before, String after) {
    int begin = text.indexOf(before) + before.length();
    assertTrue(begin >= before.length(), text);
    return text.substring(begin, text.indexOf(after, begin));
  }

  private Path jdk(String name, String version, String java) throws IOException {
    Path home = temp.resolve(name);
    Installation.script(home.resolve("bin/java"), java);
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private String jar() throws IOException {
    return real(project) + "/clawdforge-http/target/clawdforge.jar";
  }

  private static String real(Path path) throws IOException {
    return path.toRealPath().toString();
  }

  private Ended launch(String... arguments) throws Exception {
    return launchWith(jdk, arguments);
  }

  private Ended launchWith(Path javaHome, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(project.resolve("clawdforge").toString()));
    command.addAll(Arrays.asList(arguments));
    return start(javaHome, command);
  }

  private Ended start(Path javaHome, List<String> command) throws Exception {
    return begin(javaHome, command).ended();
  }

  private Launched begin(Path javaHome, List<String> command) throws Exception {
    Path output = Files.createTempFile(temp, "launched-", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(temp.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", temp.resolve("tools") + ":" + System.getenv("PATH"));
    builder.environment().put("HOME", temp.resolve("home").toString());
    builder.environment().put("TMPDIR", temp.toString());
    builder.environment().put("JAVA_HOME", javaHome.toString());
    return new Launched(builder.start(), output);
  }

  private record Launched(Process process, Path file) {
    String output() throws IOException {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    Ended ended() throws Exception {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("it does not end: " + output());
      }
      return new Ended(process.exitValue(), output());
    }
  }
}
