package com.clawdforge.http.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class ModelNamesTest {
  private final ModelNames names = new ModelNames(2);

  @Test
  void a_model_that_has_answered_goes_by_its_name_from_then_on() {
    assertEquals("other", names.label("sonnet", false));
    assertEquals("sonnet", names.label("sonnet", true));
    assertEquals("sonnet", names.label("sonnet", false));
  }

  @Test
  void names_that_callers_make_up_are_all_the_same_and_take_no_room() {
    for (int i = 0; i < 1_000; i++) {
      assertEquals("other", names.label("made-up-" + i, false));
    }
    assertEquals("opus", names.label("opus", true));
  }

  @Test
  void only_the_first_few_have_a_label_of_their_own() {
    names.label("one", true);
    names.label("two", true);

    assertEquals("other", names.label("three", true));
    assertEquals("one", names.label("one", true));
  }

  @Test
  void an_agent_that_chooses_for_itself_has_a_default_model() {
    assertEquals("default", names.label(null, true));
  }

  @Test
  void what_is_too_long_for_a_name_of_a_model_is_no_label() {
    assertEquals("other", names.label("x".repeat(257), true));
  }
}
