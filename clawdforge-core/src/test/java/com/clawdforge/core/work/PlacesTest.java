package com.clawdforge.core.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.Concurrently;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class PlacesTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @Test
  void free_places_are_given_at_once_and_then_claims_wait_in_a_bounded_queue() throws Exception {
    Places places = new Places(2, 1);
    try (Places.Place one = ask(places);
        Places.Place two = ask(places);
        Places.Place three = ask(places)) {
      assertTrue(one.await(Duration.ZERO));
      assertTrue(two.await(Duration.ZERO));
      assertEquals(Optional.empty(), places.ask());
      assertFalse(three.await(Duration.ZERO));
    }
  }

  @Test
  void a_place_goes_to_the_claim_that_waits_longest() throws Exception {
    Places places = new Places(1, 2);
    Places.Place first = ask(places);
    Places.Place second = ask(places);
    Places.Place third = ask(places);

    first.close();
    assertTrue(second.await(Duration.ZERO));
    second.close();
    assertTrue(third.await(Duration.ZERO));
    third.close();
  }

  @Test
  void a_claim_that_is_given_up_is_passed_over() throws Exception {
    Places places = new Places(1, 2);
    Places.Place first = ask(places);
    Places.Place second = ask(places);
    Places.Place third = ask(places);

    second.giveUp();
    assertFalse(second.await(LONG));
    first.close();
    assertTrue(third.await(Duration.ZERO));
    third.close();
  }

  @Test
  void closing_a_claim_makes_room_in_the_queue() throws Exception {
    Places places = new Places(1, 1);
    Places.Place first = ask(places);
    ask(places).close();
    Places.Place third = ask(places);
    first.close();
    assertTrue(third.await(Duration.ZERO));
    third.close();
  }

  @Test
  void closing_twice_frees_one_place() {
    Places places = new Places(1, 0);
    Places.Place first = ask(places);
    first.close();
    first.close();
    Places.Place second = ask(places);
    assertEquals(Optional.empty(), places.ask());
    second.close();
  }

  @Test
  void giving_up_a_place_that_was_granted_keeps_it_until_it_is_closed() throws Exception {
    Places places = new Places(1, 0);
    Places.Place first = ask(places);
    first.giveUp();
    assertTrue(first.await(Duration.ZERO));
    assertEquals(Optional.empty(), places.ask());
    first.close();
    ask(places).close();
  }

  @Test
  void races_neither_lose_a_place_nor_grant_it_twice() {
    int total = 3;
    Places places = new Places(total, 1_000);
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Integer> granted =
        Concurrently.call(12, thread -> claimOften(places, thread, taken, most));

    assertTrue(most.get() <= total, () -> most + " places were taken at once");
    assertTrue(granted.stream().mapToInt(Integer::intValue).sum() > 0);
    List<Places.Place> all = new ArrayList<>();
    for (int i = 0; i < total; i++) {
      all.add(ask(places));
    }
    for (Places.Place place : all) {
      assertTrue(grantedNow(place), "a place was lost");
    }
  }

  // Some wait, some give up on another thread at the moment of the grant, some do not wait.
  private static int claimOften(
      Places places, int thread, AtomicInteger taken, AtomicInteger most) {
    int granted = 0;
    for (int i = 0; i < 3_000; i++) {
      try (Places.Place place = ask(places)) {
        Thread giver = null;
        if ((i + thread) % 5 == 0) {
          giver = Thread.ofVirtual().name("giving-up").start(place::giveUp);
        }
        if (place.await((i + thread) % 3 == 0 ? Duration.ofNanos(i * 10L) : LONG)) {
          granted++;
          most.accumulateAndGet(taken.incrementAndGet(), Math::max);
          taken.decrementAndGet();
        }
        if (giver != null) {
          giver.join();
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    return granted;
  }

  private static boolean grantedNow(Places.Place place) {
    try {
      return place.await(Duration.ZERO);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Places.Place ask(Places places) {
    return places.ask().orElseThrow();
  }
}
