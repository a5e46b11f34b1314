package com.clawdforge.http.app.doctor;

import static com.clawdforge.http.app.probe.Check.fault;
import static com.clawdforge.http.app.probe.Check.ok;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.client.ForgeAdmin;
import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.ForgeException;
import com.clawdforge.client.RunResult;
import com.clawdforge.client.Session;
import com.clawdforge.client.SessionOptions;
import com.clawdforge.client.TurnResult;
import com.clawdforge.http.app.gateway.OfflineGateway;
import com.clawdforge.http.app.probe.Check;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Tests the whole chain on a temporary server whose model runs on this machine. */
final class OfflineChecks {
  private static final String FACT = "The password is amber.";
  private static final String REMEDY = "mend what is wrong above first";

  private final Map<String, String> environment;

  OfflineChecks(Map<String, String> environment) {
    this.environment = environment;
  }

  Check.Finding run() {
    Script script = Script.always(ModelReply.text("```json\n{\"works\": true}\n```"));
    return with(
        script,
        client -> {
          RunResult result = client.run("Does it work?");
          return result.json().path("works").asBoolean()
              ? ok("HTTP, ledger and the real claude, " + result.duration().toMillis() + " ms")
              : fault("an unexpected answer: " + result.asText(), "report it");
        });
  }

  /** The second turn succeeds only if the agent remembers the first. */
  Check.Finding session() {
    return with(
        OfflineChecks::answer,
        client -> {
          try (Session session = client.session(SessionOptions.agent("claude"))) {
            TurnResult first = session.turn(FACT);
            TurnResult second = session.turn("What is the password?");
            return second.text().equals("amber")
                ? ok(
                    "two turns of the real claude by claude-agent-acp, "
                        + first.duration().toMillis()
                        + " and "
                        + second.duration().toMillis()
                        + " ms")
                : fault("the second turn forgot the first: " + second.text(), "report it");
          }
        });
  }

  private static ModelReply answer(ModelRequest request) {
    if (!request.lastUserText().contains("What is the password?")) {
      return ModelReply.text("I keep it.");
    }
    boolean remembered = request.body().path("messages").toString().contains(FACT);
    return ModelReply.text(remembered ? "amber" : "I do not know it");
  }

  private Check.Finding with(Script script, Function<ForgeClient, Check.Finding> check) {
    try (OfflineGateway gateway = OfflineGateway.start(script, environment);
        ForgeAdmin admin =
            ForgeAdmin.builder().baseUrl(gateway.url()).adminToken(gateway.adminToken()).build()) {
      String token = admin.mint("doctor", List.of()).token();
      try (ForgeClient client = ForgeClient.builder().baseUrl(gateway.url()).token(token).build()) {
        return check.apply(client);
      }
    } catch (ForgeException e) {
      return fault("it failed: " + e.getMessage(), REMEDY);
    } catch (IOException e) {
      return fault(
          "cannot make a temporary folder: " + e.getClass().getSimpleName() + ": " + e.getMessage(),
          "check TMPDIR and the disk");
    }
  }
}
