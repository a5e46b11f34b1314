package com.clawdforge.http.tracing;

import java.util.Map;

/**
 * Whose models agents use, in the words of the GenAI semantic conventions, as far as it is known.
 */
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

  /** The agent's own name where the provider is its own affair. */
  String of(String agent) {
    return switch (agent) {
      case "claude" -> ofClaude;
      case "codex" -> "openai";
      case "gemini" -> "gcp.gen_ai";
      default -> agent;
    };
  }
}
