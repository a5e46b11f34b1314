package com.clawdforge.client;

import com.clawdforge.client.internal.CallException;
import com.clawdforge.client.internal.Texts;

/**
 * The agent's answer arrived, but does not fit the type that the app reads it as. The message has
 * the reason and the beginning of the answer, so think before logging it.
 */
public final class ForgeAnswerException extends ForgeException {
  private static final long serialVersionUID = 1L;

  private final String answer;

  ForgeAnswerException(String type, String answer, Throwable reason) {
    super(
        "the answer does not fit "
            + type
            + ": "
            + Texts.excerpt(CallException.describe(reason))
            + "; the answer was: "
            + Texts.excerpt(answer),
        reason);
    this.answer = answer;
  }

  /** The whole answer, as {@link RunResult#asText} gives it. */
  public String answer() {
    return answer;
  }
}
