package com.clawdforge.acpx.session;

import com.clawdforge.acpx.process.ProcessTree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session's processes during one turn. Those that exist before the turn belong to the agent, and
 * so do those that exist when it gets the prompt, unless the agent's own program has started them:
 * a fast tool may run before this looks. What the agent's program starts from its own folder is a
 * part of it whenever that happens, such as the host of codex's scripts. All others were started by
 * the turn. For one thread.
 */
public final class SessionProcesses {
  private static final Logger log = LoggerFactory.getLogger(SessionProcesses.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

  /**
   * Claude writes its transcript some milliseconds after its answer (agent-facts.md, 1.9). If it is
   * killed in between, the turn is lost; if it is asked to end, it writes first, and all processes
   * are gone in 1.3 s.
   */
  private static final Duration TRANSCRIPT_GRACE = Duration.ofSeconds(3);

  private static final Duration KILL_GRACE = Duration.ofSeconds(5);

  private final ProcessTree tree;
  private final Set<String> agentPrograms;
  private final Set<Long> agent = new HashSet<>();
  private boolean noted;

  /**
   * Looks at nothing yet.
   *
   * @param agentPrograms file names of the agent's own program, whose children are tools; empty if
   *     unknown
   */
  public SessionProcesses(String sessionId, Set<String> agentPrograms) {
    tree = ProcessTree.tagged(List.of(sessionId));
    this.agentPrograms = agentPrograms;
  }

  /**
   * Asks all processes of some sessions to end, and kills those that do not.
   *
   * @return whether none is left; otherwise it is logged
   */
  public static boolean endOf(Collection<String> sessionIds) {
    boolean gone =
        sessionIds.isEmpty() || ProcessTree.tagged(sessionIds).end(TRANSCRIPT_GRACE, KILL_GRACE);
    if (!gone) {
      log.error("processes of sessions cannot be ended; look for {}", ProcessTree.TAG);
    }
    return gone;
  }

  /** Notes what runs before the agent can have the prompt. */
  public synchronized void noteBefore() {
    tree.look();
    tree.alive().forEach(process -> agent.add(process.pid()));
  }

  /** Notes what runs once the agent has the prompt; only the first call counts. */
  public synchronized void noteAgent() {
    if (!noted) {
      tree.look();
      tree.alive().stream()
          .filter(process -> !isTool(process))
          .forEach(process -> agent.add(process.pid()));
      noted = true;
    }
  }

  /** The processes of the agent's own program that were seen. */
  public synchronized List<ProcessHandle> agents() {
    return tree.alive().stream().filter(this::isAgent).toList();
  }

  /** Whether all of these processes still run. */
  public static boolean run(List<ProcessHandle> processes) {
    return processes.stream().allMatch(ProcessTree::goesOn);
  }

  private boolean isTool(ProcessHandle process) {
    return Stream.iterate(process.parent(), Optional::isPresent, it -> it.get().parent())
        .anyMatch(ancestor -> isAgent(ancestor.get()));
  }

  private boolean isAgent(ProcessHandle process) {
    return program(process).filter(it -> agentPrograms.contains(name(it))).isPresent();
  }

  // The agent's program itself runs its sandboxes, with the tools in them.
  private boolean isPart(ProcessHandle process) {
    Optional<ProcessHandle> parent =
        process.parent().filter(it -> agent.contains(it.pid()) && isAgent(it));
    Optional<Path> folder = parent.flatMap(SessionProcesses::program).map(Path::getParent);
    return folder.isPresent()
        && folder.equals(program(process).map(Path::getParent))
        && !isAgent(process);
  }

  private static Optional<Path> program(ProcessHandle process) {
    return process.info().command().map(Path::of);
  }

  private static String name(Path program) {
    return String.valueOf(program.getFileName());
  }

  /** Kills every process the turn started that is still running, including acpx clients. */
  public synchronized void killTools() throws InterruptedException {
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
    return tree.alive().stream()
        .filter(process -> !agent.contains(process.pid()) && !isPart(process))
        .toList();
  }
}
