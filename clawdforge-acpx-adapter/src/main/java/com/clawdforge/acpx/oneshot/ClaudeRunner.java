package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.file.Leftovers;
import com.clawdforge.acpx.process.FreeMemory;
import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.acpx.program.ClaudeTools;
import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentTask;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.agent.OneShots;
import com.clawdforge.core.agent.ToolKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one-shots on the {@code claude} command line, a process and a directory of their own each,
 * which may have been there before the prompt was known. The CLI keeps no transcript, reads no
 * settings and expands nothing.
 */
public final class ClaudeRunner implements OneShots {
  private static final Logger log = LoggerFactory.getLogger(ClaudeRunner.class);
  private static final Duration ORPHAN_GRACE = Duration.ofSeconds(5);

  private final ClaudeSettings settings;
  private final WarmRuns warm;
  private final Set<ClaudeRun> live = ConcurrentHashMap.newKeySet();

  public ClaudeRunner(ClaudeSettings settings) {
    this.settings = settings;
    warm = new WarmRuns(settings, FreeMemory.ofThisMachine(), System::nanoTime);
  }

  /**
   * Begins to keep processes ready for runs, in the background; runs can be started before too.
   * Call this once, when nothing is left that has to be fast.
   */
  public void warmUp() {
    warm.start();
  }

  WarmRuns warm() {
    return warm;
  }

  @Override
  public AgentTask start(OneShot oneShot, Consumer<AgentEvent> events) {
    ClaudeRun run = new ClaudeRun(oneShot, settings, warm, events);
    live.add(run);
    boolean started = false;
    try {
      run.start(
          "claude-",
          () -> {
            live.remove(run);
            warm.over();
          });
      started = true;
    } finally {
      if (!started) {
        // Otherwise close() would wait for it for ever.
        live.remove(run);
      }
    }
    return run;
  }

  @Override
  public Optional<String> objectionTo(String jsonSchema) {
    try {
      AnswerSchema.parse(jsonSchema);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Optional<String> objectionToTools(List<String> tools) {
    return ClaudeTools.objectionTo(tools);
  }

  @Override
  public Optional<String> objectionToLessNetwork() {
    return settings.isolation().objectionToLessNetwork();
  }

  @Override
  public ToolKind kindOf(String tool) {
    return ClaudeTools.kindOf(tool);
  }

  @Override
  public void endOrphans(Collection<String> runIds) {
    List<RunDirectory> directories = new ArrayList<>();
    for (String runId : runIds) {
      RunDirectory directory = RunDirectory.left(settings.runsDir(), runId);
      // First: if this server dies too, the next one finds it by the run's directory.
      directory.taken().ifPresent(directories::add);
      directories.add(directory);
    }
    List<String> tags = directories.stream().map(RunDirectory::id).toList();
    if (!ProcessTree.tagged(tags).kill(ORPHAN_GRACE)) {
      log.error("processes of interrupted runs cannot be ended; look for {}", ProcessTree.TAG);
    }
    directories.forEach(RunDirectory::close);
  }

  @Override
  public List<String> deleteUnknownRuns(Predicate<String> known, Instant unknownSince) {
    List<String> unknown = Leftovers.unknownSinceBefore(settings.runsDir(), unknownSince, known);
    if (!unknown.isEmpty()) {
      endOrphans(unknown);
    }
    return unknown;
  }

  @Override
  public void close() {
    List<ClaudeRun> running = List.copyOf(live);
    running.forEach(ClaudeRun::cancel);
    try {
      for (ClaudeRun run : running) {
        run.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      warm.close();
    }
  }
}
