package com.clawdforge.http.app.command;

import com.clawdforge.client.Effort;
import com.clawdforge.client.ForgeApiException;
import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.RunRequest;
import com.clawdforge.client.RunResult;
import com.clawdforge.client.RunStream;
import com.clawdforge.client.SystemMode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "run",
    description = {
      "Runs one prompt on a running server and prints the result.",
      "Ctrl-C cancels the run; a second one exits without waiting for that."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Ends with 0 if the agent answered, 130 after Ctrl-C, else with 1.",
      "Reads CLAWDFORGE_URL (http://127.0.0.1:8800) and CLAWDFORGE_TOKEN."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the required ones
public final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "PROMPT",
      description = "The prompt, or - to read it from standard input.")
  private String prompt;

  @Option(names = "--model", description = "A model's id or alias; default: sonnet.")
  private @Nullable String model;

  @Option(names = "--system", description = "A system prompt.")
  private @Nullable String system;

  @Option(names = "--system-mode", description = "${COMPLETION-CANDIDATES}; default: APPEND.")
  private @Nullable SystemMode systemMode;

  @Option(names = "--effort", description = "${COMPLETION-CANDIDATES}.")
  private @Nullable Effort effort;

  @Option(
      names = "--file",
      paramLabel = "PATH",
      description = "A file to upload and attach; may be repeated.")
  private List<Path> files = new ArrayList<>();

  @Option(names = "--timeout", paramLabel = "SECONDS", description = "1 to 3600; default: 120.")
  private long timeoutSeconds = 120;

  @Option(
      names = "--json-schema",
      paramLabel = "PATH",
      description = "A JSON Schema that the result has to be valid under.")
  private @Nullable Path jsonSchema;

  @Option(names = "--max-budget-usd", paramLabel = "AMOUNT", description = "The most it may cost.")
  private @Nullable BigDecimal maxBudgetUsd;

  @Option(
      names = "--tools",
      paramLabel = "NAME",
      split = ",",
      description = "Tools to offer and allow, by commas; --tools= for none.")
  private @Nullable List<String> tools;

  private final Connection connection;
  private final Interrupts interrupts;

  public RunCommand(Connection connection, Interrupts interrupts) {
    this.connection = connection;
    this.interrupts = interrupts;
  }

  @Override
  public Integer call() throws IOException {
    Duration timeout = CommandInput.timeout(timeoutSeconds, spec);
    RunRequest.Builder request =
        RunRequest.builder().prompt(CommandInput.prompt(prompt)).timeout(timeout);
    if (model != null) {
      request.model(model);
    }
    if (system != null) {
      request.system(system);
    }
    if (systemMode != null) {
      request.systemMode(systemMode);
    }
    if (effort != null) {
      request.effort(effort);
    }
    if (maxBudgetUsd != null) {
      request.maxBudgetUsd(maxBudgetUsd);
    }
    if (tools != null) {
      request.tools(tools.stream().filter(name -> !name.isBlank()).toList());
    }
    if (jsonSchema != null) {
      request.jsonSchema(CommandInput.json(CommandInput.readable(jsonSchema)));
    }
    try (ForgeClient client = connection.client()) {
      for (Path file : files) {
        request.file(client.upload(CommandInput.readable(file)));
      }
      return answered(client, request.build());
    }
  }

  private int answered(ForgeClient client, RunRequest request) {
    CancelOnInterrupt cancel = new CancelOnInterrupt("run", spec.commandLine().getErr());
    Interrupts.Watch watch = interrupts.onFirst(cancel::interrupt);
    // A stream gives the run's id before its answer, so that it can be cancelled.
    try (RunStream stream = client.stream(request)) {
      cancel.with(stream::cancel);
      print(stream.result());
      return 0;
    } catch (ForgeApiException e) {
      if (!cancel.interrupted()) {
        throw e;
      }
      // The server gives a cancelled run an error.
      spec.commandLine().getErr().println(e.detail());
      return CancelOnInterrupt.EXIT_STATUS;
    } finally {
      watch.close();
    }
  }

  private void print(RunResult result) {
    spec.commandLine().getOut().println(result.asText());
    spec.commandLine().getOut().flush();
    spec.commandLine()
        .getErr()
        .printf(
            "%d ms, %s%s, run %s%n",
            result.duration().toMillis(),
            result.stopReason(),
            result.costUsd() == null ? "" : ", $" + result.costUsd().toPlainString(),
            result.runId());
  }
}
