package com.clawdforge.core.session;

import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.RequestRules;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an app says in a session.
 *
 * @param fileIds the caller's files, in the order in which the model is to see them
 * @param timeout from acceptance on, waiting for the session and for a free place included
 * @param queue whether to wait while another turn of the session runs
 * @param requestId of the request that carries this, for the ledger
 */
public record TurnRequest(
    String prompt,
    List<String> fileIds,
    Duration timeout,
    boolean queue,
    @Nullable IdempotencyKey key,
    String requestId) {
  public TurnRequest {
    fileIds = List.copyOf(fileIds);
  }

  /**
   * Checks every value.
   *
   * @throws Refusal with the code of the first objection
   */
  void check(long maxPromptBytes) {
    RequestRules.prompt(prompt, maxPromptBytes);
    RequestRules.files(fileIds);
    RequestRules.timeout(timeout);
  }

  long promptBytes() {
    return prompt.getBytes(StandardCharsets.UTF_8).length;
  }

  /** Not the prompt: this may be logged. */
  @Override
  public String toString() {
    return "TurnRequest[" + requestId + "]";
  }
}
