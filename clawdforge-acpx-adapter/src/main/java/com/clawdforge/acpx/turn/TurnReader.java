package com.clawdforge.acpx.turn;

import com.clawdforge.acpx.agent.AgentProfile;
import com.clawdforge.acpx.process.ChildProcess;
import com.clawdforge.acpx.program.ClaudeLine;
import com.clawdforge.acpx.program.ClaudeNotes;
import com.clawdforge.acpx.program.CodexNotes;
import com.clawdforge.acpx.protocol.AcpMessage;
import com.clawdforge.acpx.protocol.ProviderError;
import com.clawdforge.core.agent.AgentDetails;
import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.TurnListener;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the protocol traffic of one prompt, in both directions, and publishes the turn's messages:
 * those of the agent, and the client's responses to its permission requests. What comes before the
 * prompt is the handshake of an agent that had to be started.
 */
public final class TurnReader implements ChildProcess.Listener {
  private static final Logger log = LoggerFactory.getLogger(TurnReader.class);
  private static final String PROMPT = "session/prompt";
  private static final String PERMISSION = "session/request_permission";
  private static final int REQUEST_CANCELLED = -32800;
  private static final Set<String> OF_THE_CLIENT =
      Set.of(
          "initialize",
          "authenticate",
          "session/new",
          "session/load",
          "session/resume",
          "session/cancel",
          "session/close",
          "session/set_mode",
          "session/set_model",
          "session/set_config_option");

  // In a session this remark is the only sign.
  private static final Pattern FILE_REFUSED =
      Pattern.compile("^API Error: .*(image|document|PDF|media).* could not be processed");

  // In a session the CLI's own messages of the model are not passed on.
  private static final ClaudeLine OF_THE_MODEL = new ClaudeLine.Assistant(null);

  /** Updates that say nothing about the turn: an agent that was started sends them at any time. */
  private static final Set<String> OF_THE_SESSION =
      Set.of(
          "available_commands_update",
          "config_option_update",
          "current_mode_update",
          "session_info_update");

  private static final Set<String> BEGINNINGS =
      Set.of("initialize", "session/new", "session/load", "session/resume");

  private final AgentProfile profile;
  private final TurnListener listener;
  private final BlockingQueue<TurnSignal> signals;
  private final Set<String> permissionRequests = new HashSet<>();
  private final AnswerText text = new AnswerText();
  private final ClaudeNotes notes = new ClaudeNotes();
  private final CodexNotes codex = new CodexNotes();
  private ClaudeLine.@Nullable Result result;
  private @Nullable String promptId;
  private @Nullable String conversation;
  private boolean conversationPublished;
  private boolean over;
  private volatile boolean started;
  private volatile boolean published;
  private volatile boolean handshake;
  private volatile @Nullable BigDecimal costUsd;
  private boolean fileRefused;

  public TurnReader(
      AgentProfile profile, TurnListener listener, BlockingQueue<TurnSignal> signals) {
    this.profile = profile;
    this.listener = listener;
    this.signals = signals;
  }

  /** Whether the agent was started, or resumed from a record, for this turn. */
  public boolean handshake() {
    return handshake;
  }

  /** Whether the agent has the prompt. */
  public boolean started() {
    return started;
  }

  /** Whether any event was published that says something about the turn. */
  public boolean published() {
    return published;
  }

  /** The agent's total cost since it was started, as last reported. */
  public @Nullable BigDecimal costUsd() {
    return costUsd;
  }

  /** The agent's answer so far: its messages, with an empty line between them. */
  public synchronized String text() {
    return text.whole();
  }

  /** Whether the model used a tool. */
  public synchronized boolean usedTools() {
    return text.usedTools();
  }

  /** Whether the model said anything or used a tool. */
  public synchronized boolean answered() {
    return text.isAnswered();
  }

  /** Whether Claude Code remarked, before any answer, that it took a file out of the prompt. */
  public synchronized boolean fileRefused() {
    return fileRefused;
  }

  /** What Claude Code told of its requests to the provider; nothing for other agents. */
  public ClaudeNotes notes() {
    return notes;
  }

  /** Claude Code's own result of the turn, or null if it sent none; null for other agents. */
  public synchronized ClaudeLine.@Nullable Result result() {
    return result;
  }

  /** What codex told of its requests to the provider; nothing for other agents. */
  public CodexNotes codex() {
    return codex;
  }

  /** What the agent told besides its result. */
  public AgentDetails details() {
    // Only one of them has heard anything.
    AgentDetails codexs = codex.details();
    return codexs.equals(AgentDetails.NONE) ? notes.details() : codexs;
  }

  /** The agent's id of the conversation, or null before it has the prompt. */
  public synchronized @Nullable String conversation() {
    return conversation;
  }

  /** Stops publishing events and sending signals: they would be taken for the next attempt's. */
  public synchronized void stop() {
    over = true;
  }

  @Override
  public void onLine(byte[] line) {
    Optional<AcpMessage> read = AcpMessage.read(line);
    if (read.isEmpty()) {
      log.debug("a line that is not JSON, {} bytes", line.length);
      return;
    }
    onMessage(read.get(), line);
  }

  /** Who is told of the turn, and of what comes after it. */
  public TurnListener listener() {
    return listener;
  }

  /** As {@link #onLine}, for a line that was read already. */
  public synchronized void onMessage(AcpMessage message, byte[] line) {
    if (over) {
      return;
    }
    AcpMessage.Failure error = message.error();
    if (error != null && error.acpxCode() != null) {
      signals.add(new TurnSignal.AcpxFailed(error));
    } else if (promptId == null) {
      onHandshake(message);
    } else if (message.method() != null) {
      onCall(message, message.method(), line);
    } else {
      onResponse(message, line, promptId);
    }
  }

