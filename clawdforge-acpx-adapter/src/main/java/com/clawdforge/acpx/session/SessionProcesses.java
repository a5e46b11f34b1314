package com.clawdforge.acpx.session;

import com.clawdforge.acpx.process.ProcessTree;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session's processes during one turn: those that exist when the agent gets the prompt belong to
 * the agent; those that appear later were started by the turn. For one thread.
 */
public final class SessionProcesses {
  private static final Logger log = LoggerFactory.getLogger(SessionProcesses.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

  private final ProcessTree tree;
  private final Set<Long> agent = new HashSet<>();
  private boolean noted;

  public SessionProcesses(String sessionId) {
    tree = ProcessTree.tagged(List.of(sessionId));
  }

  public void noteAgent() {
    if (!noted) {
      tree.look();
      tree.alive().forEach(process -> agent.add(process.pid()));
      noted = true;
    }
  }

  /** Kills every process the turn started that is still running, including acpx clients. */
  public void killTools() throws InterruptedException {
    if (!noted) {
      return;
    }
    // The processes of a sandbox end one by one, and may start others meanwhile.
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (List<ProcessHandle> tools = tools(); !tools.isEmpty(); tools = tools()) {
      tools.forEach(ProcessHandle::destroyForcibly);
      if (deadline - System.nanoTime() <= 0) {
        log.warn("tools survived a kill: {}", tools.stream().map(ProcessHandle::pid).toList());
        return;
      }
      Thread.sleep(LOOK_AGAIN);
    }
  }

  private List<ProcessHandle> tools() {
    tree.look();
    return tree.alive().stream().filter(process -> !agent.contains(process.pid())).toList();
  }
}
