package com.clawdforge.http.app.doctor;

import com.clawdforge.http.app.probe.Check;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "doctor",
    description = {
      "Checks the installation and says what to do about each fault.",
      "It proves the chains from HTTP to the real claude and acpx against a model on this machine,"
          + " without spending a token. Ends with 0 if nothing has to be done."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the spec
public final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "One JSON object, at the end.")
  private boolean json;

  private final Map<String, String> environment;

  public DoctorCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    boolean healthy = true;
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    ArrayNode checks = all.putArray("checks");
    for (Check check : new Checks(environment).all()) {
      Check.Finding finding = check.look();
      healthy &= finding.verdict() != Check.Verdict.FAULT;
      checks
          .addObject()
          .put("name", check.name())
          .put("verdict", finding.verdict().shown())
          .put("what", finding.what())
          .put("remedy", finding.remedy().isEmpty() ? null : finding.remedy());
      if (json) {
        continue;
      }
      out.printf("%-5s %-18s %s%n", finding.verdict().shown(), check.name(), finding.what());
      if (!finding.remedy().isEmpty()) {
        out.printf("      %-18s -> %s%n", "", finding.remedy());
      }
      out.flush();
    }
    if (json) {
      out.println(all.put("ok", healthy));
      out.flush();
    }
    return healthy ? 0 : 1;
  }
}
