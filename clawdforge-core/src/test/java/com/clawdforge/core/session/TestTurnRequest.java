package com.clawdforge.core.session;

import com.clawdforge.core.work.IdempotencyKey;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds a {@link TurnRequest} of a prompt. By default it has five minutes and waits its turn. */
public final class TestTurnRequest {
  private final String prompt;
  private List<String> fileIds = List.of();
  private Duration timeout = SessionTestKit.LONG;
  private boolean queue = true;
  private @Nullable IdempotencyKey key;

  private TestTurnRequest(String prompt) {
    this.prompt = prompt;
  }

  public static TestTurnRequest of(String prompt) {
    return new TestTurnRequest(prompt);
  }

  public TestTurnRequest files(List<String> newFileIds) {
    fileIds = newFileIds;
    return this;
  }

  public TestTurnRequest timeout(Duration newTimeout) {
    timeout = newTimeout;
    return this;
  }

  /** It fails while another turn of the session runs. */
  public TestTurnRequest unqueued() {
    queue = false;
    return this;
  }

  public TestTurnRequest key(@Nullable IdempotencyKey newKey) {
    key = newKey;
    return this;
  }

  public TurnRequest request() {
    return new TurnRequest(prompt, fileIds, timeout, queue, key, "request-1");
  }
}
