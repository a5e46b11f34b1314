package com.clawdforge.acpx.isolation;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The system calls that Landlock takes. For one thread at a time. */
final class SystemCalls {
  // These have one number on all architectures.
  private static final long LANDLOCK_CREATE_RULESET = 444;
  private static final long LANDLOCK_ADD_RULE = 445;
  private static final long LANDLOCK_RESTRICT_SELF = 446;

  /** No descriptor. */
  static final long NOTHING = -1;

  private static final long VERSION = 1;
  private static final long AT_FDCWD = -100;
  private static final long O_PATH_CLOEXEC = 0x200000 | 0x80000;
  private static final long PR_SET_NO_NEW_PRIVS = 38;
  private static final long SECCOMP_SET_MODE_FILTER = 1;

  /** The listener is a descriptor that no child inherits; who waits for it can be killed alone. */
  private static final long NEW_LISTENER = 1 << 3 | 1 << 5;

  private static final long F_SETFL = 4;
  private static final long O_NONBLOCK = 0x800;
  private static final int CAPABILITY_VERSION_3 = 0x20080522;

  private final ForeignFunctions foreign;
  private final Numbers numbers = Numbers.ofThisMachine();
  private final ByteBuffer error = memory(Integer.BYTES);
  private final Object errorSegment;

  /** Those that differ. */
  private record Numbers(
      long openat,
      long close,
      long prctl,
      long capset,
      long seccomp,
      long ppoll,
      long ioctl,
      long fcntl,
      long socket,
      long connect) {
    static Numbers ofThisMachine() throws IOException {
      String architecture = System.getProperty("os.arch", "");
      return switch (architecture) {
        case "amd64", "x86_64" -> new Numbers(257, 3, 157, 126, 317, 271, 16, 72, 41, 42);
        case "aarch64", "riscv64" -> new Numbers(56, 57, 167, 91, 277, 73, 29, 25, 198, 203);
        default -> throw new IOException("the system calls of " + architecture + " are not known");
      };
    }
  }

  /** Waits, for as long as it takes, for what is asked for in {@code struct pollfd}. */
  Returned poll(ByteBuffer descriptor) throws IOException {
    return call(numbers.ppoll, foreign.addressOf(descriptor), 1, 0, descriptor);
  }

  /** {@code ioctl} with a pointer. */
  Returned control(long descriptor, long request, ByteBuffer argument) throws IOException {
    return call(numbers.ioctl, descriptor, request, foreign.addressOf(argument), argument);
  }

  Returned socket(long family, long type) {
    return call(numbers.socket, family, type, 0);
  }

  Returned connect(long socket, ByteBuffer address) throws IOException {
    return call(numbers.connect, socket, foreign.addressOf(address), address.capacity(), address);
  }

  void setNonBlocking(long descriptor) {
    Returned unused = call(numbers.fcntl, descriptor, F_SETFL, O_NONBLOCK);
  }

  /** What a call returned; the error only counts if that is negative. */
  record Returned(long value, int errno) {}

  SystemCalls(ForeignFunctions foreign) throws IOException {
    this.foreign = foreign;
    errorSegment = foreign.segmentOf(error);
  }

  /** Memory that can be given to the kernel, filled with zeros. */
  static ByteBuffer memory(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /** The version of the kernel's Landlock; negative if there is none. */
  Returned landlockVersion() {
    return call(LANDLOCK_CREATE_RULESET, 0, 0, VERSION);
  }

  /** A new ruleset as a file descriptor that no child inherits. */
  long landlockCreate(ByteBuffer attributes) throws IOException {
    long address = foreign.addressOf(attributes);
    Returned created = call(LANDLOCK_CREATE_RULESET, address, attributes.capacity(), 0, attributes);
    return checked("landlock_create_ruleset", created);
  }

  void landlockAdd(long ruleset, long type, ByteBuffer attributes) throws IOException {
    Returned added =
        call(LANDLOCK_ADD_RULE, ruleset, type, foreign.addressOf(attributes), attributes);
    checked("landlock_add_rule", added);
  }

  /**
   * Takes everything from this thread but what a ruleset allows, root's capabilities included: with
   * them it could read what {@code /proc} tells of other processes. There is no way back.
   *
   * @param sockets which it may make; null for all
   * @return where the calls arrive that the filter sends to this process; negative if it sends none
   */
  long restrictThisThread(long ruleset, @Nullable SocketFilter sockets) throws IOException {
    checked("prctl", call(numbers.prctl, PR_SET_NO_NEW_PRIVS, 1, 0));
    dropCapabilities();
    checked("landlock_restrict_self", call(LANDLOCK_RESTRICT_SELF, ruleset, 0, 0));
    if (sockets == null) {
      return NOTHING;
    }
    ByteBuffer filter = sockets.pointer();
    long flags = sockets.sends() ? NEW_LISTENER : 0;
    long listener;
    try {
      Returned set =
          call(numbers.seccomp, SECCOMP_SET_MODE_FILTER, flags, foreign.addressOf(filter), filter);
      listener = checked("seccomp", set);
    } finally {
      Reference.reachabilityFence(sockets);
    }
    return sockets.sends() ? listener : NOTHING;
  }

  private void dropCapabilities() throws IOException {
    ByteBuffer header = memory(2 * Integer.BYTES).putInt(0, CAPABILITY_VERSION_3);
    // The effective, permitted and inheritable ones, two words each.
    ByteBuffer none = memory(6 * Integer.BYTES);
    Returned set =
        call(numbers.capset, foreign.addressOf(header), foreign.addressOf(none), 0, header, none);
    checked("capset", set);
  }

  /** A file descriptor that only names a file. */
  Returned open(String path) throws IOException {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    ByteBuffer name = memory(bytes.length + 1).put(0, bytes);
    Returned opened = call(numbers.openat, AT_FDCWD, foreign.addressOf(name), O_PATH_CLOEXEC, name);
    return opened;
  }

  void close(long descriptor) {
    Returned unused = call(numbers.close, descriptor, 0, 0);
  }

  private static long checked(String name, Returned returned) throws IOException {
    if (returned.value < 0) {
      throw new IOException(name + " failed with error " + returned.errno);
    }
    return returned.value;
  }

  private Returned call(long number, long a, long b, long c, ByteBuffer... pointedTo) {
    try {
      long value = foreign.call(errorSegment, number, a, b, c, 0, 0);
      return new Returned(value, error.getInt(0));
    } finally {
      Reference.reachabilityFence(pointedTo);
    }
  }
}
