package com.clawdforge.acpx.agent;

import com.clawdforge.acpx.program.ClaudeHome;
import com.clawdforge.acpx.program.ClaudeTerms;
import com.clawdforge.acpx.protocol.AcpLine;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.SessionOpening;
import com.clawdforge.core.agent.ToolKind;
import com.clawdforge.core.agent.Usage;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Claude Code behind {@code claude-agent-acp}. */
public record ClaudeProfile() implements AgentProfile {
  @Override
  public Optional<SessionOpening.Unsupported> objectionTo(AgentSession session) {
    return Optional.empty();
  }

  @Override
  public boolean isShimmed() {
    return true;
  }

  @Override
  public void prepare(AgentSession session, SessionDirectory directory, SessionSettings settings)
      throws IOException {
    new ClaudeHome(settings.environment()).prepare(directory.config(), directory.tmp());
    if (session.conversationId() != null) {
      new AgentRecords(settings.environment())
          .takeTranscriptsHome(directory.work(), session.sessionId(), directory.config());
    }
  }

  @Override
  public void configure(
      ObjectNode shim, AgentSession session, SessionDirectory directory, SessionSettings settings) {
    shim.set("meta", ShimConfig.claude(session, directory));
    ClaudeTerms terms = ShimConfig.claudeTerms(session);
    Map<String, String> environment = new TreeMap<>();
    terms.addTo(environment);
    // For the agent alone: acpx has its socket in the directory for temporary files that it is
    // told, whose path may then be too long for one.
    new ClaudeHome(settings.environment()).addTo(environment, directory.config(), directory.tmp());
    environment.forEach(shim.putObject("env")::put);
    if (session.background()) {
      shim.put("costBetweenTurns", directory.costBetweenTurns().toString());
    }
    bound(shim, session.permissions(), terms, settings);
  }

  // Tools that are named narrow what passes. A session without a tool that runs commands is bounded
  // in its files too: elsewhere lie files that name commands, acpx's own record first of all.
  private static void bound(
      ObjectNode shim, Permissions permissions, ClaudeTerms terms, SessionSettings settings) {
    Set<ToolKind> approved = permissions.approved();
    approved.retainAll(terms.kinds());
    ShimConfig.addKinds(shim, "approved", approved);
    if (permissions instanceof Permissions.Mode) {
      Set<ToolKind> unasked = EnumSet.of(ToolKind.READ, ToolKind.SEARCH);
      unasked.retainAll(terms.kinds());
      ShimConfig.addKinds(shim, "inOwn", unasked);
    }
    boolean readsAnywhere =
        terms.runsCommands()
            ? permissions.readsAnywhere()
            : permissions instanceof Permissions.Policy policy && policy.readAnywhere();
    if (!readsAnywhere) {
      settings.readable().forEach(place -> shim.withArray("readable").add(place.toString()));
      shim.withArray("readable");
    }
    shim.put("inside", !terms.runsCommands());
  }

  // The shim also takes ids that the adapter does not list.
  @Override
  public boolean takesModelFromAcpx() {
    return false;
  }

  // It would run /word at the start of a text as a command of its own; after a newline it is text
  // (agent-facts.md, section 1.3). Expansion of @path is off by environment.
  @Override
  public List<String> blocks(String prompt, boolean first) {
    return List.of(prompt.startsWith("/") ? "\n" + prompt : prompt);
  }

  @Override
  public boolean isAnswer(AcpLine said) {
    return true;
  }

  @Override
  public @Nullable Usage usage(AcpLine.Result result) {
    return result.usage();
  }

  @Override
  public String loginAdvice() {
    return "log the server's claude in";
  }

  @Override
  public void tidy(SessionDirectory directory) {}

  @Override
  public void forget(AgentSession session, SessionDirectory directory, SessionSettings settings) {
    new AgentRecords(settings.environment())
        .deleteTranscripts(
            directory.work(), session.sessionId(), Optional.ofNullable(session.conversationId()));
  }
}
