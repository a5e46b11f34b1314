package com.clawdforge.core.session;

import com.clawdforge.core.agent.Network;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.RequestRules;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A session that an app requests.
 *
 * @param agent null for {@link SessionLimits#defaultAgent()}
 * @param permissions null for all that the token permits
 * @param network what the agent's processes may reach; null for what goes with the permissions
 * @param background whether to offer tools whose work continues after a turn
 * @param meta a JSON object as text
 */
public record SessionRequest(
    @Nullable String agent,
    @Nullable String model,
    @Nullable SystemPrompt system,
    @Nullable Permissions permissions,
    @Nullable Network network,
    @Nullable List<String> allowedTools,
    boolean background,
    @Nullable Integer maxTurns,
    String meta,
    @Nullable IdempotencyKey key) {
  private static final Pattern AGENT = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final int MAX_META_BYTES = 16 << 10;
  private static final int MAX_TURNS = 1000;

  public SessionRequest {
    allowedTools = allowedTools == null ? null : List.copyOf(allowedTools);
  }

  /**
   * Checks every value, and that the caller may request it.
   *
   * @param lessNetwork returns why nothing keeps an agent, by its name, to less than all of the
   *     network
   * @throws Refusal for the first value that is not allowed
   */
  SessionTerms check(
      Caller caller, SessionLimits limits, Function<String, Optional<String>> lessNetwork) {
    String wanted = agent == null ? limits.defaultAgent() : agent;
    if (!AGENT.matcher(wanted).matches()) {
      throw Refusal.invalid("agent", "agent must match " + AGENT.pattern());
    }
    if (!limits.agents().contains(wanted)) {
      throw Refusal.invalid(
          "agent",
          "agent must be one of those that the server offers: "
              + String.join(", ", new TreeSet<>(limits.agents())));
    }
    RequestRules.model(model);
    RequestRules.system(system, limits.maxPromptBytes());
    RequestRules.tools("allowed_tools", allowedTools);
    if (maxTurns != null && (maxTurns < 1 || maxTurns > MAX_TURNS)) {
      throw Refusal.invalid("max_turns", "max_turns must be from 1 to " + MAX_TURNS);
    }
    if (meta.getBytes(StandardCharsets.UTF_8).length > MAX_META_BYTES) {
      throw Refusal.invalid("meta", "meta is longer than " + MAX_META_BYTES + " bytes");
    }
    caller.limits().requireAgent(wanted);
    Permissions permitted = caller.limits().permit(permissions);
    if (background) {
      caller.limits().requireEverything("background");
    }
    Network reached =
        caller.limits().permit(network, Network.usual(permitted), () -> lessNetwork.apply(wanted));
    return new SessionTerms(
        wanted, model, system, permitted, reached, allowedTools, background, maxTurns, meta);
  }

  /** Omits system prompt and meta, so that this may be logged. */
  @Override
  public String toString() {
    return "SessionRequest[agent=" + agent + ", model=" + model + "]";
  }
}
