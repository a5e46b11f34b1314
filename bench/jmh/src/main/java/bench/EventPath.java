package bench;

import com.clawdforge.acpx.agent.AgentProfile;
import com.clawdforge.acpx.turn.TurnReader;
import com.clawdforge.acpx.turn.TurnSignal;
import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.TurnListener;
import com.clawdforge.core.work.EventLog;
import com.clawdforge.core.work.EventReader;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The way of an event within the server: from an agent's line through {@code TurnReader} and {@code
 * EventLog} to a reader. Beside it, Jackson alone on the same line.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class EventPath {
  private static final int EVENTS = 1000;
  private static final JsonMapper JSON = new JsonMapper();
  private static final byte[] PROMPT =
      bytes("{'jsonrpc':'2.0','id':3,'method':'session/prompt','params':{'sessionId':'s-1'}}");
  private static final byte[] LINE =
      bytes(
          "{'jsonrpc':'2.0','method':'session/update','params':{'sessionId':'s-1','update':"
              + "{'sessionUpdate':'agent_message_chunk','content':{'type':'text','text':'"
              + "Two and two are four. ".repeat(4)
              + "'}}}}");

  /** A turn of a thousand events, each taken by the reader; the time is that of one. */
  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public long turn() throws InterruptedException {
    EventLog log = new EventLog(true);
    EventReader follower = log.from(0);
    TurnReader turn =
        new TurnReader(AgentProfile.of("claude"), publishing(log), new LinkedBlockingQueue<TurnSignal>());
    turn.onLine(PROMPT);
    long bytes = 0;
    for (int i = 0; i < EVENTS; i++) {
      turn.onLine(LINE);
      bytes += follower.next(Duration.ZERO).events().getFirst().json().length;
    }
    return bytes;
  }

  /** What Jackson takes to read the line into a tree. */
  @Benchmark
  public JsonNode jackson() throws IOException {
    return JSON.readTree(LINE);
  }

  private static TurnListener publishing(EventLog log) {
    return new TurnListener() {
      @Override
      public void onConversation(String conversationId) {
        // It is not measured.
      }

      @Override
      public void onEvent(AgentEvent event) {
        log.publish(event);
      }

      @Override
      public void onAfterwards(AgentEvent event) {}
    };
  }

  private static byte[] bytes(String json) {
    return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }
}
