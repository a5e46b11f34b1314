package com.clawdforge.acpx.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.clawdforge.acpx.process.ChildProcess;
import com.clawdforge.acpx.process.Starter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class IsolationTest {
  private static final Isolation ISOLATION = Isolation.of(Isolation.Wish.AUTO);

  @TempDir Path temp;
  private Path own;
  private Path other;

  @BeforeEach
  void prepare() throws IOException {
    assumeTrue(ISOLATION.holds(), ISOLATION::what);
    own = Files.createDirectory(temp.resolve("own"));
    other = Files.createDirectory(temp.resolve("other"));
    Files.writeString(other.resolve("secret"), "SECRET\n");
  }

  @Test
  void a_child_reads_and_writes_its_own_directory_and_what_is_made_there_later() throws Exception {
    Ended child =
        run(
            "mkdir a; echo kept > a/file; ln -s a/file b; mv a c; cat c/file; read go; cat later",
            () -> Files.writeString(own.resolve("later"), "of the server\n"));
    assertEquals("kept\nof the server\n", child.output);
    assertEquals("kept\n", Files.readString(own.resolve("c/file")));
  }

  @Test
  void a_child_neither_reads_nor_changes_what_is_not_its_own() throws Exception {
    Path secret = other.resolve("secret");
    Files.createSymbolicLink(own.resolve("link"), secret);
    for (String theft :
        List.of(
            "cat " + secret,
            "cat link",
            "cat ../other/secret",
            "ls " + other,
            "echo x > " + secret,
            "echo x >> " + secret,
            "echo x > " + other.resolve("new"),
            "rm " + secret,
            "mv " + secret + " .",
            "ln " + secret + " hard",
            "mkdir " + other.resolve("folder"),
            "ls " + temp,
            "ls /")) {
      Ended child = run(theft);
      assertFalse(child.status == 0, theft + " succeeded: " + child.output);
      assertFalse(child.output.contains("SECRET"), theft);
    }
    assertEquals("SECRET\n", Files.readString(secret));
    try (Stream<Path> left = Files.list(other)) {
      assertEquals(List.of(secret), left.toList());
    }
  }

  @Test
  void a_child_can_make_no_socket_that_others_could_give_orders_by() throws Exception {
    Path perl = Path.of("/usr/bin/perl");
    assumeTrue(Files.isExecutable(perl), "the test makes a socket with perl");
    String listen =
        "perl -MIO::Socket::UNIX -e"
            + " 'IO::Socket::UNIX->new(Local => \"sock\", Listen => 1) or die \"no: $!\"'";

    Ended child = run(listen + " && test -S sock");

    assertFalse(child.status == 0);
    assertTrue(child.errors.contains("Permission denied"), child.errors);
  }

  @Test
  void a_child_reaches_no_terminal_of_the_user() throws Exception {
    assertFalse(run("ls /dev/pts").status == 0);
    assertFalse(run("exec 3<> /dev/ptmx").status == 0);
  }

  @Test
  void a_child_sees_no_secrets_of_the_server_and_cannot_end_it() throws Exception {
    assumeTrue(ISOLATION.scopes(), () -> ISOLATION.what() + " does not stop signals");
    long server = ProcessHandle.current().pid();
    for (String theft :
        List.of(
            "cat /proc/" + server + "/environ",
            "cat /proc/" + server + "/maps",
            "readlink /proc/" + server + "/fd/0",
            "ls /proc/" + server + "/cwd/",
            "ls /proc/" + server + "/root/",
            "kill -0 " + server,
            "kill -CONT " + server,
            "cat /proc/" + server + "/mem")) {
      Ended child = run(theft);
      // Some files of /proc can be opened, but have nothing in them.
      boolean empty = theft.startsWith("cat") && child.output.isEmpty();
      assertTrue(child.status != 0 || empty, theft + " succeeded: " + child.output);
    }
    assertEquals("x\n", run("kill -0 $$ && echo x").output);
  }

  @Test
  void what_programs_need_is_there() throws Exception {
    Ended child =
        run(
            "head -c 1 /dev/urandom > /dev/null && echo x > /dev/null && cat /proc/self/stat >"
                + " file && test -s file && cat /etc/passwd > /dev/null && (exit 3) | cat &&"
                + " echo err > /dev/stderr && echo out > /dev/fd/1");
    assertEquals("out\n", child.output);
    assertEquals("err\n", child.errors);
  }

  @Test
  void another_child_is_out_of_reach_too() throws Exception {
    assumeTrue(ISOLATION.scopes(), () -> ISOLATION.what() + " does not stop signals");
    ChildProcess sleeper = start(ISOLATION.starter(confinement()), "read forever", new Heard());
    try {
      long pid = sleeper.pid();
      assertFalse(run("kill -9 " + pid).status == 0);
      assertEquals("", run("cat /proc/" + pid + "/environ").output);
      assertTrue(sleeper.isAlive());
    } finally {
      assertTrue(sleeper.end(Duration.ofSeconds(10)));
    }
  }

  @Test
  void no_thread_of_this_process_is_confined_afterwards_but_those_that_wait_for_children()
      throws Exception {
    List<Thread> callers = new ArrayList<>();
    ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < 20; i++) {
      callers.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      Ended unused = run("cat /etc/passwd");
                      assertEquals("SECRET\n", Files.readString(other.resolve("secret")));
                    } catch (Exception | Error e) {
                      failures.add(e);
                    }
                  }));
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertEquals(List.of(), List.copyOf(failures));
    List<String> confined = new ArrayList<>();
    try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
      for (Path thread : threads.toList()) {
        if (Files.exists(thread)
            && Files.readString(thread.resolve("status")).contains("NoNewPrivs:\t1")) {
          confined.add(Files.readString(thread.resolve("comm")).strip());
        }
      }
    }
    assertTrue(
        confined.stream().allMatch(name -> name.startsWith("process reaper")), confined::toString);
  }

  @Test
  void a_directory_that_does_not_exist_is_an_error_as_without_isolation() {
    Starter starter = ISOLATION.starter(confinement());
    ProcessBuilder nowhere =
        new ProcessBuilder("/bin/true").directory(temp.resolve("nowhere").toFile());
    assertThrows(IOException.class, () -> starter.start(nowhere));
  }

  @Test
  void without_isolation_everything_stays_as_it_was() throws Exception {
    Heard heard = new Heard();
    ChildProcess child =
        start(Isolation.none().starter(confinement()), "cat " + other.resolve("secret"), heard);
    assertEquals("SECRET\n", ended(child, heard).output);
  }

  private Confinement confinement() {
    return Confinement.NOTHING.writing(List.of(own, temp.resolve("never-made")));
  }

  private interface Meanwhile {
    void run() throws Exception;
  }

  private record Ended(int status, String output, String errors) {}

  private Ended run(String shell) throws Exception {
    return run(shell, () -> {});
  }

  private Ended run(String shell, Meanwhile meanwhile) throws Exception {
    Heard heard = new Heard();
    ChildProcess child = start(ISOLATION.starter(confinement()), shell, heard);
    meanwhile.run();
    return ended(child, heard);
  }

  private static Ended ended(ChildProcess child, Heard heard) throws Exception {
    child.stdin().close();
    assertTrue(child.awaitExit(Duration.ofSeconds(20)));
    assertTrue(child.end(Duration.ofSeconds(10)));
    return new Ended(child.exitStatus(), heard.text.toString(), child.stderrTail());
  }

  private ChildProcess start(Starter starter, String shell, Heard heard) throws IOException {
    return ChildProcess.start(
        starter,
        List.of("/bin/sh", "-c", shell),
        own,
        Map.of("PATH", "/usr/bin:/bin"),
        UUID.randomUUID().toString(),
        heard);
  }

  private static final class Heard implements ChildProcess.Listener {
    final StringBuilder text = new StringBuilder();

    @Override
    public void onLine(byte[] line) {
      text.append(new String(line, StandardCharsets.UTF_8)).append('\n');
    }

    @Override
    public void onTooMuch(String what) {}

    @Override
    public void onEnd() {}
  }
}
