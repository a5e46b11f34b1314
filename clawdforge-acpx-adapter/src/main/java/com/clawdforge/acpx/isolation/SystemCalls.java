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

  private static final long VERSION = 1;
  private static final long AT_FDCWD = -100;
  private static final long O_PATH_CLOEXEC = 0x200000 | 0x80000;
  private static final long PR_SET_NO_NEW_PRIVS = 38;
  private static final long PR_SET_SECCOMP = 22;
  private static final long SECCOMP_MODE_FILTER = 2;
  private static final int CAPABILITY_VERSION_3 = 0x20080522;

  private final ForeignFunctions foreign;
  private final Numbers numbers = Numbers.ofThisMachine();
  private final ByteBuffer error = memory(Integer.BYTES);
  private final Object errorSegment;

  /** Those that differ. */
  private record Numbers(long openat, long close, long prctl, long capset) {
    static Numbers ofThisMachine() throws IOException {
      String architecture = System.getProperty("os.arch", "");
      return switch (architecture) {
        case "amd64", "x86_64" -> new Numbers(257, 3, 157, 126);
        case "aarch64", "riscv64" -> new Numbers(56, 57, 167, 91);
        default -> throw new IOException("the system calls of " + architecture + " are not known");
      };
    }
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
   */
  void restrictThisThread(long ruleset, @Nullable SocketFilter sockets) throws IOException {
    checked("prctl", call(numbers.prctl, PR_SET_NO_NEW_PRIVS, 1, 0));
    dropCapabilities();
    checked("landlock_restrict_self", call(LANDLOCK_RESTRICT_SELF, ruleset, 0, 0));
    if (sockets != null) {
      ByteBuffer filter = sockets.pointer();
      Returned set =
          call(
              numbers.prctl,
              PR_SET_SECCOMP,
              SECCOMP_MODE_FILTER,
              foreign.addressOf(filter),
              filter);
      checked("prctl(PR_SET_SECCOMP)", set);
      Reference.reachabilityFence(sockets);
    }
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
