package com.clawdforge.acpx.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which connections a child can make, and by which ways it cannot make others. */
@Timeout(60)
final class ConnectionsTest {
  private static final Isolation ISOLATION = Isolation.of(Isolation.Wish.AUTO);
  private static final String PERL = "/usr/bin/perl";
  private static final boolean X86 =
      Set.of("amd64", "x86_64").contains(System.getProperty("os.arch"));
  private static final String DENIED = "Permission denied";

  /** Of each, the child says whether it has done it, or why not. */
  private static final String CONNECT =
      "connect($s, sockaddr_in(PORT, INADDR_LOOPBACK)) or die \"$!\"; print \"done\"";

  @TempDir Path temp;
  private ServerSocket model;
  private ServerSocket other;

  @BeforeEach
  void listen() throws IOException {
    assumeTrue(ISOLATION.keepsNetwork(), ISOLATION::what);
    assumeTrue(Files.isExecutable(Path.of(PERL)), "the test makes sockets with perl");
    model = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    if (model != null) {
      model.close();
      other.close();
    }
  }

  @Test
  void a_child_connects_to_the_ports_that_are_named_and_to_no_other() throws Exception {
    String socket = "socket(my $s, AF_INET, SOCK_STREAM, 0) or die \"$!\"; ";
    String toOther = socket + CONNECT.replace("PORT", String.valueOf(other.getLocalPort()));
    String toModel = socket + CONNECT.replace("PORT", String.valueOf(model.getLocalPort()));

    assertEquals("done", run(toModel, onlyModel(false)));
    assertEquals(DENIED, run(toOther, onlyModel(false)));
    assertEquals(DENIED, run(toModel, new Connections(Set.of(), false)));
    assertEquals("done", run(toOther, null));
  }

  @Test
  void the_port_is_that_of_loopback_and_of_no_other_address() throws Exception {
    InetAddress elsewhere = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
    try (ServerSocket same = new ServerSocket(model.getLocalPort(), 50, elsewhere)) {
      String connect =
          "socket(my $s, AF_INET, SOCK_STREAM, 0) or die \"$!\";"
              + " connect($s, sockaddr_in("
              + model.getLocalPort()
              + ", inet_aton(\"127.0.0.2\"))) or die \"$!\"; print \"done\"";

      assertEquals("done", run(connect, null));
      same.accept().close();
      assertEquals(DENIED, run(connect, onlyModel(false)));

      same.setSoTimeout(1);
      assertThrows(SocketTimeoutException.class, same::accept);
    }
  }

