import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.RunResult;

/** Asks an agent once: {@code OneShot [PROMPT]}. Reads CLAWDFORGE_URL and CLAWDFORGE_TOKEN. */
public final class OneShot {
  private OneShot() {}

  public static void main(String[] args) {
    String prompt = args.length == 0 ? "What is the capital of France?" : String.join(" ", args);
    try (ForgeClient forge = ForgeClient.fromEnv()) {
      RunResult answer = forge.run(prompt);
      System.out.println(answer.asText());
      System.out.println("took " + answer.duration().toMillis() + " ms, $" + answer.costUsd());
    }
  }
}
