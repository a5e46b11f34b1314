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
 * All processes of one piece of work: the child that was started for it, and everything that came
 * of that child. A descendant is known by having been seen below the child, by the tag that the
 * child's environment hands down, or by living in a session that one of those leads; so it is found
 * after its parent has died too, which is how an agent's tool processes end up (agent-facts.md,
 * section 1.7). The tag and the sessions are read from {@code /proc}; elsewhere only what was seen
 * is known.
 *
 * <p>A process that takes a session of its own, clears its environment and loses its parent between
 * two looks is not found.
 *
 * <p>Safe for any thread.
 */
public final class ProcessTree {
  /** The one variable of ours that an agent may see: which run it works for. */
  public static final String TAG = "CLAWDFORGE_AGENT_RUN";

  private static final Logger log = LoggerFactory.getLogger(ProcessTree.class);
  private static final int MAX_ROUNDS = 20;
  private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

  private static final long OURSELVES = ProcessHandle.current().pid();

  private final Set<String> tags;
  // Only what lives: the pid of a dead one may be a stranger's at the next look.
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

  /** Whatever still runs of work whose root is not known any more. */
  public static ProcessTree tagged(Collection<String> tags) {
    return new ProcessTree(tags);
  }

  /** Takes note of what is there now; the more often it looks, the less can escape. */
  public synchronized void look() {
    int known;
    do {
      seen.values().removeIf(process -> !process.isAlive());
      known = seen.size();
      // What is found by its tag or session may have children that neither would find.
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
    // A session keeps its leader's pid for as long as it has members; after that it is anybody's.
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
   * Asks everything to end and gives it some time for that, then kills what is left.
   *
   * @return whether all of it is gone
   */
  public boolean end(Duration grace, Duration patience) {
    look();
    List<ProcessHandle> asked = alive();
    asked.forEach(ProcessHandle::destroy);
    awaitExit(asked, System.nanoTime() + grace.toNanos());
    return kill(patience);
  }

  /**
   * Kills everything, until a look finds nothing new.
   *
   * @return whether all of it is gone
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

  // Polled: the end of a process that is nobody's child here is an event only once its new parent
  // has reaped it, which in a container may take seconds, or for ever.
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

  // Our own children are reaped at once, and only then is their exit status known.
  private static boolean gone(ProcessHandle process) {
    return !process.isAlive() || (!runs(process) && !isOwnChild(process));
  }

  private static boolean isOwnChild(ProcessHandle process) {
    return process.parent().equals(Optional.of(ProcessHandle.current()));
  }

  private void add(ProcessHandle process) {
    // A server that an agent started bears that agent's tag.
    if (process.pid() != OURSELVES) {
      seen.putIfAbsent(process.pid(), process);
    }
  }

  // A zombie whose parent does not reap it runs nothing.
  private static boolean runs(ProcessHandle process) {
    return process.isAlive()
        && ProcEntry.of(process.pid()).map(ProcEntry::runs).orElse(process.isAlive());
  }

  private static List<Long> pids(List<ProcessHandle> processes) {
    return processes.stream().map(ProcessHandle::pid).toList();
  }
}