  @Test
  void a_socket_cannot_be_turned_elsewhere() throws Exception {
    String turned =
        "socket(my $s, AF_INET, SOCK_STREAM, 0) or die \"$!\";"
            + " connect($s, pack(\"S x14\", 0)); connect($s, sockaddr_in("
            + other.getLocalPort()
            + ", INADDR_LOOPBACK)); defined(send($s, \"hello\", 0)) or die \"$!\"; print \"done\"";

    assertEquals("done", run(turned, onlyModel(false)));

    assertEquals("hello", received(model));
    other.setSoTimeout(1);
    assertThrows(SocketTimeoutException.class, other::accept);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "SOCK_NONBLOCK", "SOCK_CLOEXEC"})
  void a_connection_carries_what_is_sent_whatever_its_kind(String flag) throws Exception {
    String sending =
        "socket(my $s, AF_INET, SOCK_STREAM | "
            + flag
            + ", IPPROTO_TCP) or die \"$!\"; my $flags = fcntl($s, 3, 0);"
            + " connect($s, sockaddr_in("
            + model.getLocalPort()
            + ", INADDR_LOOPBACK)) or $!{EINPROGRESS} or die \"$!\"; defined(send($s, \"hello\", 0)) or"
            + " die \"$!\"; print $flags & 0x800 ? \"at once\" : \"waits\"";

    assertEquals(
        flag.equals("SOCK_NONBLOCK") ? "at once" : "waits", run(sending, onlyModel(false)));
    assertEquals("hello", received(model));
  }

  @Test
  void many_children_connect_at_once() throws Exception {
    String all =
        "my @all; for my $n (1..20) { my $p = fork(); if (!$p) { for (1..20) { socket(my $s, AF_INET,"
            + " SOCK_STREAM, 0) or exit(1); close($s); } exit(0); } push @all, $p; }"
            + " my $bad = 0; for (@all) { waitpid($_, 0); $bad++ if $?; } print \"bad: $bad\"";
    Thread accepting =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    while (true) {
                      model.accept().close();
                    }
                  } catch (IOException closed) {
                    // The test is over.
                  }
                });

    assertEquals("bad: 0", run(all, onlyModel(false)));
    model.close();
    accepting.join();
  }

  private static String received(ServerSocket server) throws IOException {
    server.setSoTimeout(10_000);
    try (Socket caller = server.accept()) {
      return new String(caller.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Each of them succeeds where connections are not limited, or this kernel has no such thing. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          IPv6            | socket(my $s, AF_INET6, SOCK_STREAM, 0) or die "$!"; connect($s, pack_sockaddr_in6(PORT, inet_pton(AF_INET6, "::ffff:127.0.0.1"))) or die "$!"; print "done"
          MPTCP           | socket(my $s, AF_INET, SOCK_STREAM, 262) or die "$!"; CONNECT
          TCP Fast Open   | socket(my $s, AF_INET, SOCK_STREAM, 0) or die "$!"; defined(send($s, "x", 0x20000000, sockaddr_in(PORT, INADDR_LOOPBACK))) or die "$!"; print "done"
          UDP             | socket(my $s, AF_INET, SOCK_DGRAM, 0) or die "$!"; defined(send($s, "x", 0, sockaddr_in(PORT, INADDR_LOOPBACK))) or die "$!"; print "done"
          ping            | socket(my $s, AF_INET, SOCK_DGRAM, 1) or die "$!"; print "done"
          listening       | socket(my $s, AF_INET, SOCK_STREAM, 0) or die "$!"; listen($s, 1) or die "$!"; print "done"
          a port          | socket(my $s, AF_INET, SOCK_STREAM, 0) or die "$!"; bind($s, sockaddr_in(0, INADDR_ANY)) or die "$!"; print "done"
          a socket's file | socket(my $s, AF_UNIX, SOCK_STREAM, 0) or die "$!"; connect($s, pack_sockaddr_un("FILE")) or die "$!"; print "done"
          a pair of datagram sockets | socketpair(my $a, my $b, AF_UNIX, SOCK_DGRAM, 0) or die "$!"; print "done"
          a pair of raw sockets | socketpair(my $a, my $b, AF_UNIX, SOCK_RAW + SOCK_CLOEXEC, 0) or die "$!"; print "done"
          the host of a virtual machine | socket(my $s, 40, SOCK_STREAM, 0) or die "$!"; print "done"
          """)
  void no_other_way_out_is_open(String way, String script) throws Exception {
    Path file = temp.resolve("sock");
    String program =
        script
            .replace("CONNECT", CONNECT)
            .replace("PORT", String.valueOf(other.getLocalPort()))
            .replace("FILE", file.toString());
    try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listening.bind(UnixDomainSocketAddress.of(file));
      String unlimited = run(program, null);
      assumeTrue(unlimited.equals("done"), () -> way + " is not known here: " + unlimited);

      assertEquals(DENIED, run(program, onlyModel(false)), way);
      boolean findsNames = way.equals("UDP") || script.contains("AF_UNIX");
      assertEquals(findsNames ? "done" : DENIED, run(program, onlyModel(true)), way);
    }
  }

  @Test
  void io_uring_which_connects_by_itself_is_not_offered() throws Exception {
    assertTrue(
        run("syscall(425, 1, my $p = \"\\0\" x 120) >= 0 or die \"$!\"", onlyModel(true))
            .contains("not permitted"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SOCK_STREAM", "SOCK_SEQPACKET", "SOCK_STREAM | SOCK_CLOEXEC"})
  void pipes_and_pairs_of_sockets_work_as_before(String type) throws Exception {
    assertEquals(
        "done",
        run(
            "socketpair(my $a, my $b, AF_UNIX, "
                + type
                + ", 0) or die \"$!\"; syswrite($a, \"done\"); sysread($b, my $t, 4); print $t",
            onlyModel(false)));
  }

  /** The address is read for the answer alone, whatever its length is said to be. */
  @ParameterizedTest
  @ValueSource(strings = {"-0x7ffffffffffff000", "-1", "0", "0x7fffffff", "4096"})
  void an_odd_length_of_an_address_ends_no_connections(String length) throws Exception {
    String odd =
        "socket(my $s, AF_INET, SOCK_STREAM, 0) or die \"$!\"; my $to = sockaddr_in("
            + model.getLocalPort()
            + ", INADDR_LOOPBACK) . \"\\0\" x 5000; my $r = syscall("
            + (X86 ? 42 : 203)
            + ", fileno($s), $to, "
            + length
            + "); print $r < 0 ? \"$!\" : \"connected\";"
            + " socket(my $next, AF_INET, SOCK_STREAM, 0) or die \"$!\"; print \", done\"";

    boolean unread = length.equals("-1") || length.equals("0");
    assertEquals((unread ? DENIED : "connected") + ", done", run(odd, onlyModel(false)));
  }

  /** The newest filter's listener decides, so a child with one would answer its own calls. */
  @Test
  void a_child_whose_server_is_gone_gets_no_sockets_and_cannot_answer_for_it() throws Exception {
    String filter =
        "my $allow = pack(\"S C C L\", 6, 0, 0, 0x7fff0000);"
            + " my $program = pack(\"S x6 P\", 1, $allow);"
            + " sub filter { syscall("
            + (X86 ? 317 : 277)
            + ", 1, $_[0], $program) < 0 ? \"$!\" : \"installed\" }"
            + " print socket(my $s, AF_INET, SOCK_STREAM, 0) ? \"a socket\" : \"$!\";"
            + " print \", \", filter($_) for (0, 8, 8 | 32)";

    assertEquals(
        "Function not implemented, installed, " + DENIED + ", " + DENIED, runUnserved(filter));
    assertEquals("a socket, installed, " + DENIED + ", " + DENIED, run(filter, onlyModel(false)));
  }

  @Test
  void a_child_that_cannot_be_given_sockets_is_ended() throws Exception {
    Landlock landlock =
        new Landlock(
            (kernel, listener, socketCall, port) -> {
              throw new IOException("no thread");
            });
    assertEquals(Optional.of("no thread"), landlock.objectionToLessNetwork());
    List<ProcessHandle> before = ProcessHandle.current().children().toList();
    ProcessBuilder sleeping = new ProcessBuilder("/bin/sleep", "40");

    assertThrows(
        IOException.class,
        () ->
            landlock
                .under(SystemPaths.with(Confinement.NOTHING), onlyModel(false))
                .start(sleeping));

    List<ProcessHandle> left =
        ProcessHandle.current().children().filter(child -> !before.contains(child)).toList();
    for (ProcessHandle child : left) {
      child.onExit().get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void a_system_that_takes_the_filter_and_gives_no_sockets_cannot_limit_connections()
      throws Exception {
    Landlock closing = new Landlock((kernel, listener, socketCall, port) -> kernel.close(listener));

    assertFalse(closing.keepsNetwork());
    assertEquals(
        Optional.of("sockets cannot be given, socket fails with error 38"),
        closing.objectionToLessNetwork());
    assertEquals(Optional.empty(), new Landlock().objectionToLessNetwork());
  }

  @Test
  void where_connections_cannot_be_limited_nothing_is_started() {
    Confinement limited = Confinement.NOTHING.connecting(onlyModel(false));

    assertThrows(
        IOException.class,
        () -> Isolation.none().starter(limited).start(new ProcessBuilder("/bin/true")));
  }

  private Connections onlyModel(boolean names) {
    return new Connections(Set.of(model.getLocalPort()), names);
  }

  /** What the child printed, or else the end of its complaint without perl's own words. */
  private String run(String script, @Nullable Connections connections) throws Exception {
    Process child =
        ISOLATION
            .starter(Confinement.NOTHING.writing(List.of(temp)).connecting(connections))
            .start(
                new ProcessBuilder(PERL, "-MSocket=:all", "-e", script)
                    .directory(temp.toFile())
                    .redirectErrorStream(true));
    child.getOutputStream().close();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(child.waitFor(20, TimeUnit.SECONDS));
    return withoutPlace(said);
  }

  /** As {@link #run}, where nobody answers the calls that the filter sends. */
  private String runUnserved(String script) throws Exception {
    ForeignFunctions foreign = new ForeignFunctions();
    SystemCalls kernel = new SystemCalls(foreign);
    SocketFilter filter = new SocketFilter(onlyModel(false), foreign);
    ProcessBuilder perl =
        new ProcessBuilder(PERL, "-MSocket=:all", "-e", script).redirectErrorStream(true);
    CompletableFuture<Process> started = new CompletableFuture<>();
    // Of no files, and of the ports that are bound to.
    long ruleset = kernel.landlockCreate(SystemCalls.memory(2 * Long.BYTES).putLong(Long.BYTES, 1));
    Thread restricted =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    kernel.close(kernel.restrictThisThread(ruleset, filter));
                    started.complete(perl.start());
                  } catch (IOException | RuntimeException | Error e) {
                    started.completeExceptionally(e);
                  }
                });
    restricted.join();
    kernel.close(ruleset);
    Process child = started.get(1, TimeUnit.SECONDS);
    child.getOutputStream().close();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(child.waitFor(20, TimeUnit.SECONDS));
    return withoutPlace(said);
  }

  private static String withoutPlace(String said) {
    return said.replaceAll(" at -e line 1.*\\n?", "").strip();
  }
}
