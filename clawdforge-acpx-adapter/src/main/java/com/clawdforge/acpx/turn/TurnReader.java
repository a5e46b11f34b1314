package com.clawdforge.acpx.turn;

import com.clawdforge.acpx.agent.AgentProfile;
import com.clawdforge.acpx.process.ChildProcess;
import com.clawdforge.acpx.protocol.AcpLine;
import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.TurnListener;
import com.fasterxml.jackson.core.JsonFactory;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what one {@code acpx prompt} prints, the traffic of the protocol in both directions, and
 * hands on the messages of the turn: those of the agent, and the answers to its requests for
 * permission. What comes before the prompt is the handshake of an agent that had to be started.
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

  private static final Set<String> BEGINNINGS =
      Set.of("initialize", "session/new", "session/load", "session/resume");

  private final JsonFactory json;
  private final AgentProfile traits;
  private final TurnListener listener;
  private final BlockingQueue<TurnSignal> signals;
  private final Set<String> asked = new HashSet<>();
  private final StringBuilder text = new StringBuilder();
  private @Nullable String promptId;
  private @Nullable String conversation;
  private boolean told;
  private boolean over;
  private volatile boolean started;
  private volatile boolean published;
  private volatile boolean handshake;
  private volatile @Nullable BigDecimal costUsd;
  private @Nullable String remark;
  private AcpLine.@Nullable CodexNote trouble;
  private boolean broken;

  public TurnReader(
      JsonFactory json,
      AgentProfile traits,
      TurnListener listener,
      BlockingQueue<TurnSignal> signals) {
    this.json = json;
    this.traits = traits;
    this.listener = listener;
    this.signals = signals;
  }

  /** Whether the agent was started, or went on from a record, for this turn. */
  public boolean handshake() {
    return handshake;
  }

  /** Whether the agent has the prompt. */
  public boolean started() {
    return started;
  }

  /** Whether anything of the turn was handed on. */
  public boolean published() {
    return published;
  }

  /** What the agent had cost since its start when it last said so. */
  public @Nullable BigDecimal costUsd() {
    return costUsd;
  }

  /** What the agent has said. */
  public synchronized String text() {
    return text.toString();
  }

  /** The provider's error that the agent gave up at, though it gave a result; null for none. */
  public synchronized AcpLine.@Nullable Failure providerError() {
    if (!broken) {
      return null;
    }
    String told = trouble == null ? null : trouble.error();
    String words = remark != null ? remark.strip() : told == null ? "no reason was given" : told;
    return TurnVerdict.ofProvider(words, trouble != null && trouble.loginRefused());
  }

  /** Nothing is handed on or signalled after this: whoever listens then hears another attempt. */
  public synchronized void stop() {
    over = true;
  }

  @Override
  public synchronized void onLine(byte[] line) {
    if (over) {
      return;
    }
    Optional<AcpLine> read = AcpLine.read(line, json);
    if (read.isEmpty()) {
      log.debug("acpx wrote a line that is not JSON, {} bytes", line.length);
      return;
    }
    AcpLine said = read.get();
    AcpLine.Failure error = said.error();
    if (error != null && error.acpxCode() != null) {
      signals.add(new TurnSignal.AcpxFailed(error));
    } else if (promptId == null) {
      beforeThePrompt(said);
    } else {
      ofTheTurn(said, line, promptId);
    }
  }

  private void beforeThePrompt(AcpLine said) {
    @Nullable String id = said.id();
    if (!PROMPT.equals(said.method()) || id == null) {
      // What an agent that is awake says of its own between turns is none.
      handshake |= said.method() == null || BEGINNINGS.contains(said.method());
      if (said.error() != null) {
        signals.add(new TurnSignal.HandshakeFailed(said.error()));
      }
      return;
    }
    promptId = id;
    conversation = said.conversation();
    if (handshake) {
      // An agent that was here before may turn out to have lost its session: it is told later.
      tellConversation();
    }
    started = true;
    signals.add(new TurnSignal.Started());
  }

  private void ofTheTurn(AcpLine said, byte[] line, String prompt) {
    if (said.method() != null) {
      if (!OF_THE_CLIENT.contains(said.method())) {
        if (said.method().equals(PERMISSION) && said.id() != null) {
          asked.add(said.id());
        }
        note(said);
        publish(said.method().equals(PERMISSION) ? asWritten(said, line) : line);
      }
      return;
    }
    if (isAnswerOfTheClient(said)) {
      publish(line);
      return;
    }
    AcpLine.Failure error = said.error();
    if (!prompt.equals(said.id())) {
      log.debug("an answer to a request that is none of this turn's: {}", said.id());
    } else if (error == null) {
      publish(line);
      over = true;
      AcpLine.Result result = said.result();
      signals.add(
          new TurnSignal.Answered(result == null ? new AcpLine.Result(null, null, false) : result));
    } else {
      if (!TurnVerdict.isWedged(error) || published) {
        publish(line);
      }
      over = true;
      signals.add(new TurnSignal.Refused(error));
    }
  }

  // Our shim says so, but so could an agent that has none before it.
  private byte[] asWritten(AcpLine said, byte[] line) {
    if (said.asWritten() == null || said.asWritten().indexOf('\n') >= 0) {
      return line;
    }
    byte[] written = said.asWritten().getBytes(StandardCharsets.UTF_8);
    boolean sound =
        AcpLine.read(written, json).filter(it -> PERMISSION.equals(it.method())).isPresent();
    return sound ? written : line;
  }

  // Both sides count their requests from 0, so an id alone does not tell whose answer it is.
  private boolean isAnswerOfTheClient(AcpLine said) {
    boolean answers =
        said.result() != null
            ? said.result().permission()
            : said.error() != null && said.error().code() == REQUEST_CANCELLED;
    return answers && said.id() != null && asked.remove(said.id());
  }

  private void note(AcpLine said) {
    if (said.costUsd() != null) {
      costUsd = said.costUsd();
    }
    if ("agent_message_chunk".equals(said.update()) && said.text() != null) {
      if (traits.isAnswer(said)) {
        text.append(said.text());
      } else {
        remark = said.text();
      }
    }
    if (said.codex() != null) {
      note(said.codex());
    }
  }

  private void note(AcpLine.CodexNote codex) {
    if (codex.status() != null) {
      broken = codex.status().equals("systemError");
    }
    if (codex.error() != null) {
      trouble = codex;
      if (codex.loginRefused()) {
        signals.add(new TurnSignal.LoginRefused(codex.error()));
      }
    }
  }

  private void publish(byte[] line) {
    tellConversation();
    published = true;
    try {
      listener.onEvent(new AgentEvent(line));
    } catch (RuntimeException e) {
      log.warn("a follower of a turn failed", e);
    }
  }

  private void tellConversation() {
    if (told || conversation == null) {
      return;
    }
    told = true;
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