  private void onHandshake(AcpMessage message) {
    @Nullable String id = message.id();
    if (!PROMPT.equals(message.method()) || id == null) {
      // An awake agent's own messages between turns are not a handshake.
      handshake |= message.method() == null || BEGINNINGS.contains(message.method());
      if (message.error() != null) {
        signals.add(new TurnSignal.HandshakeFailed(message.error()));
      }
      return;
    }
    promptId = id;
    conversation = message.conversation();
    if (handshake) {
      // An agent that was awake may turn out to have lost its session: wait for its first event.
      publishConversation();
    }
    started = true;
    signals.add(new TurnSignal.Started());
  }

  private void onCall(AcpMessage message, String method, byte[] line) {
    if (OF_THE_CLIENT.contains(method)) {
      return;
    }
    if (method.equals(ClaudeLine.PASSED_ON)) {
      @Nullable ClaudeLine passedOn = ClaudeLine.readPassedOn(line).orElse(null);
      if (passedOn != null) {
        note(passedOn);
      }
      if (passedOn instanceof ClaudeLine.Retry) {
        // Without it, nobody could tell that a message was begun in vain.
        publish(line);
      }
      return;
    }
    boolean permission = method.equals(PERMISSION);
    if (permission && message.id() != null) {
      permissionRequests.add(message.id());
    }
    note(message);
    if (!permission && OF_THE_SESSION.contains(String.valueOf(message.update().kind()))) {
      show(line);
    } else {
      publish(permission ? asWritten(message, line) : line);
    }
  }

  private void onResponse(AcpMessage message, byte[] line, String prompt) {
    AcpMessage.Failure error = message.error();
    if (isPermissionResponse(message)) {
      publish(line);
    } else if (!prompt.equals(message.id())) {
      log.debug("a response to a request of another turn: {}", message.id());
    } else if (error == null) {
      publish(line);
      over = true;
      AcpMessage.Result result = message.result();
      signals.add(
          new TurnSignal.Answered(
              result == null ? new AcpMessage.Result(null, null, false) : result));
    } else {
      if (published || !isWithoutSession(error)) {
        publish(line);
      }
      over = true;
      signals.add(new TurnSignal.Refused(error));
    }
  }

  // Then the prompt may be tried again, and its answer is the only one to publish.
  private boolean isWithoutSession(AcpMessage.Failure error) {
    return profile.hasLostSession(error) || profile.isUnknownSession(error);
  }

  // Our shim adds this member, but an agent without the shim could add it too.
  private byte[] asWritten(AcpMessage message, byte[] line) {
    String claimed = message.asWritten();
    if (claimed == null || claimed.indexOf('\n') >= 0) {
      return line;
    }
    byte[] written = claimed.getBytes(StandardCharsets.UTF_8);
    boolean sound =
        AcpMessage.read(written).filter(it -> PERMISSION.equals(it.method())).isPresent();
    return sound ? written : line;
  }

  // Both sides count their requests from 0, so an id alone does not say whose response it is.
  private boolean isPermissionResponse(AcpMessage message) {
    boolean fits =
        message.result() != null
            ? message.result().permission()
            : message.error() != null && message.error().code() == REQUEST_CANCELLED;
    return fits && message.id() != null && permissionRequests.remove(message.id());
  }

  private void note(ClaudeLine line) {
    notes.add(line);
    if (line instanceof ClaudeLine.Result it) {
      result = it;
    } else if (line instanceof ClaudeLine.Retry it) {
      text.retried();
      signals.add(new TurnSignal.Retried(it.retry()));
    }
  }

  private void note(AcpMessage message) {
    AcpMessage.Update update = message.update();
    if (update.costUsd() != null) {
      costUsd = update.costUsd();
    }
    if ("tool_call".equals(update.kind())) {
      text.tool();
      notes.add(OF_THE_MODEL);
      codex.acted();
    }
    if ("agent_message_chunk".equals(update.kind()) && update.text() != null) {
      if (profile.isAnswer(update)) {
        text.add(update.messageId(), update.text());
        notes.add(OF_THE_MODEL);
        codex.acted();
      } else {
        codex.remark(update.text());
        fileRefused |= !text.isAnswered() && FILE_REFUSED.matcher(update.text()).find();
      }
    }
    if (update.provider() != null) {
      note(update.provider());
    }
  }

  private void note(AcpMessage.ProviderNote provider) {
    codex.add(provider);
    ProviderError error = provider.error();
    if (error != null && error.repeated()) {
      text.retried();
      if (CodexNotes.isLoginRefused(error)) {
        signals.add(new TurnSignal.LoginRefused(CodexNotes.words(error)));
      }
    }
  }

  private void publish(byte[] line) {
    published = true;
    show(line);
  }

  private void show(byte[] line) {
    publishConversation();
    try {
      listener.onEvent(new AgentEvent(line));
    } catch (RuntimeException e) {
      log.warn("a follower of a turn failed", e);
    }
  }

  private void publishConversation() {
    if (conversationPublished || conversation == null) {
      return;
    }
    conversationPublished = true;
    try {
      listener.onConversation(conversation);
    } catch (RuntimeException e) {
      log.warn("a follower of a turn failed", e);
    }
  }

  @Override
  public void onTooMuch(String what) {
    signal(new TurnSignal.TooMuch(what));
  }

  @Override
  public void onEnd() {
    signal(new TurnSignal.Ended());
  }

  private synchronized void signal(TurnSignal signal) {
    if (!over) {
      signals.add(signal);
    }
  }
}
