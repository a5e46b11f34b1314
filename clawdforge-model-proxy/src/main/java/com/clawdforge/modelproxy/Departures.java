package com.clawdforge.modelproxy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds agents that have gone away while the provider is silent. Nothing is read from their
 * connections then, which could be the next request, and so nobody is told; but Linux lists the
 * state of each connection. On other systems nobody is found. Safe for any thread.
 */
final class Departures {
  private static final Logger log = LoggerFactory.getLogger(Departures.class);
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));
  private static final String ESTABLISHED = "01";
  private static final long EVERY_SECONDS = 1;

  private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();
  private volatile boolean ended;

  /**
   * Somebody who waits for the first byte of an answer.
   *
   * @param local the port of this end of the connection
   * @param remote the port of the other end
   * @param onGone called once if nobody is there any more
   */
  record Waiting(int local, int remote, Runnable onGone) {
    /** As the tables have both ports. */
    private String ports() {
      return hex(local) + hex(remote);
    }

    private static String hex(int port) {
      return HexFormat.of().withUpperCase().toHexDigits((short) port);
    }
  }

  void start(Scheduler scheduler) {
    if (TABLES.stream().anyMatch(Files::exists)) {
      scheduler.schedule(
          () -> {
            look();
            if (!ended) {
              start(scheduler);
            }
          },
          EVERY_SECONDS,
          TimeUnit.SECONDS);
    }
  }

  void end() {
    ended = true;
  }

  void add(Waiting one) {
    waiting.add(one);
  }

  void remove(Waiting one) {
    waiting.remove(one);
  }

  private void look() {
    // Those who come meanwhile may have a connection that is not in the tables yet.
    List<Waiting> before = List.copyOf(waiting);
    if (before.isEmpty()) {
      return;
    }
    Map<String, String> states;
    try {
      states = states();
    } catch (IOException e) {
      log.debug("who has gone away is not known", e);
      return;
    }
    for (Waiting one : before) {
      @Nullable String state = states.get(one.ports());
      // One that was reset is not listed.
      if (!ESTABLISHED.equals(state) && waiting.remove(one)) {
        one.onGone().run();
      }
    }
  }

  // Of connections on loopback, by both ports.
  private static Map<String, String> states() throws IOException {
    Map<String, String> states = new HashMap<>();
    for (Path table : TABLES) {
      if (!Files.exists(table)) {
        continue;
      }
      try (BufferedReader rows = Files.newBufferedReader(table)) {
        for (String row = rows.readLine(); row != null; row = rows.readLine()) {
          // sl local_address rem_address st …
          String[] columns = row.trim().split("\\s+", 5);
          if (columns.length == 5 && isLoopback(columns[1]) && isLoopback(columns[2])) {
            states.put(port(columns[1]) + port(columns[2]), columns[3]);
          }
        }
      }
    }
    return states;
  }

  // In the order of a processor's bytes, little or big.
  private static boolean isLoopback(String address) {
    int colon = address.indexOf(':');
    String host = address.substring(0, Math.max(0, colon));
    return host.endsWith("0100007F") || host.endsWith("7F000001");
  }

  private static String port(String address) {
    return address.substring(address.indexOf(':') + 1);
  }
}
