package com.clawdforge.acpx.isolation;

import com.clawdforge.acpx.process.Starter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Landlock by the kernel's system calls. A thread restricts itself, starts the child, which
 * inherits that, and ends.
 *
 * <p>Threads inherit it too. Java's own thread that waits for the child's exit is therefore
 * restricted, and lives on for a minute to wait for other children. Nothing else may run on it, and
 * it may start no thread: {@link com.clawdforge.acpx.process.ChildProcess} sees to that.
 */
final class Landlock implements Confiner {
  private static final Logger log = LoggerFactory.getLogger(Landlock.class);

  // <linux/landlock.h>
  private static final long EXECUTE = 1;
  private static final long WRITE_FILE = 1 << 1;
  private static final long READ_FILE = 1 << 2;
  private static final long READ_DIR = 1 << 3;
  private static final long REMOVE_DIR = 1 << 4;
  private static final long REMOVE_FILE = 1 << 5;
  private static final long MAKE_CHAR = 1 << 6;
  private static final long MAKE_DIR = 1 << 7;
  private static final long MAKE_REG = 1 << 8;
  private static final long MAKE_SOCK = 1 << 9;
  private static final long MAKE_FIFO = 1 << 10;
  private static final long MAKE_BLOCK = 1 << 11;
  private static final long MAKE_SYM = 1 << 12;
  private static final long REFER = 1 << 13;
  private static final long TRUNCATE = 1 << 14;
  private static final long IOCTL_DEV = 1 << 15;
  private static final long SCOPE_ABSTRACT_UNIX_SOCKET = 1;
  private static final long SCOPE_SIGNAL = 1 << 1;
  private static final long PATH_BENEATH = 1;
  private static final long BIND_TCP = 1;
  private static final long CONNECT_TCP = 1 << 1;
  private static final long NET_PORT = 2;

  private static final long READS = EXECUTE | READ_FILE | READ_DIR;

  /**
   * No sockets: Landlock lets everybody connect to one. Claude Code listens on one in its temporary
   * folder and takes orders from it (agent-facts.md).
   */
  private static final long CHANGES =
      READS
          | WRITE_FILE
          | REMOVE_DIR
          | REMOVE_FILE
          | MAKE_DIR
          | MAKE_REG
          | MAKE_FIFO
          | MAKE_SYM
          | REFER
          | TRUNCATE;

  private static final long DEVICES = READ_FILE | WRITE_FILE | READ_DIR | IOCTL_DEV;
  private static final long ALL = CHANGES | MAKE_SOCK | MAKE_CHAR | MAKE_BLOCK | IOCTL_DEV;

  /** The rest is refused for what is no directory. */
  private static final long OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV;

  /** The first ABI that has a right, or member of the attributes, that the one before had not. */
  private static final int ABI_REFER = 2;

  private static final int ABI_TRUNCATE = 3;
  private static final int ABI_NET = 4;
  private static final int ABI_IOCTL_DEV = 5;
  private static final int ABI_SCOPES = 6;

  private static final String TOO_OLD = "this kernel cannot limit connections (Linux 6.7 can)";
  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private static final int EPERM = 1;
  private static final int ENOENT = 2;
  private static final int ENOSYS = 38;
  private static final int EOPNOTSUPP = 95;

  private final ForeignFunctions foreign;
  private final int abi;
  private final long handled;
  private final Giving giving;
  private final @Nullable String networkObjection;

  /** See {@link GivenSockets#give}. */
  interface Giving {
    void give(SystemCalls kernel, long listener, int socketCall, int port) throws IOException;
  }

  /**
   * @throws IOException if this kernel, or what surrounds this process, has no Landlock
   */
  Landlock() throws IOException {
    this(GivenSockets::give);
  }

