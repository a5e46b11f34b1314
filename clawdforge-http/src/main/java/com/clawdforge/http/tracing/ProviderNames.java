package com.clawdforge.http.tracing;

import java.util.Map;

/** The providers of the agents' models, as the GenAI semantic conventions name them. */
final class ProviderNames {
  private final String ofClaude;

  ProviderNames(Map<String, String> environment) {
    if (isOn(environment, "CLAUDE_CODE_USE_BEDROCK")) {
      ofClaude = "aws.bedrock";
    } else if (isOn(environment, "CLAUDE_CODE_USE_VERTEX")) {
      ofClaude = "gcp.vertex_ai";
    } else {
      ofClaude = "anthropic";
    }
  }

  private static boolean isOn(Map<String, String> environment, String name) {
    String value = environment.getOrDefault(name, "").strip();
    return value.equals("1") || value.equalsIgnoreCase("true");
  }

  /** The provider of an agent; the agent's own name if the provider is unknown. */
  String of(String agent) {
    return switch (agent) {
      case "claude" -> ofClaude;
      case "codex" -> "openai";
      case "gemini" -> "gcp.gen_ai";
      default -> agent;
    };
  }
}
