package com.clawdforge.core.share;

import static com.clawdforge.core.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.StoreException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PromptRoomTest {
  private final List<String> aside = new ArrayList<>();
  private final PromptRoom room = new PromptRoom(100, this::spooled);

  @Test
  void prompts_that_wait_are_counted_where_they_are() {
    HeldPrompt inMemory = aside("a", 3);
    HeldPrompt onDisk = aside("b", 30);
    aside("c", 20);

    assertEquals(2, room.onDisk().prompts());
    assertEquals(50, room.onDisk().bytes());
    assertEquals(1, room.inMemory().prompts());
    assertEquals(3, room.inMemory().bytes());
    inMemory.close();
    onDisk.take();
    assertEquals(1, room.onDisk().prompts());
    assertEquals(20, room.onDisk().bytes());
    assertEquals(0, room.inMemory().prompts());
    assertEquals(0, room.inMemory().bytes());
  }

  private PromptSpool.Spooled spooled(String text) {
    if (text.startsWith("!")) {
      throw new StoreException("the disk is broken", null);
    }
    aside.add(text);
    return new PromptSpool.Spooled() {
      @Override
      public String read() {
        return text;
      }

      @Override
      public boolean onDisk() {
        return text.length() >= 20;
      }

      @Override
      public void close() {
        aside.remove(text);
      }
    };
  }

  @Test
  void a_prompt_is_put_aside_once_and_gone_when_it_is_taken() {
    HeldPrompt prompt = room.of("a", "grüße");
    assertEquals(0, room.waiting("a"));
    prompt.putAside();
    prompt.putAside();
    assertEquals(7, room.waiting("a"));
    assertEquals(List.of("grüße"), aside);

    assertEquals("grüße", prompt.take());
    prompt.close();
    assertEquals(0, room.waiting("a"));
    assertEquals(List.of(), aside);
  }

  @Test
  void a_prompt_that_need_not_wait_takes_no_room() {
    HeldPrompt prompt = room.of("a", "x".repeat(1000));
    assertEquals(1000, prompt.take().length());
    prompt.close();
    assertEquals(0, room.waiting("a"));
  }

  @Test
  void a_token_leaves_as_much_to_others_as_it_takes() {
    List<HeldPrompt> greedy = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      greedy.add(aside("a", 10));
    }
    assertRefused(ErrorCode.QUOTA_EXCEEDED, () -> aside("a", 10));
    assertEquals(50, room.waiting("a"));

    aside("b", 20);
    assertRefused(ErrorCode.QUOTA_EXCEEDED, () -> aside("b", 10));
    aside("c", 30);
    assertRefused(ErrorCode.AT_CAPACITY, () -> aside("d", 1));

    greedy.forEach(HeldPrompt::close);
    assertEquals(0, room.waiting("a"));
    aside("d", 50);
  }

  @Test
  void one_prompt_may_take_all_that_is_free() {
    aside("a", 100).close();
    assertRefused(ErrorCode.AT_CAPACITY, () -> aside("a", 101));
    aside("a", 100);
  }

  @Test
  void a_prompt_that_cannot_be_written_takes_no_room() {
    assertThrows(StoreException.class, () -> room.of("a", "!").putAside());
    assertEquals(0, room.waiting("a"));
  }

  private HeldPrompt aside(String tokenId, int length) {
    HeldPrompt prompt = room.of(tokenId, "x".repeat(length));
    prompt.putAside();
    return prompt;
  }
}
