package com.clawdforge.http.app.command;

import com.clawdforge.client.Effort;
import com.clawdforge.client.ForgeApiException;
import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.Network;
import com.clawdforge.client.RunRequest;
import com.clawdforge.client.RunResult;
import com.clawdforge.client.RunStream;
import com.clawdforge.client.SystemMode;
import com.clawdforge.http.app.terminal.Answers;
import com.clawdforge.http.app.terminal.CancelOnInterrupt;
import com.clawdforge.http.app.terminal.Interrupts;
import com.clawdforge.http.app.terminal.Progress;
import com.clawdforge.http.app.terminal.Shell;
import com.clawdforge.http.app.terminal.StandardInput;
import com.clawdforge.http.app.terminal.Views;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
      "Examples:",
      "  clawdforge run 'Summarise this.' --file notes.pdf",
      "  git diff | clawdforge run 'Review this.'",
      "  mvn verify 2>&1 | clawdforge run 'Why does it fail?' -",
      "",
      "A pipe or a file on standard input is joined to the prompt, after a blank line. A pipe on"
          + " which nothing comes within 3 s is left alone, unless a - follows the prompt; so is a"
          + " file that was partly read. In a loop that reads a pipe, add </dev/null.",
      "Reads CLAWDFORGE_URL (http://127.0.0.1:8800) and CLAWDFORGE_TOKEN."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the required ones
public final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Connection connection;

  @Parameters(
      index = "0",
      paramLabel = "PROMPT",
      arity = "0..1",
      description = "The prompt; without it, or with -, standard input is read.")
  private @Nullable String words;

  @Parameters(
      index = "1",
      paramLabel = "DASH",
      arity = "0..1",
      description = "A dash waits for standard input, however long it takes.")
  private @Nullable String dash;

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

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "1s to 1h, such as 90, 90s or 5m; default: 2m.")
  private String time = "2m";

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

  @Option(
      names = "--network",
      description =
          "What the agent may reach of the network: ${COMPLETION-CANDIDATES}; default: ALL if its"
              + " tools run commands or fetch pages, else MODEL.")
  private @Nullable Network network;

  @Option(names = "--json", description = "Print the server's answer as JSON.")
  private boolean json;

  @Option(names = "--raw", description = "Show Markdown as the agent wrote it, on a terminal too.")
  private boolean raw;

  private final Interrupts interrupts;
  private final StandardInput input;

  public RunCommand(Shell shell) {
    this.interrupts = shell.interrupts();
    this.input = shell.input();
  }

  @Override
  public Integer call() throws IOException {
    RunRequest.Builder request = RunRequest.builder().timeout(CommandInput.timeout(time, spec));
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
    if (network != null) {
      request.network(network);
    }
    if (jsonSchema != null) {
      request.jsonSchema(CommandInput.schema(jsonSchema));
    }
    Prompt prompt = new Prompt(spec, input);
    prompt.check(words, dash);
    files.forEach(CommandInput::readable);
    try (ForgeClient client = connection.client()) {
      request.prompt(prompt.read(words, dash));
      for (Path file : files) {
        request.file(client.upload(file));
      }
      return answered(client, request.build());
    }
  }

  private int answered(ForgeClient client, RunRequest request) {
    CancelOnInterrupt cancel = new CancelOnInterrupt("run", spec.commandLine().getErr());
    Interrupts.Watch watch = interrupts.onFirst(cancel::interrupt);
    // A stream gives the run's id before its answer, so that it can be cancelled.
    try (Progress progress = json ? Progress.none() : Progress.on(spec.commandLine().getErr());
        RunStream stream = client.stream(request)) {
      cancel.with(stream::cancel);
      RunProgress.follow(stream, client, progress);
      RunResult result = stream.result();
      progress.hide();
      print(result);
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
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Views.result(result));
    } else if (Views.result(result).path("result").isTextual()) {
      Answers.print(result.asText(), out, raw);
    } else {
      out.println(result.asText());
    }
    out.flush();
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
