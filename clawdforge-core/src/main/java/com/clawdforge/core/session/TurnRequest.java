package com.clawdforge.core.session;

import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.RequestRules;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A turn that an app requests.
 *
 * @param fileIds the caller's files, in the order in which the model is to see them
 * @param timeout counts from acceptance and includes the waits for the session and a place
 * @param queue whether to wait while another turn of the session runs
 * @param requestId the id of the HTTP request, for the ledger
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
   * @throws Refusal for the first value that is not allowed
   */
  void check(long maxPromptBytes) {
    RequestRules.prompt(prompt, maxPromptBytes);
    RequestRules.files(fileIds);
    RequestRules.timeout(timeout);
  }

  long promptBytes() {
    return prompt.getBytes(StandardCharsets.UTF_8).length;
  }

  /** The same without its prompt, which may be long. */
  TurnRequest withoutPrompt() {
    return new TurnRequest("", fileIds, timeout, queue, key, requestId);
  }

  /** Omits the prompt, so that this may be logged. */
  @Override
  public String toString() {
    return "TurnRequest[" + requestId + "]";
  }
}
