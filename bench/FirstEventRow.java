import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import java.util.Map;

/**
 * When the first text of an answer reaches a client that streams, after the model began to send it,
 * beside the same text on the standard output of the adapter.
 */
final class FirstEventRow {
  private static final double GOAL_MILLIS = 5;

  // Written by the model's thread before it answers, read after the answer.
  private static volatile long said;

  private FirstEventRow() {}

  static void measure(Table table, All.Scale scale) throws Exception {
    try (Agented agented = Agented.start(FirstEventRow::answer);
        Served server = agented.serve(Map.of());
        Acp acp = Acp.claude(agented.environment(), agented.cwd())) {
      String session = server.open("claude");
      String own = acp.newSession();
      long pause = server.build().speaksAcp() ? 300 : Acpx.PAUSE_MILLIS;
      Pairs pairs =
          Pairs.measure(
              scale.pairs() * 2,
              scale.warmUp() * 2,
              () -> {
                Thread.sleep(pause);
                try (EventStream stream = server.stream(session, Bench.PROMPT)) {
                  return sinceSaid(stream.firstText());
                }
              },
              () -> {
                Thread.sleep(pause);
                return sinceSaid(acp.prompt(own, Bench.PROMPT));
              });
      table.line(
          "first streamed event after the agent's own",
          pairs.differences().medianAndP90() + " ms",
          "ACP by hand: " + pairs.theirs().medianAndP90() + " ms after the model",
          "—",
          "≤ " + Table.plain(GOAL_MILLIS) + " ms",
          pairs.differences().median() <= GOAL_MILLIS);
    }
  }

  private static ModelReply answer(ModelRequest request) {
    if (request.lastUserText().contains(Bench.PROMPT)) {
      said = System.nanoTime();
    }
    return ModelReply.text(Bench.ANSWER);
  }

  private static double sinceSaid(long arrived) {
    double took = (arrived - said) / 1e6;
    if (took < 0) {
      throw new IllegalStateException("the model was asked again after the first text");
    }
    return took;
  }
}
