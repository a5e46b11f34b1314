package com.clawdforge.http.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Detects whether the peer of a connection has closed it, without reading from the connection: the
 * server must not consume the peer's next request, and Java cannot peek. Linux lists the state of
 * every TCP connection in {@code /proc/self/net}; on other systems no peer counts as gone.
 */
public final class PeerWatch {
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/self/net/tcp6"), Path.of("/proc/self/net/tcp"));
  private static final String ESTABLISHED = "01";

  private PeerWatch() {}

  public static boolean gone(InetSocketAddress local, InetSocketAddress remote) {
    try {
      for (Path table : TABLES) {
        if (!Files.exists(table)) {
          continue;
        }
        @Nullable String state = state(table, local, remote);
        if (state != null) {
          return !state.equals(ESTABLISHED);
        }
      }
      // A connection that was reset is not listed.
      return TABLES.stream().anyMatch(Files::exists);
    } catch (IOException unreadable) {
      return false;
    }
  }

  private static @Nullable String state(
      Path table, InetSocketAddress local, InetSocketAddress remote) throws IOException {
    try (BufferedReader rows = Files.newBufferedReader(table)) {
      for (String row = rows.readLine(); row != null; row = rows.readLine()) {
        // sl local_address rem_address st …
        String[] columns = row.trim().split("\\s+", 5);
        if (columns.length == 5 && isAt(columns[1], local) && isAt(columns[2], remote)) {
          return columns[3];
        }
      }
      return null;
    }
  }

  /** Whether {@code 0100007F:1F90} is that address; its 32-bit words have the CPU's byte order. */
  private static boolean isAt(String column, InetSocketAddress address) {
    int colon = column.indexOf(':');
    if (colon < 0
        || colon % 8 != 0
        || !column
            .substring(colon + 1)
            .equals(HexFormat.of().withUpperCase().toHexDigits((short) address.getPort()))) {
      return false;
    }
    byte[] bytes = HexFormat.of().parseHex(column, 0, colon);
    if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
      for (int word = 0; word < bytes.length; word += 4) {
        swap(bytes, word, word + 3);
        swap(bytes, word + 1, word + 2);
      }
    }
    try {
      return InetAddress.getByAddress(bytes).equals(address.getAddress());
    } catch (UnknownHostException notAnAddress) {
      return false;
    }
  }

  private static void swap(byte[] bytes, int a, int b) {
    byte kept = bytes[a];
    bytes[a] = bytes[b];
    bytes[b] = kept;
  }
}
