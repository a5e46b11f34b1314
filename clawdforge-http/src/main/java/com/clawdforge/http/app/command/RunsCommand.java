package com.clawdforge.http.app.command;

import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.RunInfo;
import com.clawdforge.http.app.terminal.Answers;
import com.clawdforge.http.app.terminal.IdConverter;
import com.clawdforge.http.app.terminal.Views;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "runs",
    description = "Lists, shows and cancels the runs of this token.",
    mixinStandardHelpOptions = true,
    footer = {"", "Reads CLAWDFORGE_URL (http://127.0.0.1:8800) and CLAWDFORGE_TOKEN."})
@SuppressWarnings("NullAway.Init") // picocli sets the spec
public final class RunsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say list, show or cancel.");
  }

  @Command(
      description = "Lists the latest runs, newest first.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: clawdforge runs list --limit 100 --json | jq -r .run_id"})
  void list(
      @Mixin Connection connection,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "20",
              description = "How many at most; default: 20.")
          int limit,
      @Option(names = "--json", description = "One JSON object per line.") boolean json) {
    if (limit < 1) {
      throw new ParameterException(spec.commandLine(), "--limit must be at least 1.");
    }
    try (ForgeClient client = connection.client()) {
      for (RunInfo run : client.runs(limit)) {
        out(json ? Views.run(run).toString() : line(run));
      }
    }
  }

  @Command(
      description = "Shows a run, with its answer if the server still has it.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: clawdforge runs show $ID --json | jq .usage"})
  void show(
      @Mixin Connection connection,
      @Parameters(paramLabel = "ID", converter = IdConverter.class) String id,
      @Option(
              names = "--raw",
              description = "Show Markdown as the agent wrote it, on a terminal too.")
          boolean raw,
      @Option(names = "--json", description = "One JSON object.") boolean json) {
    try (ForgeClient client = connection.client()) {
      RunInfo run = client.getRun(id);
      if (json) {
        out(Views.run(run).toString());
      } else {
        show(run, raw);
      }
    }
  }

  @Command(
      description = "Cancels a run that waits or is running.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: clawdforge runs cancel $ID"})
  void cancel(
      @Mixin Connection connection,
      @Parameters(paramLabel = "ID", converter = IdConverter.class) String id,
      @Option(names = "--json", description = "One JSON object.") boolean json) {
    try (ForgeClient client = connection.client()) {
      boolean cancelled = client.cancelRun(id);
      if (json) {
        out(JsonNodeFactory.instance.objectNode().put("cancelled", cancelled).toString());
      } else {
        out(cancelled ? "the run is cancelled" : "it was over already, or has not ended yet");
      }
    }
  }

  private void show(RunInfo run, boolean raw) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("run          %s%n", run.runId());
    out.printf("state        %s%n", Views.state(run));
    out.printf("model        %s%n", Views.shown(run.model()));
    out.printf("created      %s%n", run.createdAt());
    out.printf("started      %s%n", Views.shown(run.startedAt()));
    out.printf("ended        %s%n", Views.shown(run.endedAt()));
    if (run.stopReason() != null) {
      out.printf("stop reason  %s%n", run.stopReason());
    }
    if (run.costUsd() != null) {
      out.printf("cost         $%s%n", run.costUsd().toPlainString());
    }
    if (run.error() != null) {
      out.printf("error        %s (%s)%n", run.error().detail(), run.error().code());
    }
    run.warnings().forEach(warning -> out.printf("warning      %s%n", warning));
    if (run.result() != null) {
      out.println();
      if (run.result().isTextual()) {
        Answers.print(run.result().textValue(), out, raw);
      } else {
        out.println(run.result());
      }
    }
    out.flush();
  }

  private static String line(RunInfo run) {
    return String.format(
        "%s %-11s created %s, %s%s%s",
        run.runId(),
        Views.state(run),
        run.createdAt(),
        run.model() == null ? "model unknown" : run.model(),
        run.duration() == null ? "" : ", " + run.duration().toMillis() + " ms",
        run.costUsd() == null ? "" : ", $" + run.costUsd().toPlainString());
  }

  private void out(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }
}
