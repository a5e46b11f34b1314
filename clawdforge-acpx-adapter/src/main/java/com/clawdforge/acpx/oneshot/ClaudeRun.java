package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.agent.ClaudeProfile;
import com.clawdforge.acpx.file.AttachedFile;
import com.clawdforge.acpx.process.ChildProcess;
import com.clawdforge.acpx.program.ClaudeLine;
import com.clawdforge.acpx.program.ClaudeNotes;
import com.clawdforge.acpx.program.SupervisedRun;
import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.agent.ProviderRetry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@code claude -p} from its start until nothing of it is left. A thread of its own supervises
 * it: every event of the child reaches it as a {@link Signal}, and the first signal that ends the
 * run decides.
 */
final class ClaudeRun extends SupervisedRun implements ChildProcess.Listener {
  private static final Logger log = LoggerFactory.getLogger(ClaudeRun.class);

  /** A run ends within 16 to 30 ms of its result, or hangs (agent-facts.md, section 3). */
  private static final Duration EXIT_GRACE = Duration.ofSeconds(1);

  /** The CLI answers an interrupt within milliseconds, unless it is still starting or stuck. */
  private static final Duration INTERRUPT_GRACE = Duration.ofMillis(700);

  private static final Duration SIGINT_GRACE = Duration.ofMillis(300);

  /** Its last output is the only known reason for an end without a result. */
  private static final Duration STDERR_GRACE = Duration.ofMillis(300);

  /** Time to read what it wrote before it exited. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private static final Duration KILL_GRACE = Duration.ofMillis(500);

  /** Tool processes outlive their parents: they must be recorded while their parent lives. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  private final OneShot oneShot;
  private final ClaudeSettings settings;
  private final WarmRuns warm;
  private final Consumer<AgentEvent> events;
  private final ClaudeNotes notes = new ClaudeNotes();
  private final ClaudeVerdict verdict;
  private final Results results = new Results();
  private final boolean showsFiles;
  private final long deadlineNanos;
  private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
  private volatile @Nullable String model;
  private volatile boolean toolsMayRun;
  private volatile @Nullable StdinWriter input;
  private final AtomicBoolean begun = new AtomicBoolean();

  ClaudeRun(OneShot oneShot, ClaudeSettings settings, WarmRuns warm, Consumer<AgentEvent> events) {
    super("run", oneShot.runId());
    this.oneShot = oneShot;
    this.settings = settings;
    this.warm = warm;
    this.events = events;
    this.verdict = new ClaudeVerdict(oneShot, settings.environment(), notes);
    this.showsFiles = !oneShot.prompt().attachments().isEmpty();
    this.deadlineNanos = System.nanoTime() + oneShot.prompt().timeout().toNanos();
  }

  private sealed interface Signal {
    record Result(ClaudeLine.Result line) implements Signal {}

    record Hopeless(ProviderRetry retry) implements Signal {}

    record InputRefused() implements Signal {}

    record TooMuch(String what) implements Signal {}

    /** It does not do what it was told before the prompt. */
    record Unsuitable() implements Signal {}

    record Ended() implements Signal {}

