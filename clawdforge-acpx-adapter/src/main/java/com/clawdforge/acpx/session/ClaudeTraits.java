package com.clawdforge.acpx.session;

import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.SessionOpening;
import com.clawdforge.core.agent.ToolKind;
import com.clawdforge.core.agent.Usage;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Claude Code behind {@code claude-agent-acp}. */
record ClaudeTraits() implements AgentTraits {
  @Override
  public Optional<SessionOpening.Unsupported> objectionTo(AgentSession session) {
    return Optional.empty();
  }

  @Override
  public boolean isShimmed() {
    return true;
  }

  @Override
  public void configure(ObjectNode shim, AgentSession session, SessionDirectory directory) {
    shim.set("meta", ShimConfig.claude(session));
    if (!session.permissions().approves(ToolKind.EXECUTE)) {
      // Claude asks git about its directory when it starts, and git runs commands that a file of
      // settings in there names, which takes no more than an edit. With this it finds none.
      shim.putObject("env").put("GIT_DIR", "/dev/null");
      // Elsewhere lie files that name commands too, acpx's own record of the session first of all.
      shim.put("editsInside", true);
    }
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
