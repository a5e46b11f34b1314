package com.clawdforge.acpx.isolation;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a child and its descendants the sockets of TCP that they ask for, each of which is
 * connected to one port on loopback already. A filter sends their calls of {@code socket} and
 * {@code connect} here, and the kernel carries out neither: whatever address they connect to, and
 * however they change it meanwhile, they have a connection to that port or none. Landlock alone
 * would let them connect to the same port of any host.
 *
 * <p>Runs on a thread of its own until none of them is left. When this process dies, they get no
 * sockets any more.
 */
final class GivenSockets implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(GivenSockets.class);

  // <linux/seccomp.h>
  private static final long RECEIVE = 0xC0502100L;
  private static final long SEND = 0xC0182101L;
  private static final long ADD = 0x40182103L;
  private static final int ADD_AND_SEND = 1 << 1;
  private static final int CALL = 16;
  private static final int ARGUMENTS = 32;
  private static final int PID = 8;

  private static final short POLLIN = 1;
  private static final int POLLED = 6;

  private static final int EINTR = 4;
  private static final int EIO = 5;
  private static final int EACCES = 13;

  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOCK_STREAM = 1;
  private static final int NONBLOCK = 0x800;
  private static final int CLOEXEC = 0x80000;
  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 127, 0, 0, 1};
  private static final int LONGEST_ADDRESS = 28;

  private final SystemCalls kernel;
  private final long listener;
  private final int socketCall;
  private final ByteBuffer polled = SystemCalls.memory(8);
  private final ByteBuffer request = SystemCalls.memory(80);
  private final ByteBuffer response = SystemCalls.memory(24);
  private final ByteBuffer addition = SystemCalls.memory(24);
  private final ByteBuffer internet;
  private final ByteBuffer internet6;
  private final ByteBuffer named =
      ByteBuffer.allocate(LONGEST_ADDRESS).order(ByteOrder.nativeOrder());

  private GivenSockets(SystemCalls kernel, long listener, int socketCall, int port) {
    this.kernel = kernel;
    this.listener = listener;
    this.socketCall = socketCall;
    internet =
        SystemCalls.memory(16)
            .putShort(0, (short) AF_INET)
            .put(2, (byte) (port >> 8))
            .put(3, (byte) port)
            .put(4, LOOPBACK);
    internet6 =
        SystemCalls.memory(LONGEST_ADDRESS)
            .putShort(0, (short) AF_INET6)
            .put(2, (byte) (port >> 8))
            .put(3, (byte) port)
            .put(8, MAPPED);
  }

  /**
   * Begins, on a thread of its own.
   *
   * @param kernel for that thread alone
   * @param listener where the calls arrive; closed at the end
   * @param socketCall the number of the call {@code socket}
   */
  static void give(SystemCalls kernel, long listener, int socketCall, int port) {
    Thread.ofPlatform()
        .daemon()
        .name("sockets-of-child")
        .start(new GivenSockets(kernel, listener, socketCall, port));
  }

  @Override
  public void run() {
    try {
      while (isAsked()) {
        answerOrRefuse();
      }
    } catch (IOException | RuntimeException | Error e) {
      log.error("an agent gets no connections any more", e);
    } finally {
      kernel.close(listener);
    }
  }

  private boolean isAsked() throws IOException {
    while (true) {
      polled.putInt(0, (int) listener).putShort(Integer.BYTES, POLLIN).putShort(POLLED, (short) 0);
      SystemCalls.Returned returned = kernel.poll(polled);
      if (returned.value() < 0 && returned.errno() != EINTR) {
        throw new IllegalStateException("ppoll failed with error " + returned.errno());
      }
      if (returned.value() > 0) {
        // Otherwise it is the end: nobody is left who could ask.
        return (polled.getShort(POLLED) & POLLIN) != 0;
      }
    }
  }

  // One call that cannot be answered must not end it for the others.
  private void answerOrRefuse() throws IOException {
    try {
      answer();
    } catch (IOException | RuntimeException e) {
      log.warn("a call for a connection could not be answered", e);
      respond(-EIO);
    }
  }

  private void answer() throws IOException {
    for (int i = 0; i < request.capacity(); i += Long.BYTES) {
      request.putLong(i, 0);
    }
    if (kernel.control(listener, RECEIVE, request).value() < 0) {
      // It has been killed, or interrupted, since.
      return;
    }
    if (request.getInt(CALL) == socketCall) {
      give();
    } else {
      respond(isToPort() ? 0 : -EACCES);
    }
  }

  private void give() throws IOException {
    int family = (int) argument(0);
    int type = (int) argument(1);
    SystemCalls.Returned made = kernel.socket(family, SOCK_STREAM | CLOEXEC);
    if (made.value() < 0) {
      respond(-made.errno());
      return;
    }
    long socket = made.value();
    try {
      SystemCalls.Returned connected = kernel.connect(socket, address(family));
      if (connected.value() < 0) {
        respond(-connected.errno());
        return;
      }
      if ((type & NONBLOCK) != 0) {
        kernel.setNonBlocking(socket);
      }
      addition
          .putLong(0, request.getLong(0))
          .putInt(8, ADD_AND_SEND)
          .putInt(12, (int) socket)
          .putInt(16, 0)
          .putInt(20, type & CLOEXEC);
      SystemCalls.Returned added = kernel.control(listener, ADD, addition);
      if (added.value() < 0) {
        // It may have as many files as it may have open.
        respond(-added.errno());
      }
    } finally {
      kernel.close(socket);
    }
  }

  private ByteBuffer address(int family) {
    return family == AF_INET ? internet : internet6;
  }

  /**
   * Whether a caller of {@code connect} names the port. That is for its own information alone: its
   * socket is connected already.
   */
  private boolean isToPort() {
    // The kernel takes an int here, whatever the rest of the word is.
    int length = Math.min(Math.max((int) argument(2), 0), LONGEST_ADDRESS);
    Arrays.fill(named.array(), (byte) 0);
    try (RandomAccessFile memory =
        new RandomAccessFile("/proc/" + request.getInt(PID) + "/mem", "r")) {
      memory.seek(argument(1));
      memory.readFully(named.array(), 0, length);
    } catch (IOException unreadable) {
      // Some systems let nobody look.
      return true;
    }
    int family = named.getShort(0) == AF_INET6 ? AF_INET6 : AF_INET;
    ByteBuffer expected = address(family);
    int from = family == AF_INET6 ? 8 : 4;
    int to = family == AF_INET6 ? 24 : 8;
    for (int i = 0; i < to; i++) {
      if ((i < 4 || i >= from) && named.get(i) != expected.get(i)) {
        return false;
      }
    }
    return true;
  }

  private long argument(int index) {
    return request.getLong(ARGUMENTS + index * Long.BYTES);
  }

  private void respond(int error) throws IOException {
    response.putLong(0, request.getLong(0)).putLong(8, 0).putInt(16, error).putInt(20, 0);
    SystemCalls.Returned unused = kernel.control(listener, SEND, response);
  }
}
