package com.clawdforge.acpx.isolation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A seccomp filter that refuses all sockets but those of TCP and, if a child may find hosts by
 * their names, of UDP and of the file system; pairs of sockets that can reach nobody else pass.
 * Landlock looks at the ports of TCP alone, and at those only where a process connects or binds by
 * the calls that are named so: MPTCP, which any server of TCP understands, and TCP Fast Open
 * connect past it.
 *
 * <p>The program is that of the classic BPF; a filter cannot be taken off, and is inherited.
 */
final class SocketFilter {
  // <linux/audit.h>, <asm/unistd.h>
  private enum Machine {
    X86_64(0xC000003E, 41, 53, 42, 44, 46, 307, 50, 317),
    AARCH64(0xC00000B7, 198, 199, 203, 206, 211, 269, 201, 277),
    RISCV64(0xC00000F3, 198, 199, 203, 206, 211, 269, 201, 277);

    private final int audit;
    private final int socket;
    private final int socketpair;
    private final int connect;
    private final int sendto;
    private final int sendmsg;
    private final int sendmmsg;
    private final int listen;
    private final int seccomp;

    Machine(
        int audit,
        int socket,
        int socketpair,
        int connect,
        int sendto,
        int sendmsg,
        int sendmmsg,
        int listen,
        int seccomp) {
      this.audit = audit;
      this.socket = socket;
      this.socketpair = socketpair;
      this.connect = connect;
      this.sendto = sendto;
      this.sendmsg = sendmsg;
      this.sendmmsg = sendmmsg;
      this.listen = listen;
      this.seccomp = seccomp;
    }

    static Machine ofThis() throws IOException {
      String architecture = System.getProperty("os.arch", "");
      return switch (architecture) {
        case "amd64", "x86_64" -> X86_64;
        case "aarch64" -> AARCH64;
        case "riscv64" -> RISCV64;
        default -> throw new IOException("the system calls of " + architecture + " are not known");
      };
    }
  }

  /** One number on all machines. */
  private static final int IO_URING_SETUP = 425;

  /** Calls of 32-bit pointers, which x86 numbers from here on. */
  private static final int X32 = 0x40000000;

  // <linux/filter.h>
  private static final int LOAD = 0x20;
  private static final int AND = 0x54;
  private static final int EQUAL = 0x15;
  private static final int AT_LEAST = 0x35;
  private static final int ANY_BIT = 0x45;
  private static final int RETURN = 0x06;

  // <linux/seccomp.h>: struct seccomp_data, whose words are those of a little-endian machine.
  private static final int NUMBER = 0;
  private static final int AUDIT = 4;
  private static final int ARGUMENTS = 16;
  private static final int ALLOW = 0x7fff0000;
  private static final int ERRNO = 0x00050000;
  private static final int USER_NOTIF = 0x7fc00000;
  private static final int FLAG_NEW_LISTENER = 1 << 3;

  private static final int EPERM = 1;
  private static final int EACCES = 13;
  private static final int ENOSYS = 38;

  // <sys/socket.h>
  private static final int AF_UNIX = 1;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int AF_NETLINK = 16;
  private static final int TYPES = 0xf;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_SEQPACKET = 5;
  private static final int IPPROTO_TCP = 6;
  private static final int IPPROTO_UDP = 17;
  private static final int MSG_FASTOPEN = 0x20000000;

  private static final String PASSES = "passes";
  private static final String DENIED = "denied";
  private static final String SENT = "sent";
  private static final String FORBIDDEN = "forbidden";
  private static final String UNKNOWN = "unknown";

  /** An instruction; a jump goes on with the next one where no label is named. */
  private record Step(int code, int k, @Nullable String yes, @Nullable String no) {}

  private final List<Step> steps = new ArrayList<>();
  private final Map<String, Integer> labels = new HashMap<>();
  private final Machine machine = Machine.ofThis();
  private final boolean sends;
  private final ByteBuffer program;
  private final ByteBuffer pointer;

  /**
   * @throws IOException if the calls of this machine are not known
   */
  SocketFilter(Connections connections, ForeignFunctions foreign) throws IOException {
    sends = connections.only().isPresent();
    write(connections);
    program = assembled();
    // struct sock_fprog: a short, and after six bytes of padding where the program is.
    pointer = SystemCalls.memory(2 * Long.BYTES);
    pointer.putShort(0, (short) steps.size()).putLong(Long.BYTES, foreign.addressOf(program));
  }

  /** What the kernel takes; to be kept, with this, until it has. */
  ByteBuffer pointer() {
    return pointer;
  }