    record Cancelled() implements Signal {}
  }

  @Override
  public void cancel() {
    signals.add(new Signal.Cancelled());
  }

  @Override
  public void onLine(byte[] line) {
    Optional<ClaudeLine> read = ClaudeLine.read(line);
    if (read.isEmpty()) {
      log.debug("{} wrote a line that is not JSON, {} bytes", oneShot.runId(), line.length);
      return;
    }
    if (read.get() instanceof ClaudeLine.Control control) {
      onAnswer(control);
      return;
    }
    // Notices of the CLI's own come before the prompt is looked at.
    if (!(read.get() instanceof ClaudeLine.Other)) {
      begin();
    }
    notes.add(read.get());
    switch (read.get()) {
      case ClaudeLine.Control control -> {}
      case ClaudeLine.Result result -> {
        publish(line);
        signals.add(new Signal.Result(result));
        return;
      }
      case ClaudeLine.Init init -> model = init.model();
      case ClaudeLine.Retry retry -> {
        if (isHopeless(retry.retry())) {
          signals.add(new Signal.Hopeless(retry.retry()));
        }
      }
      case ClaudeLine.Assistant assistant -> {
        toolsMayRun = true;
        if (showsFiles && notes.droppedInput()) {
          signals.add(new Signal.InputRefused());
        }
      }
      case ClaudeLine.Limit limit -> {}
      case ClaudeLine.Refusal refusal -> {}
      case ClaudeLine.WritesLost lost -> {}
      case ClaudeLine.Other other -> {}
    }
    publish(line);
  }

  private void onAnswer(ClaudeLine.Control control) {
    StdinWriter writer = input;
    if (writer == null || !writer.isWarm()) {
      return;
    }
    if (control.refused() && !begun.get()) {
      signals.add(new Signal.Unsuitable());
    } else {
      writer.answered();
    }
  }

  private void begin() {
    if (begun.compareAndSet(false, true)) {
      warm.begun();
    }
  }

  // The CLI asks ten times with a key that is refused, for three minutes (1.5), and waits as long
  // as
  // the provider says, though that may be longer than this run has.
  private boolean isHopeless(ProviderRetry retry) {
    return retry.status() == 401
        || retry.status() == 403
        || retry.delay().toNanos() >= deadlineNanos - System.nanoTime();
  }

  @Override
  public void onTooMuch(String what) {
    signals.add(new Signal.TooMuch(what));
  }

  @Override
  public void onEnd() {
    signals.add(new Signal.Ended());
  }

  private void publish(byte[] line) {
    try {
      events.accept(new AgentEvent(line));
    } catch (RuntimeException e) {
      log.warn("a follower of {} failed", oneShot.runId(), e);
    }
  }

  @Override
  protected AgentOutcome run() throws IOException, InterruptedException {
    Optional<Path> program = settings.program().find();
    if (program.isEmpty()) {
      return failed(AgentFailure.UNAVAILABLE, ClaudeProfile.NOT_INSTALLED);
    }
    try (RunDirectory directory = RunDirectory.create(settings.runsDir(), oneShot.runId())) {
      UserMessage message;
      try {
        message = UserMessage.of(oneShot, directory);
      } catch (AttachedFile.Broken e) {
        return failed(AgentFailure.INPUT_INVALID, String.valueOf(e.getMessage()));
      }
      if (message.staged() && !ClaudeCommand.mayRead(oneShot)) {
        return failed(
            AgentFailure.FAILED,
            "one of the files can only be read by the agent itself, which max_permissions of this token deny; leave it out, or have the token minted with the kind read");
      }
      RunProfile profile =
          RunProfile.of(
              program.get(),
              oneShot,
              ClaudeCommand.terms(oneShot, message.staged(), settings.readable()));
      warm.beginning();
      try {
        Optional<AgentOutcome> outcome = runWarm(profile, directory, message);
        return outcome.isPresent() ? outcome.get() : runCold(profile, directory, message);
      } finally {
        begin();
      }
    }
  }

  private AgentOutcome runCold(RunProfile profile, RunDirectory directory, UserMessage message)
      throws IOException, InterruptedException {
    RunProcess process;
    try {
      process = RunProcess.cold(settings, profile, oneShot.model(), directory, this);
    } catch (RunProcess.NotStarted e) {
      log.error("cannot start {}", profile.program(), e);
      return failed(AgentFailure.UNAVAILABLE, ClaudeVerdict.CANNOT_START);
    }
    return run(process, StdinWriter.cold(oneShot, message)).orElseThrow();
  }

  // Empty if no process was ready, or it has died before it could begin.
  private Optional<AgentOutcome> runWarm(
      RunProfile profile, RunDirectory directory, UserMessage message)
      throws IOException, InterruptedException {
    Optional<RunProcess> spare = warm.take(profile);
    if (spare.isEmpty()) {
      return Optional.empty();
    }
    RunProcess process = spare.get();
    try (RunDirectory its = process.directory()) {
      StdinWriter stdin = StdinWriter.warm(oneShot, message, process.model());
      boolean taken = false;
      try {
        directory.take(its);
        taken = true;
      } finally {
        if (!taken) {
          process.discard(KILL_GRACE);
        }
      }
      process.giveTo(oneShot.runId(), this);
      Optional<AgentOutcome> outcome = run(process, stdin);
      if (outcome.isEmpty()) {
        log.info(
            "the agent that was ready for run {} was of no use; it starts anew", oneShot.runId());
        process.letGo();
        signals.removeIf(signal -> !(signal instanceof Signal.Cancelled));
        directory.giveBack(its);
      }
      return outcome;
    }
  }

  // Empty if the process was there before the run, and the run can begin anew with another one.
  private Optional<AgentOutcome> run(RunProcess process, StdinWriter stdin)
      throws InterruptedException {
    ChildProcess child = process.child();
    input = stdin;
    try {
      stdin.start(child.stdin());
      Signal end = awaitEnd(child, stdin);
      return isUseless(end, stdin) ? Optional.empty() : Optional.of(outcome(end, child, stdin));
    } finally {
      stdin.close();
      if (!process.end(KILL_GRACE)) {
        log.error("run {} has left processes behind that cannot be ended", oneShot.runId());
      }
      stdin.awaitEnd(KILL_GRACE);
    }
  }

  private boolean isUseless(@Nullable Signal end, StdinWriter stdin) {
    boolean died = end instanceof Signal.Ended && !begun.get();
    return stdin.isWarm() && (died || end instanceof Signal.Unsuitable) && stdin.canBeRepeated();
  }

  private @Nullable Signal awaitEnd(ChildProcess child, StdinWriter stdin)
      throws InterruptedException {
    Signal signal = firstSignal(child);
    while (signal instanceof Signal.Result part && results.goOnAfter(part.line(), stdin)) {
      signal = firstSignal(child);
    }
    return signal;
  }

  private AgentOutcome outcome(@Nullable Signal signal, ChildProcess child, StdinWriter stdin)
      throws InterruptedException {
    return switch (signal) {
      case null -> verdict.timedOut(stop(child, stdin), model, child.stderrTail());
      case Signal.Cancelled cancelled -> cancelled(child, stop(child, stdin));
      case Signal.Result result -> {
        noteLeftovers(child);
        stdin.close();
        child.awaitExit(EXIT_GRACE);
        yield verdict.of(results.joined(result.line()), model, child.stderrTail());
      }
      case Signal.Hopeless hopeless -> {
        stop(child, stdin);
        yield verdict.gaveUpOn(hopeless.retry(), model, child.stderrTail());
      }
      case Signal.InputRefused refused -> {
        stop(child, stdin);
        yield failed(AgentFailure.INPUT_INVALID, ClaudeNotes.FILE_REFUSED);
      }
      case Signal.TooMuch tooMuch -> {
        stop(child, stdin);
        yield failed(AgentFailure.FAILED, "claude wrote " + tooMuch.what());
      }
      case Signal.Unsuitable unsuitable -> {
        stop(child, stdin);
        yield failed(AgentFailure.FAILED, "claude refused a setting of the run");
      }
      case Signal.Ended ended -> {
        boolean exited = child.awaitExit(EXIT_GRACE);
        child.awaitStderr(STDERR_GRACE);
        yield verdict.withoutResult(
            exited ? Optional.of(child.exitStatus()) : Optional.empty(), model, child.stderrTail());
      }
    };
  }

  // Only tools leave processes, and the model answers again after each tool.
  private void noteLeftovers(ChildProcess child) {
    if (notes.messages() > 1) {
      child.tree().look();
      long left = child.tree().alive().stream().filter(process -> !isCli(process)).count();
      if (left > 0) {
        notes.warn(
            "the agent's tools left "
                + left
                + (left == 1
                    ? " process running, which was ended"
                    : " processes running, which were ended")
                + " with the run");
      }
    }
  }

  private static boolean isCli(ProcessHandle process) {
    return process.parent().equals(Optional.of(ProcessHandle.current()));
  }

  // Null when the time is over.
  private @Nullable Signal firstSignal(ChildProcess child) throws InterruptedException {
    long remaining = deadlineNanos - System.nanoTime();
    while (remaining > 0) {
      Signal signal = signals.poll(Math.min(remaining, LOOK_EVERY.toNanos()), TimeUnit.NANOSECONDS);
      if (signal != null) {
        return signal;
      }
      if (toolsMayRun) {
        child.tree().look();
      }
      if (child.awaitExit(Duration.ZERO)) {
        // A process that it left behind may hold its output open, so do not wait for the output's
        // end.
        signal = signals.poll(LAST_WORDS.toNanos(), TimeUnit.NANOSECONDS);
        return signal == null ? new Signal.Ended() : signal;
      }
      remaining = deadlineNanos - System.nanoTime();
    }
    return null;
  }

  private AgentOutcome cancelled(ChildProcess child, ClaudeLine.@Nullable Result result) {
    // The answer may have been on its way already.
    return result != null && !result.error()
        ? verdict.of(result, model, child.stderrTail())
        : verdict.cancelled(result, model);
  }

  /**
   * Stops the CLI so that it ends its tools too: only an interrupt and SIGINT do that
   * (agent-facts.md, 1.7). The caller kills what is left.
   *
   * @return its result, if it still sent one
   */
  private ClaudeLine.@Nullable Result stop(ChildProcess child, StdinWriter stdin)
      throws InterruptedException {
    child.tree().look();
    stdin.interrupt();
    ClaudeLine.Result result = awaitResult(INTERRUPT_GRACE);
    if (result == null) {
      child.interrupt();
      child.awaitExit(SIGINT_GRACE);
    }
    return result;
  }

  private ClaudeLine.@Nullable Result awaitResult(Duration grace) throws InterruptedException {
    long deadline = System.nanoTime() + grace.toNanos();
    while (true) {
      Signal signal = signals.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (signal == null || signal instanceof Signal.Ended) {
        return null;
      }
      if (signal instanceof Signal.Result result) {
        return result.line();
      }
    }
  }

  @Override
  protected AgentOutcome failed(AgentFailure failure, String message) {
    return verdict.failed(
        failure, message, "", new AgentReport(model, null, null, null, notes.details()));
  }
}