  /** With another way to give sockets. */
  Landlock(Giving giving) throws IOException {
    this.giving = giving;
    foreign = new ForeignFunctions();
    SystemCalls.Returned version = new SystemCalls(foreign).landlockVersion();
    if (version.value() < 1) {
      throw new IOException(
          switch (version.errno()) {
            case ENOSYS -> "the kernel has no Landlock (Linux 5.13 and newer can have it)";
            case EOPNOTSUPP -> "Landlock is turned off in the kernel (its parameter lsm=)";
            case EPERM -> "the container forbids Landlock (its seccomp profile)";
            default -> "the kernel refuses Landlock with error " + version.errno();
          });
    }
    abi = (int) version.value();
    handled =
        ALL
            & ~(abi < ABI_REFER ? REFER : 0)
            & ~(abi < ABI_TRUNCATE ? TRUNCATE : 0)
            & ~(abi < ABI_IOCTL_DEV ? IOCTL_DEV : 0);
    startFirstChild();
    networkObjection = abi < ABI_NET ? TOO_OLD : objectionToConnections();
  }

  // Java loads and makes things for its first child, a logger among them, and keeps them. A thread
  // that can open few files must not be the one to do that.
  private static void startFirstChild() throws IOException {
    finish(new ProcessBuilder("/bin/sh", "-c", ":").start());
  }

  private static void finish(Process child) throws IOException {
    child.getOutputStream().close();
    child.getInputStream().close();
    child.getErrorStream().close();
  }

