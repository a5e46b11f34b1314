package com.clawdforge.acpx.session;

import com.clawdforge.acpx.process.ProcessTree;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A session's processes as one turn sees them: what is there when the agent gets the prompt is the
 * agent; what comes later, the turn has started. For one thread.
 */
final class SessionProcesses {
  private final ProcessTree tree;
  private final Set<Long> agent = new HashSet<>();
  private boolean noted;

  SessionProcesses(String sessionId) {
    tree = ProcessTree.tagged(List.of(sessionId));
  }

  void noteAgent() {
    if (!noted) {
      tree.look();
      tree.alive().forEach(process -> agent.add(process.pid()));
      noted = true;
    }
  }

  /** Kills what the turn has started and left running, beside acpx's own clients. */
  void killTools() {
    if (!noted) {
      return;
    }
    tree.look();
    tree.alive().stream()
        .filter(process -> !agent.contains(process.pid()))
        .forEach(ProcessHandle::destroyForcibly);
  }
}
