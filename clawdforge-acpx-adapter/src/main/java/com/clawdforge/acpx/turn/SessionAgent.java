package com.clawdforge.acpx.turn;

import com.clawdforge.acpx.agent.AgentProfile;
import com.clawdforge.acpx.file.PrivateFiles;
import com.clawdforge.acpx.program.CodexRollout;
import com.clawdforge.acpx.session.SessionCost;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.acpx.session.SessionProcesses;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Prompt;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A session and its agent, as the supervision of a turn needs them. A driver knows how to end the
 * agent's processes.
 */
public abstract class SessionAgent {
  /** Agents that keep a record of a turn's end have written it before they tell the end. */
  private static final Duration RECORD_GRACE = Duration.ofMillis(200);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  protected final AgentSession session;
  protected final SessionSettings settings;
  private final SessionDirectory directory;
  private final AgentProfile profile;
  private final TurnVerdict verdict;
  private final SessionCost cost;

  protected SessionAgent(AgentSession session, AgentProfile profile, SessionSettings settings) {
    this.session = session;
    this.settings = settings;
    this.directory = settings.folders().of(session);
    this.profile = profile;
    this.verdict = new TurnVerdict(profile, settings.environment(), directory.root());
    this.cost = new SessionCost(directory);
  }

  /** Kills all of the session's processes; returns whether all of them are gone. */
  public abstract boolean kill() throws IOException;

  /** Lets all of the session's processes write down what they know, and end. */
  public abstract void end() throws IOException;

  /** Kills what the turn started and left running. */
  public abstract void endTools() throws InterruptedException;

  /** Notes which processes run once the agent has the prompt. */
  public abstract void noteAgent();

  public final String id() {
    return session.sessionId();
  }

  public final @Nullable String model() {
    return session.model();
  }

  public final SessionDirectory directory() {
    return directory;
  }

  public final AgentProfile profile() {
    return profile;
  }

  public final TurnVerdict verdict() {
    return verdict;
  }

  public final SessionCost cost() {
    return cost;
  }

  protected final SessionProcesses newProcesses() {
    return new SessionProcesses(id(), profile.programs());
  }

  /** The prompt as content blocks; stages files in the session's directory. */
  public final byte[] blocks(Prompt prompt) throws IOException {
    return PromptBlocks.write(
        prompt, directory, profile, UUID.randomUUID().toString(), profile.canReadFiles(session));
  }

  /** The agent has the prompt. */
  void started() {
    noteAgent();
    // It has gone on from the message that it had to resume at.
    PrivateFiles.delete(directory.resumeAt());
  }

  /**
   * Takes a message that the model refused out of the conversation; the session's processes end for
   * that.
   *
   * @return whether it is out
   */
  final boolean dropRefused(String message) throws IOException {
    end();
    return profile.dropRefused(directory, message);
  }

  /**
   * How a turn that began at or after a time ended without an answer, according to the agent's own
   * records; waits a moment for them.
   */
  final Optional<CodexRollout.Ending> ending(String conversation, Instant since)
      throws InterruptedException {
    long deadline = System.nanoTime() + RECORD_GRACE.toNanos();
    while (true) {
      Optional<CodexRollout.Ending> ending = profile.ending(conversation, since, settings);
      if (ending.isPresent() || deadline - System.nanoTime() <= 0) {
        return ending;
      }
      Thread.sleep(LOOK_AGAIN);
    }
  }
}
