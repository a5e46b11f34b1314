import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import java.util.Map;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * When the first text of an answer reaches a client that streams, after the model began to send it,
 * beside the same text on the standard output of the adapter.
 */
final class FirstEventRow {
  private static final double GOAL_MILLIS = 5;

  // When the model began to answer. Agents may ask it for more than the answer.
  private static final NavigableSet<Long> SAID = new ConcurrentSkipListSet<>();

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
      SAID.add(System.nanoTime());
    }
    return ModelReply.text(Bench.ANSWER);
  }

  private static double sinceSaid(long arrived) {
    Long said = SAID.floor(arrived);
    if (said == null) {
      throw new IllegalStateException("a text that the model did not say");
    }
    return (arrived - said) / 1e6;
  }
}
