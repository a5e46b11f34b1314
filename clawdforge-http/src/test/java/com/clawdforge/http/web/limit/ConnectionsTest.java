package com.clawdforge.http.web.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.web.limit.DoorObserver.Closed;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which connections there is a place for. */
final class ConnectionsTest {
  private static final String A = "203.0.113.1";
  private static final String B = "203.0.113.2";
  private static final String PROXY = "198.51.100.1";

  private final List<SocketChannel> made = new ArrayList<>();
  private final List<Closed> observed = new ArrayList<>();
  private final Connections connections =
      new Connections(
          new DoorLimits(10, 6, 2, Duration.ofSeconds(15), 500, Duration.ofSeconds(10)),
          peer -> peer.getHostAddress().equals(PROXY),
          new DoorObserver() {
            @Override
            public void closed(Closed why) {
              observed.add(why);
            }
          });

  @AfterEach
  void close() throws Exception {
    for (SocketChannel channel : made) {
      channel.close();
    }
  }

  @Test
  void one_too_many_of_an_address_takes_the_place_of_its_own_longest_idle() throws Exception {
    SocketChannel ofOther = admitted(B);
    SocketChannel first = admitted(A);
    SocketChannel second = admitted(A);
    SocketChannel third = admitted(A);

    assertFalse(first.isOpen());
    assertTrue(second.isOpen() && third.isOpen() && ofOther.isOpen());
    assertEquals(List.of(Closed.IDLE), observed);
  }

  @Test
  void a_connection_that_never_had_an_answer_is_closed_before_one_that_had() throws Exception {
    SocketChannel used = admitted(A);
    SocketChannel fresh = admitted(A);
    of(used).requestBegun();
    of(used).requestEnded();
    admitted(A);

    assertTrue(used.isOpen());
    assertFalse(fresh.isOpen());
  }

  @Test
  void a_request_that_is_being_answered_keeps_its_connection() throws Exception {
    for (int i = 0; i < 2; i++) {
      of(admitted(A)).requestBegun();
    }

    assertFalse(admits(A));
    assertTrue(admits(B));
    assertEquals(3, connections.count());
    assertEquals(List.of(Closed.FULL), observed);
  }

  @Test
  void a_proxy_may_have_all_connections_and_no_more() throws Exception {
    for (int i = 0; i < 6; i++) {
      of(admitted(PROXY)).requestBegun();
    }

    assertFalse(admits(PROXY));
    assertFalse(admits(A));
  }

  @Test
  void a_closed_connection_gives_its_place_back() throws Exception {
    SocketChannel gone = admitted(A);
    of(admitted(A)).requestBegun();
    connections.onClosed(gone);
    connections.onClosed(gone);
    of(admitted(A)).requestBegun();

    assertFalse(admits(A));
    assertEquals(2, connections.count());
  }

  @Test
  void a_64_of_ipv6_counts_as_one_address() throws Exception {
    of(admitted("2001:db8::1")).requestBegun();
    of(admitted("2001:db8::2")).requestBegun();

    assertFalse(admits("2001:db8::3"));
    assertTrue(admits("2001:db8:0:1::1"));
  }

  private OpenConnection of(SocketChannel channel) {
    return Objects.requireNonNull(connections.of(channel));
  }

  private boolean admits(String address) throws Exception {
    SocketChannel channel = SocketChannel.open();
    made.add(channel);
    return connections.admit(channel, InetAddress.getByName(address));
  }

  private SocketChannel admitted(String address) throws Exception {
    assertTrue(admits(address), address);
    SocketChannel channel = made.getLast();
    assertNotNull(connections.of(channel));
    return channel;
  }
}
