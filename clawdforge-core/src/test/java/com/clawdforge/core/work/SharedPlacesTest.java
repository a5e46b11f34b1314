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

final class SharedPlacesTest {
  private static final int ANY = Integer.MAX_VALUE;

  private final Owners owners = new Owners();

  @Test
  void a_free_place_goes_to_the_owner_with_the_fewest() {
    Places places = new Places(2, 20, owners);
    Places.Place a1 = ask(places, "a");
    Places.Place a2 = ask(places, "a");
    Places.Place a3 = ask(places, "a");
    Places.Place b1 = ask(places, "b");

    a1.close();
    assertTrue(b1.granted());
    assertFalse(a3.granted());
    a2.close();
    assertTrue(a3.granted());
  }

  @Test
  void owners_are_counted_and_so_are_those_whose_own_limit_holds_them_back() {
    assertEquals(new Owners.Crowd(0, 0, 0, 0), owners.crowd());
    Places places = new Places(3, 20, owners);
    ask(places, "a");
    Places.Place a2 = ask(places, "a");
    places.ask("b", () -> 1);
    places.ask("b", () -> 1);
    ask(places, "c");

    assertEquals(new Owners.Crowd(2, 2, 1, 2), owners.crowd());
    a2.close();
    assertEquals(new Owners.Crowd(3, 1, 1, 1), owners.crowd());
  }

  @Test
  void owners_with_the_same_number_take_turns_whatever_they_have_in_the_queue() {
    Places places = new Places(1, 40, owners);
    List<Places.Place> greedy = new ArrayList<>();
    Places.Place running = ask(places, "a");
    for (int i = 0; i < 10; i++) {
      greedy.add(ask(places, "a"));
    }
    Places.Place b1 = ask(places, "b");
    Places.Place b2 = ask(places, "b");

    running.close();
    assertTrue(b1.granted());
    b1.close();
    assertTrue(greedy.get(0).granted());
    greedy.get(0).close();
    assertTrue(b2.granted());
    b2.close();
    assertTrue(greedy.get(1).granted());
    assertFalse(greedy.get(2).granted());
  }

  @Test
  void places_of_another_kind_count_only_between_owners_with_as_many_of_this_kind() {
    Places runs = new Places(1, 20, owners);
    Places turns = new Places(4, 20, owners);
    ask(turns, "a");
    ask(turns, "a");
    Places.Place b1 = ask(runs, "b");
    Places.Place b2 = ask(runs, "b");
    Places.Place a1 = ask(runs, "a");
    Places.Place c1 = ask(runs, "c");

    b1.close();
    assertTrue(c1.granted());
    c1.close();
    assertTrue(b2.granted());
    assertFalse(a1.granted());
  }

  @Test
  void an_owner_with_long_turns_gets_places_for_runs_from_one_that_has_only_runs() {
    Places runs = new Places(3, 20, owners);
    Places turns = new Places(4, 20, owners);
    for (int i = 0; i < 3; i++) {
      ask(turns, "a");
    }
    Places.Place b1 = ask(runs, "b");
    ask(runs, "b");
    ask(runs, "b");
    Places.Place b4 = ask(runs, "b");
    Places.Place a1 = ask(runs, "a");

    // Of all kinds, b has fewer than a then; of runs, a has none.
    b1.close();
    assertTrue(a1.granted());
    assertFalse(b4.granted());
  }

  @Test
  void one_owner_never_fills_the_queue() {
    Places places = new Places(1, 8, owners);
    ask(places, "a");
    for (int i = 0; i < 4; i++) {
      ask(places, "a");
    }
    assertEquals(Optional.empty(), places.ask("a", () -> ANY));
    assertEquals(4, owners.waiting("a"));

    ask(places, "b");
    ask(places, "b");
    assertEquals(Optional.empty(), places.ask("b", () -> ANY));
    ask(places, "c");
    assertEquals(Optional.empty(), places.ask("c", () -> ANY));
    ask(places, "d");
    assertEquals(Optional.empty(), places.ask("e", () -> ANY));
  }

  @Test
  void an_owner_has_no_more_than_it_may_over_all_places() {
    Places runs = new Places(4, 20, owners);
    Places turns = new Places(4, 20, owners);
    Places.Place run = runs.ask("a", () -> 2).orElseThrow();
    Places.Place turn = turns.ask("a", () -> 2).orElseThrow();
    Places.Place waiting = turns.ask("a", () -> 2).orElseThrow();

    assertTrue(run.granted() && turn.granted());
    assertFalse(waiting.granted());
    assertTrue(owners.full("a"));
    assertTrue(ask(turns, "b").granted());
    run.close();
    assertTrue(waiting.granted());
    assertEquals(2, owners.running("a"));
  }

  @Test
  void a_new_limit_is_in_force_for_those_that_wait_and_takes_nothing_away() {
    Places places = new Places(4, 20, owners);
    Places.Place first = places.ask("a", () -> 1).orElseThrow();
    Places.Place second = places.ask("a", () -> 1).orElseThrow();
    Places.Place third = places.ask("a", () -> 1).orElseThrow();

    owners.limit("a", 2);
    assertTrue(second.granted());
    assertFalse(third.granted());
    owners.limit("a", 1);
    assertTrue(first.granted() && second.granted());
    first.close();
    assertFalse(third.granted());
    second.close();
    assertTrue(third.granted());
    third.close();
    assertEquals(0, owners.running("a"));
    assertEquals(0, owners.waiting("a"));
    assertEquals(0, places.taken());
  }

  @Test
  void races_neither_lose_a_place_nor_exceed_a_limit() throws Exception {
    Places runs = new Places(3, 1_000, owners);
    Places turns = new Places(3, 1_000, owners);
    AtomicInteger[] taken = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
    AtomicInteger most = new AtomicInteger();
    Concurrently.call(
        12,
        thread -> {
          int owner = thread % 3;
          for (int i = 0; i < 2_000; i++) {
            Places places = i % 2 == 0 ? runs : turns;
            try (Places.Place place = places.ask("o" + owner, () -> 2).orElseThrow()) {
              if (place.await(i % 7 == 0 ? Duration.ZERO : Duration.ofSeconds(30))) {
                most.accumulateAndGet(taken[owner].incrementAndGet(), Math::max);
                taken[owner].decrementAndGet();
              }
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }
          return 0;
        });

    assertTrue(most.get() <= 2, () -> most + " at once");
    for (Places places : List.of(runs, turns)) {
      assertEquals(0, places.taken());
      for (int i = 0; i < 3; i++) {
        assertTrue(ask(places, "o" + i).granted(), "a place was lost");
      }
    }
  }

  private static Places.Place ask(Places places, String owner) {
    return places.ask(owner, () -> ANY).orElseThrow();
  }
}