  // A container may forbid the filter, or what the server does with the calls that it sends.
  private @Nullable String objectionToConnections() {
    List<Rule> system = SystemPaths.with(Confinement.NOTHING);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByAddress(LOOPBACK))) {
      Connections one = new Connections(Set.of(server.getLocalPort()), false);
      finish(under(system, one).start(new ProcessBuilder("/bin/sh", "-c", ":")));
      SystemCalls kernel = new SystemCalls(foreign);
      long ruleset = ruleset(kernel, system, one);
      try {
        new SocketTrial(foreign, giving).run(ruleset, server);
      } finally {
        kernel.close(ruleset);
      }
      return null;
    } catch (IOException | RuntimeException e) {
      log.warn("the connections of agents cannot be limited", e);
      return e.getMessage() == null ? e.toString() : e.getMessage();
    }
  }

  @Override
  public String what() {
    return "Landlock (ABI " + abi + ")";
  }

  @Override
  public boolean scopes() {
    return abi >= ABI_SCOPES;
  }

  @Override
  public boolean keepsNetwork() {
    return networkObjection == null;
  }

  @Override
  public Optional<String> objectionToLessNetwork() {
    return Optional.ofNullable(networkObjection);
  }

  @Override
  public boolean keepsContents() {
    return abi >= ABI_TRUNCATE;
  }

  @Override
  public Starter under(List<Rule> rules, @Nullable Connections connections) {
    if (connections != null && abi < ABI_NET) {
      return builder -> {
        throw new IOException(TOO_OLD);
      };
    }
    return builder -> {
      Start start = new Start(builder, rules, connections);
      // Waking up a virtual thread can start a thread for it, which must not be a restricted one's.
      Thread thread =
          Thread.currentThread().isVirtual()
              ? Thread.ofPlatform().name("starting-child").unstarted(start)
              : null;
      if (thread == null) {
        start.run();
      } else {
        thread.start();
        join(thread);
      }
      return start.process();
    };
  }

  /** Not before its end: a child that nobody knows would run on. */
  private static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** One start of a child, for two threads one after the other. */
  private final class Start implements Runnable {
    private final ProcessBuilder builder;
    private final List<Rule> rules;
    private final @Nullable Connections connections;
    private final @Nullable SocketFilter sockets;
    private final SystemCalls kernel;
    private long listener = SystemCalls.NOTHING;
    private @Nullable Process process;
    private @Nullable Throwable failure;

    Start(ProcessBuilder builder, List<Rule> rules, @Nullable Connections connections)
        throws IOException {
      this.builder = builder;
      this.rules = rules;
      this.connections = connections;
      this.sockets = connections == null ? null : new SocketFilter(connections, foreign);
      this.kernel = new SystemCalls(foreign);
    }

    @Override
    public void run() {
      try {
        long ruleset = ruleset(kernel, rules, connections);
        boolean served = false;
        try {
          Thread restricted =
              Thread.ofPlatform()
                  .name("restricted")
                  .inheritInheritableThreadLocals(false)
                  .unstarted(() -> startRestricted(ruleset));
          restricted.start();
          join(restricted);
          served = serve();
        } finally {
          kernel.close(ruleset);
          if (!served && listener >= 0) {
            kernel.close(listener);
          }
        }
      } catch (IOException | RuntimeException | Error e) {
        failure = e;
      }
      if (failure != null && process != null) {
        // Nobody would know it.
        process.destroyForcibly();
      }
    }

    // By a thread that is not restricted. The child waits if it asks before.
    private boolean serve() throws IOException {
      if (process == null || sockets == null || connections == null || listener < 0) {
        return false;
      }
      Optional<Integer> port = connections.only();
      if (port.isEmpty()) {
        return false;
      }
      giving.give(new SystemCalls(foreign), listener, sockets.socketCall(), port.get());
      return true;
    }

    // From the second line on it can open no file but those of the rules, a class included.
    private void startRestricted(long ruleset) {
      try {
        listener = kernel.restrictThisThread(ruleset, sockets);
        process = builder.start();
      } catch (IOException | RuntimeException | Error e) {
        failure = e;
      }
    }

    Process process() throws IOException {
      switch (failure) {
        case null -> {}
        case IOException e -> throw e;
        case Error e -> throw e;
        case RuntimeException e -> throw e;
        default -> throw new IllegalStateException(failure);
      }
      if (process == null) {
        throw new IllegalStateException("no process was started");
      }
      return process;
    }
  }

  private long ruleset(SystemCalls kernel, List<Rule> rules, @Nullable Connections connections)
      throws IOException {
    int words = abi >= ABI_SCOPES ? 3 : abi >= ABI_NET ? 2 : 1;
    ByteBuffer attributes = SystemCalls.memory(words * Long.BYTES).putLong(0, handled);
    if (connections != null) {
      attributes.putLong(Long.BYTES, BIND_TCP | CONNECT_TCP);
    }
    if (abi >= ABI_SCOPES) {
      attributes.putLong(2 * Long.BYTES, SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL);
    }
    long ruleset = kernel.landlockCreate(attributes);
    boolean complete = false;
    try {
      // Packed: the rights, and an int without padding after it.
      ByteBuffer rule = SystemCalls.memory(Long.BYTES + Integer.BYTES);
      for (Rule it : rules) {
        add(kernel, ruleset, rule, it);
      }
      if (connections != null) {
        ByteBuffer port = SystemCalls.memory(2 * Long.BYTES).putLong(0, CONNECT_TCP);
        for (int number : connections.ports()) {
          kernel.landlockAdd(ruleset, NET_PORT, port.putLong(Long.BYTES, number));
        }
      }
      complete = true;
      return ruleset;
    } finally {
      if (!complete) {
        kernel.close(ruleset);
      }
    }
  }

  private void add(SystemCalls kernel, long ruleset, ByteBuffer attributes, Rule rule)
      throws IOException {
    SystemCalls.Returned opened = kernel.open(rule.path().toString());
    if (opened.value() < 0) {
      if (opened.errno() == ENOENT) {
        return;
      }
      throw new IOException("cannot open " + rule.path() + ": error " + opened.errno());
    }
    try {
      long rights =
          switch (rule.access()) {
            case READ -> READS;
            case CHANGE -> CHANGES;
            case DEVICE -> DEVICES;
          };
      long fitting = Files.isDirectory(rule.path()) ? rights : rights & OF_FILES;
      attributes.putLong(0, fitting & handled).putInt(Long.BYTES, (int) opened.value());
      kernel.landlockAdd(ruleset, PATH_BENEATH, attributes);
    } finally {
      kernel.close(opened.value());
    }
  }
}
