package com.clawdforge.core.run;

import com.clawdforge.core.agent.Effort;
import com.clawdforge.core.agent.Network;
import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.core.work.IdempotencyKey;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link RunRequest} of a prompt. All else has a default: a minute, and what {@link
 * RunLimits} say.
 */
public final class TestRunRequest {
  private final String prompt;
  private @Nullable String model;
  private @Nullable SystemPrompt system;
  private @Nullable Effort effort;
  private List<String> fileIds = List.of();
  private Duration timeout = Duration.ofMinutes(1);
  private @Nullable String jsonSchema;
  private @Nullable BigDecimal maxBudgetUsd;
  private @Nullable List<String> tools;
  private @Nullable Network network;
  private boolean keepAnswer;
  private boolean keepEvents;
  private @Nullable IdempotencyKey key;

  private TestRunRequest(String prompt) {
    this.prompt = prompt;
  }

  public static TestRunRequest of(String prompt) {
    return new TestRunRequest(prompt);
  }

  public TestRunRequest model(String newModel) {
    model = newModel;
    return this;
  }

  public TestRunRequest system(String text) {
    system = new SystemPrompt(text, SystemPrompt.Mode.APPEND);
    return this;
  }

  public TestRunRequest effort(Effort newEffort) {
    effort = newEffort;
    return this;
  }

  public TestRunRequest files(List<String> newFileIds) {
    fileIds = newFileIds;
    return this;
  }

  public TestRunRequest timeout(Duration newTimeout) {
    timeout = newTimeout;
    return this;
  }

  public TestRunRequest jsonSchema(String schema) {
    jsonSchema = schema;
    return this;
  }

  public TestRunRequest maxBudgetUsd(String amount) {
    maxBudgetUsd = new BigDecimal(amount);
    return this;
  }

  public TestRunRequest tools(String... names) {
    tools = List.of(names);
    return this;
  }

  public TestRunRequest network(@Nullable Network newNetwork) {
    network = newNetwork;
    return this;
  }

  public TestRunRequest keepAnswer() {
    keepAnswer = true;
    return this;
  }

  public TestRunRequest keepEvents() {
    keepEvents = true;
    return this;
  }

  public TestRunRequest key(String value) {
    key = new IdempotencyKey(value, "hash of " + prompt);
    return this;
  }

  public RunRequest request() {
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
        network,
        keepAnswer,
        keepEvents,
        key,
        "request-of-" + prompt.length());
  }
}
