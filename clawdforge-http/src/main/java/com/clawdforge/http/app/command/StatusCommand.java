package com.clawdforge.http.app.command;

import com.clawdforge.client.ForgeApiException;
import com.clawdforge.client.ForgeClient;
import com.clawdforge.http.app.terminal.ServerState;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "status",
    description = {
      "Shows a running server in ten lines: its work, its login and its limits.",
      "Ends with 0 if it takes work. It needs no token; with one it says whether that is accepted."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Reads CLAWDFORGE_URL (http://127.0.0.1:8800) and CLAWDFORGE_TOKEN."})
@SuppressWarnings("NullAway.Init") // picocli sets the spec
public final class StatusCommand implements Callable<Integer> {
  private static final String LINE = "%-9s %s%n";

  @Spec private CommandSpec spec;
  @Mixin private Connection connection;

  @Option(names = "--json", description = "One JSON object with the server's own answers.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    ServerState state;
    try {
      state = ServerState.of(connection.url());
    } catch (ServerState.Unknown e) {
      throw new CommandFailed(String.valueOf(e.getMessage()), e);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode all = JsonNodeFactory.instance.objectNode().put("url", connection.url());
      all.set("health", state.health());
      all.set("readiness", state.readiness());
      out.println(all);
    } else {
      print(state.health(), state.readiness(), out);
    }
    out.flush();
    return state.readiness().path("ok").asBoolean() ? 0 : 1;
  }

  private void print(JsonNode health, JsonNode readiness, PrintWriter out) {
    JsonNode capacity = readiness.path("capacity");
    out.printf(LINE, "server", connection.url() + ", clawdforge " + text(health, "version"));
    out.printf(LINE, "running", since(health.path("uptime_secs").asLong()));
    out.printf(LINE, "ready", ready(readiness));
    out.printf(LINE, "token", token());
    out.printf(LINE, "runs", load(capacity.path("runs")));
    out.printf(LINE, "turns", load(capacity.path("turns")));
    out.printf(
        LINE,
        "sessions",
        capacity.at("/sessions/open").asText()
            + " open, at most "
            + capacity.at("/sessions/limit").asText());
    out.printf(LINE, "login", readiness.at("/login/detail").asText());
    out.printf(LINE, "limits", limits(readiness.at("/provider/limits")));
    out.printf(
        LINE,
        "agents",
        "claude " + text(health, "claude_version") + ", acpx " + text(health, "acpx_version"));
  }

  private static String since(long seconds) {
    Duration up = Duration.ofSeconds(seconds);
    Instant start = Clock.systemUTC().instant().minus(up).truncatedTo(ChronoUnit.SECONDS);
    return "since " + start + ", " + up.toHours() + " h " + up.toMinutesPart() + " min";
  }

  private static String ready(JsonNode readiness) {
    StringJoiner faults = new StringJoiner("; ", "no: ", "").setEmptyValue("yes");
    for (JsonNode check : readiness.path("checks")) {
      if (!check.path("ok").asBoolean()) {
        faults.add(check.path("reason").asText());
      }
    }
    return faults.toString();
  }

  private String token() {
    if (!connection.hasToken()) {
      return "none: set CLAWDFORGE_TOKEN";
    }
    try (ForgeClient client = connection.client()) {
      int running = (int) client.runs(200).stream().filter(run -> run.endedAt() == null).count();
      return "accepted, " + running + " of its latest runs are not over";
    } catch (ForgeApiException e) {
      return "refused: " + e.detail();
    }
  }

  private static String load(JsonNode load) {
    return load.path("running").asText()
        + " running, "
        + load.path("waiting").asText()
        + " waiting, "
        + load.path("places").asText()
        + " places";
  }

  private static String limits(JsonNode limits) {
    StringJoiner all = new StringJoiner("; ").setEmptyValue("the provider has reported none");
    for (JsonNode limit : limits) {
      all.add(
          limit.path("window").asText()
              + " "
              + limit.path("status").asText()
              + (limit.path("utilization").isNumber()
                  ? ", " + Math.round(limit.path("utilization").asDouble() * 100) + " % used"
                  : "")
              + (limit.path("resets_at").isTextual()
                  ? ", resets " + limit.path("resets_at").asText()
                  : ""));
    }
    return all.toString();
  }

  private static String text(JsonNode of, String name) {
    return of.path(name).isTextual() ? of.path(name).asText() : "unknown";
  }
}
