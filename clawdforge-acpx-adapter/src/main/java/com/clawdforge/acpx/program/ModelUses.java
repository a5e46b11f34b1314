package com.clawdforge.acpx.program;

import com.clawdforge.acpx.protocol.JsonLine;
import com.clawdforge.acpx.protocol.Money;
import com.clawdforge.core.agent.AgentDetails;
import com.clawdforge.core.agent.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects an object that has a member for each model, with what that model used. */
final class ModelUses {
  private final List<AgentDetails.ModelUse> uses = new ArrayList<>();
  private @Nullable String model;
  private @Nullable String path;
  private long input;
  private long output;
  private long cacheRead;
  private long cacheCreation;
  private @Nullable BigDecimal costUsd;

  /**
   * Reads a member of the object, or of a model's object.
   *
   * @param at the member's path
   * @param start where in the path the model's name begins, which may contain dots
   */
  void read(JsonLine json, String at, int start) throws IOException {
    if (path == null || !at.startsWith(path + ".")) {
      finish();
      if (json.enter(at)) {
        path = at;
        model = at.substring(start);
      }
      return;
    }
    switch (at.substring(path.length() + 1)) {
      case "inputTokens" -> input = json.number(0);
      case "outputTokens" -> output = json.number(0);
      case "cacheReadInputTokens" -> cacheRead = json.number(0);
      case "cacheCreationInputTokens" -> cacheCreation = json.number(0);
      case "costUSD" -> costUsd = json.money();
      default -> {}
    }
  }

  List<AgentDetails.ModelUse> all() {
    finish();
    return List.copyOf(uses);
  }

  private void finish() {
    if (model != null) {
      uses.add(
          new AgentDetails.ModelUse(
              model,
              new Usage(input, output, cacheRead, cacheCreation),
              costUsd == null ? null : Money.rounded(costUsd)));
    }
    model = null;
    path = null;
    input = 0;
    output = 0;
    cacheRead = 0;
    cacheCreation = 0;
    costUsd = null;
  }
}