  /** Whether calls of {@code socket} for TCP, and of {@code connect}, are sent to this process. */
  boolean sends() {
    return sends;
  }

  /** The number of the call {@code socket}. */
  int socketCall() {
    return machine.socket;
  }

  private void write(Connections connections) {
    load(AUDIT);
    jump(EQUAL, machine.audit, null, UNKNOWN);
    load(NUMBER);
    jump(AT_LEAST, X32, UNKNOWN, null);
    jump(EQUAL, machine.socket, "socket", null);
    jump(EQUAL, machine.socketpair, "pair", null);
    jump(EQUAL, machine.connect, sends ? SENT : PASSES, null);
    jump(EQUAL, machine.sendto, "flags-3", null);
    jump(EQUAL, machine.sendmsg, "flags-2", null);
    jump(EQUAL, machine.sendmmsg, "flags-3", null);
    jump(EQUAL, machine.listen, DENIED, null);
    jump(EQUAL, machine.seccomp, "filter", null);
    // It makes sockets, and connects them, without a call of these names.
    jump(EQUAL, IO_URING_SETUP, FORBIDDEN, PASSES);

    label("flags-2");
    loadArgument(2);
    jump(ANY_BIT, MSG_FASTOPEN, DENIED, PASSES);
    label("flags-3");
    loadArgument(3);
    jump(ANY_BIT, MSG_FASTOPEN, DENIED, PASSES);

    // The listener of the newest filter decides. Once that of this one is closed, a process could
    // have its own, and let its calls be carried out.
    label("filter");
    loadArgument(1);
    jump(ANY_BIT, FLAG_NEW_LISTENER, DENIED, PASSES);

    // One of datagrams, which SOCK_RAW makes too, can send to any other in the file system.
    label("pair");
    loadArgument(0);
    jump(EQUAL, AF_UNIX, connections.names() ? PASSES : null, DENIED);
    loadArgument(1);
    steps.add(new Step(AND, TYPES, null, null));
    jump(EQUAL, SOCK_STREAM, PASSES, null);
    jump(EQUAL, SOCK_SEQPACKET, PASSES, DENIED);

    label("socket");
    loadArgument(0);
    jump(EQUAL, AF_INET, "internet", null);
    jump(EQUAL, AF_INET6, "internet", null);
    jump(EQUAL, AF_UNIX, connections.names() ? PASSES : DENIED, null);
    jump(EQUAL, AF_NETLINK, "netlink", DENIED);
    // By this alone the addresses of the machine are listed.
    label("netlink");
    loadArgument(2);
    jump(EQUAL, 0, PASSES, DENIED);
    label("internet");
    loadArgument(1);
    steps.add(new Step(AND, TYPES, null, null));
    jump(EQUAL, SOCK_STREAM, "stream", null);
    jump(EQUAL, SOCK_DGRAM, connections.names() ? "datagrams" : DENIED, DENIED);
    label("datagrams");
    loadArgument(2);
    jump(EQUAL, 0, PASSES, null);
    jump(EQUAL, IPPROTO_UDP, PASSES, DENIED);
    label("stream");
    loadArgument(2);
    jump(EQUAL, 0, sends ? SENT : PASSES, null);
    jump(EQUAL, IPPROTO_TCP, sends ? SENT : PASSES, DENIED);

    result(PASSES, ALLOW);
    result(SENT, USER_NOTIF);
    result(DENIED, ERRNO | EACCES);
    result(FORBIDDEN, ERRNO | EPERM);
    result(UNKNOWN, ERRNO | ENOSYS);
  }

  private void load(int offset) {
    steps.add(new Step(LOAD, offset, null, null));
  }

  private void loadArgument(int index) {
    load(ARGUMENTS + index * Long.BYTES);
  }

  private void jump(int code, int k, @Nullable String yes, @Nullable String no) {
    steps.add(new Step(code, k, yes, no));
  }

  private void label(String name) {
    labels.put(name, steps.size());
  }

  private void result(String name, int value) {
    label(name);
    steps.add(new Step(RETURN, value, null, null));
  }

  // struct sock_filter: a short, how many steps to skip if it is so and if it is not, and a word.
  private ByteBuffer assembled() {
    ByteBuffer bytes = SystemCalls.memory(steps.size() * Long.BYTES);
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      bytes
          .putShort((short) step.code)
          .put((byte) skipped(i, step.yes))
          .put((byte) skipped(i, step.no))
          .putInt(step.k);
    }
    return bytes.rewind();
  }

  private int skipped(int from, @Nullable String label) {
    return label == null ? 0 : labels.getOrDefault(label, 0) - from - 1;
  }
}
