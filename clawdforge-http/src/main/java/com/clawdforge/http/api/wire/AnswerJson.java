package com.clawdforge.http.api.wire;

import com.clawdforge.core.run.Answer;
import com.clawdforge.http.web.Json;

/** A run's answer as JSON text: unchanged if it is JSON, otherwise as a string. */
public final class AnswerJson {
  private AnswerJson() {}

  public static String of(Answer answer) {
    return answer.json() ? answer.text() : Json.text(answer.text());
  }
}
