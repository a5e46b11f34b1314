package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.file.Leftovers;
import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.acpx.program.ClaudeTools;
import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentTask;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.agent.OneShots;
import com.clawdforge.core.agent.ToolKind;
import java.time.Duration;
import java.time.Instant;
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
 * Runs one-shots on the {@code claude} command line, a fresh process and a fresh directory each.
 * The CLI keeps no transcript, reads no settings and expands nothing.
 */
public final class ClaudeRunner implements OneShots {
  private static final Logger log = LoggerFactory.getLogger(ClaudeRunner.class);
  private static final Duration ORPHAN_GRACE = Duration.ofSeconds(5);

  private final ClaudeSettings settings;
  private final Set<ClaudeRun> live = ConcurrentHashMap.newKeySet();

  public ClaudeRunner(ClaudeSettings settings) {
    this.settings = settings;
  }

  @Override
  public AgentTask start(OneShot oneShot, Consumer<AgentEvent> events) {
    ClaudeRun run = new ClaudeRun(oneShot, settings, events);
    live.add(run);
    boolean started = false;
    try {
      run.start("claude-", () -> live.remove(run));
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
  public ToolKind kindOf(String tool) {
    return ClaudeTools.kindOf(tool);
  }

  @Override
  public void endOrphans(Collection<String> runIds) {
    if (!ProcessTree.tagged(runIds).kill(ORPHAN_GRACE)) {
      log.error("processes of interrupted runs cannot be ended; look for {}", ProcessTree.TAG);
    }
    for (String runId : runIds) {
      RunDirectory.left(settings.runsDir(), runId).close();
    }
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
    }
  }
}
