package com.clawdforge.acpx.program;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.core.agent.AgentFailure;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a provider may do instead of answering, and what a run and a turn make of it.
 *
 * @param environment of the server, besides the model's address
 * @param limit the name of the limit that is told, or null
 * @param words a part of what the app is told
 */
public record ProviderFault(
    String name,
    Script script,
    Map<String, String> environment,
    AgentFailure failure,
    @Nullable String limit,
    String words) {
  /** When the used-up limit ends. */
  public static final Instant RESET = Instant.parse("2035-01-01T00:00:00Z");

  private static final String NOWHERE = "http://127.0.0.1:1";

  /** All of them. */
  public static ProviderFault[] all() {
    return new ProviderFault[] {
      of(
              "a usage limit that is used up",
              ModelReply.usageLimit("five_hour", RESET),
              AgentFailure.USAGE_LIMIT_REACHED,
              "limit")
          .with(Map.of("CLAUDE_CODE_OAUTH_TOKEN", "sk-ant-oat01-dummy", "ANTHROPIC_API_KEY", ""))
          .named("five_hour"),
      of(
          "requests that come too fast",
          ModelReply.error(429, "rate_limit_error", "slow down", Map.of("retry-after", "300")),
          AgentFailure.USAGE_LIMIT_REACHED,
          "limit"),
      of(
          "a provider that is overloaded",
          ModelReply.error(529, "overloaded_error", "Overloaded"),
          AgentFailure.PROVIDER_OVERLOADED,
          "529"),
      of(
          "a provider that is broken",
          ModelReply.error(500, "api_error", "boom"),
          AgentFailure.PROVIDER_OVERLOADED,
          "boom"),
      of(
              "a provider that is not there",
              ModelReply.text("unused"),
              AgentFailure.PROVIDER_UNREACHABLE,
              "no answer")
          .with(Map.of("ANTHROPIC_BASE_URL", NOWHERE)),
      of(
          "a page of something between",
          ModelReply.html(403, "<html><title>Attention Required!</title></html>"),
          AgentFailure.UNAUTHENTICATED,
          "Attention Required!"),
      of(
          "an empty message",
          ModelReply.empty("end_turn"),
          AgentFailure.OUTPUT_INVALID,
          "stop reason end_turn"),
      of(
          "thoughts alone",
          ModelReply.message(new ModelReply.Block.Thinking("hm")),
          AgentFailure.OUTPUT_INVALID,
          "stop reason end_turn"),
      of(
          "a pause without a word",
          ModelReply.empty("pause_turn"),
          AgentFailure.OUTPUT_INVALID,
          "stop reason pause_turn"),
      of("a refusal", ModelReply.refusal(""), AgentFailure.REFUSED, "refused"),
    };
  }

  private static ProviderFault of(
      String name, ModelReply reply, AgentFailure failure, String words) {
    return new ProviderFault(name, Script.always(reply), Map.of(), failure, null, words);
  }

  private ProviderFault with(Map<String, String> more) {
    return new ProviderFault(name, script, more, failure, limit, words);
  }

  private ProviderFault named(String window) {
    return new ProviderFault(name, script, environment, failure, window, words);
  }

  /** The environment, in which the CLI repeats a request once at most. */
  public Map<String, String> variables() {
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("CLAUDE_CODE_MAX_RETRIES", "1");
    return variables;
  }

  @Override
  public String toString() {
    return name;
  }
}
