import com.clawdforge.client.ForgeApiException;
import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.Permissions;
import com.clawdforge.client.Session;
import com.clawdforge.client.SessionOptions;
import com.clawdforge.client.TurnEvent;
import com.clawdforge.client.TurnStream;

/**
 * Talks with an agent that may only read, and prints its text and tool calls while they happen:
 * {@code StreamingSession [PROMPT…]}, one turn per prompt. Reads CLAWDFORGE_URL and
 * CLAWDFORGE_TOKEN.
 */
public final class StreamingSession {
  private StreamingSession() {}

  public static void main(String[] args) {
    String[] prompts =
        args.length > 0
            ? args
            : new String[] {"Our release is called Amber.", "What is our release called?"};
    SessionOptions options =
        SessionOptions.builder().agent("claude").permissions(Permissions.APPROVE_READS).build();
    try (ForgeClient forge = ForgeClient.fromEnv();
        Session session = forge.session(options)) {
      for (String prompt : prompts) {
        System.out.println("> " + prompt);
        show(session.stream(prompt));
      }
    } catch (ForgeApiException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static void show(TurnStream answer) {
    try (answer) {
      for (TurnEvent event : answer) {
        if (event instanceof TurnEvent.Text text) {
          System.out.print(text.text());
        } else if (event instanceof TurnEvent.ToolCall call) {
          System.out.println("[" + call.kind() + "] " + call.title());
        }
      }
      System.out.println("\n(" + answer.result().stopReason() + ")");
    }
  }
}
