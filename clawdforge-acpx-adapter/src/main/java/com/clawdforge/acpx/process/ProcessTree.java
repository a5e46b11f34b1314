package com.clawdforge.acpx.process;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All processes of one piece of work: the child that was started for it, and its descendants. A
 * descendant is recognised because it was seen below the child, because it inherited the child's
 * tag in its environment, or because it belongs to a session that one of those leads. It is
 * therefore found after its parent has died too, as happens to an agent's tool processes
 * (agent-facts.md, section 1.7). Tags and sessions are read from {@code /proc}; on systems without
 * it, only descendants that were seen are known.
 *
 * <p>A process is not found if it starts its own session, clears its environment and loses its
 * parent between two looks.
 *
 * <p>Safe for any thread.
 */
public final class ProcessTree {
  /** The only variable of ours that an agent may see: the run or session that it works for. */
  public static final String TAG = "CLAWDFORGE_AGENT_RUN";

  /** Begins the tag of a process that was started before it was known what it would work for. */
  public static final String SPARE = "spare-";

  private static final Logger log = LoggerFactory.getLogger(ProcessTree.class);
  private static final int MAX_ROUNDS = 20;
  private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

  private static final long OURSELVES = ProcessHandle.current().pid();

  private final Set<String> tags;
  // Living processes only: a dead one's pid may belong to a stranger at the next look.
  private final Map<Long, ProcessHandle> seen = new LinkedHashMap<>();
  private final Set<Long> sessions = new HashSet<>();

  private ProcessTree(Collection<String> tags) {
    this.tags = Set.copyOf(tags);
  }

  /** The tree of a process that was started with {@link #TAG} set to this value. */
  public static ProcessTree of(Process root, String tag) {
    return of(root.toHandle(), tag);
  }

  static ProcessTree of(ProcessHandle root, String tag) {
    ProcessTree tree = new ProcessTree(List.of(tag));
    tree.add(root);
    return tree;
  }

  /** The remaining processes of work whose root process is not known any more. */
  public static ProcessTree tagged(Collection<String> tags) {
    return new ProcessTree(tags);
  }

  /** Records the processes that exist now. The more often it looks, the fewer can escape. */
  public synchronized void look() {
    int known;
    do {
      seen.values().removeIf(process -> !process.isAlive());
      known = seen.size();
      // A process found by its tag or session may have children that have neither.
      List.copyOf(seen.values()).forEach(process -> process.descendants().forEach(this::add));
      lookThrough(ProcEntry.all());
    } while (seen.size() > known);
  }

  private void lookThrough(Collection<ProcEntry> processes) {
    Set<Long> inhabited = new HashSet<>();
    for (ProcEntry process : processes) {
      inhabited.add(process.session());
      if (process.session() == process.pid() && seen.containsKey(process.pid())) {
        sessions.add(process.pid());
      }
    }
    // A session keeps its leader's pid while it has members; after that the pid may be reused.
    sessions.retainAll(inhabited);
    for (ProcEntry process : processes) {
      if (!seen.containsKey(process.pid())
          && (sessions.contains(process.session())
              || process.tags().stream().anyMatch(tags::contains))) {
        ProcessHandle.of(process.pid()).ifPresent(this::add);
      }
    }
  }

  /** The processes that were seen and still run. */
  public synchronized List<ProcessHandle> alive() {
    return seen.values().stream().filter(ProcessTree::runs).toList();
  }

  /**
   * Asks all processes to end, waits, then kills those that are left.
   *
   * @return whether all processes are gone
   */
  public boolean end(Duration grace, Duration patience) {
    look();
    List<ProcessHandle> asked = alive();
    asked.forEach(ProcessHandle::destroy);
    awaitExit(asked, System.nanoTime() + grace.toNanos());
    return kill(patience);
  }

  /**
   * Kills all processes until a look finds none.
   *
   * @return whether all processes are gone
   */
  public boolean kill(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    for (int round = 0; round < MAX_ROUNDS; round++) {
      look();
      List<ProcessHandle> alive = alive();
      if (alive.isEmpty()) {
        return true;
      }
      alive.forEach(ProcessHandle::destroyForcibly);
      if (!awaitExit(alive, deadline)) {
        log.atWarn().addKeyValue("pids", pids(alive)).log("processes survived a kill");
        return false;
      }
    }
    log.atWarn().addKeyValue("rounds", MAX_ROUNDS).log("processes multiply faster than they die");
    return false;
  }

  // Polled: the end of a process that is not our child is an event only once its new parent has
  // reaped it, which in a container may take seconds, or never happen.
  private static boolean awaitExit(List<ProcessHandle> processes, long deadlineNanos) {
    try {
      while (!processes.stream().allMatch(ProcessTree::gone)) {
        if (System.nanoTime() - deadlineNanos >= 0) {
          return processes.stream().noneMatch(ProcessTree::runs);
        }
        Thread.sleep(LOOK_AGAIN);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  // Our own children are reaped immediately, and their exit status is known only then.
  private static boolean gone(ProcessHandle process) {
    return !process.isAlive() || (!runs(process) && !isOwnChild(process));
  }

  private static boolean isOwnChild(ProcessHandle process) {
    return process.parent().equals(Optional.of(ProcessHandle.current()));
  }

  private void add(ProcessHandle process) {
    // A server that was started by an agent carries that agent's tag.
    if (process.pid() != OURSELVES) {
      seen.putIfAbsent(process.pid(), process);
    }
  }

  /** Whether tagged processes can be found on this system. */
  public static boolean canFind() {
    return ProcEntry.areThere();
  }

  /** Whether a process does something; a zombie whose parent does not reap it does not. */
  public static boolean runs(ProcessHandle process) {
    return process.isAlive()
        && ProcEntry.of(process.pid()).map(ProcEntry::runs).orElse(process.isAlive());
  }

  /**
   * Whether a process runs and may go on: one that was killed does not, even if it is still there.
   */
  public static boolean goesOn(ProcessHandle process) {
    return process.isAlive()
        && ProcEntry.of(process.pid())
            .map(entry -> entry.runs() && !entry.isEnding())
            .orElse(process.isAlive());
  }

  private static List<Long> pids(List<ProcessHandle> processes) {
    return processes.stream().map(ProcessHandle::pid).toList();
  }
}
