package com.clawdforge.core.run;

import com.clawdforge.core.agent.Effort;
import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.core.work.IdempotencyKey;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts a {@link RunRequest} together; everything has a default. */
final class Asking {
  private final String prompt;
  private @Nullable String model;
  private @Nullable SystemPrompt system;
  private @Nullable Effort effort;
  private List<String> fileIds = List.of();
  private Duration timeout = Duration.ofMinutes(1);
  private @Nullable String jsonSchema;
  private @Nullable BigDecimal maxBudgetUsd;
  private @Nullable List<String> tools;
  private boolean keepAnswer;
  private boolean keepEvents;
  private @Nullable IdempotencyKey key;

  private Asking(String prompt) {
    this.prompt = prompt;
  }

  static Asking that(String prompt) {
    return new Asking(prompt);
  }

  Asking model(String newModel) {
    model = newModel;
    return this;
  }

  Asking system(String text) {
    system = new SystemPrompt(text, SystemPrompt.Mode.APPEND);
    return this;
  }

  Asking effort(Effort newEffort) {
    effort = newEffort;
    return this;
  }

  Asking files(List<String> newFileIds) {
    fileIds = newFileIds;
    return this;
  }

  Asking timeout(Duration newTimeout) {
    timeout = newTimeout;
    return this;
  }

  Asking jsonSchema(String schema) {
    jsonSchema = schema;
    return this;
  }

  Asking maxBudgetUsd(String amount) {
    maxBudgetUsd = new BigDecimal(amount);
    return this;
  }

  Asking tools(String... names) {
    tools = List.of(names);
    return this;
  }

  Asking keepAnswer() {
    keepAnswer = true;
    return this;
  }

  Asking keepEvents() {
    keepEvents = true;
    return this;
  }

  Asking key(String value) {
    key = new IdempotencyKey(value, "hash of " + prompt);
    return this;
  }

  RunRequest request() {
    return new RunRequest(
        prompt,
        model,
        system,
        effort,
        fileIds,
        timeout,
        jsonSchema,
        maxBudgetUsd,
        tools,
        keepAnswer,
        keepEvents,
        key,
        "request-of-" + prompt.length());
  }
}
