import com.clawdforge.client.ForgeAgentException;
import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.RunRequest;
import java.util.List;

/**
 * Gets an answer as a record: {@code StructuredOutput [DISH]}. Reads CLAWDFORGE_URL and
 * CLAWDFORGE_TOKEN.
 */
public final class StructuredOutput {
  /** The answer that the agent has to give. */
  public record Recipe(String name, int servings, List<Ingredient> ingredients) {}

  /** A part of the answer. */
  public record Ingredient(String name, String amount) {}

  private StructuredOutput() {}

  public static void main(String[] args) {
    String dish = args.length == 0 ? "pancakes" : String.join(" ", args);
    RunRequest request =
        RunRequest.builder().prompt("How do I make " + dish + "?").tools(List.of()).build();
    try (ForgeClient forge = ForgeClient.fromEnv()) {
      Recipe recipe = forge.run(request, Recipe.class);
      System.out.println(recipe.name() + " for " + recipe.servings());
      recipe.ingredients().forEach(each -> System.out.println(each.amount() + " " + each.name()));
    } catch (ForgeAgentException e) {
      System.err.println("no recipe: " + e.getMessage());
      System.exit(1);
    }
  }
}
