package com.clawdforge.http.app.doctor;

import com.clawdforge.http.app.probe.Check;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
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
  private final Map<String, String> environment;

  public DoctorCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    boolean healthy = true;
    for (Check check : new Checks(environment).all()) {
      Check.Finding finding = check.look();
      healthy &= finding.verdict() != Check.Verdict.FAULT;
      out.printf("%-5s %-18s %s%n", finding.verdict().shown(), check.name(), finding.what());
      if (!finding.remedy().isEmpty()) {
        out.printf("      %-18s -> %s%n", "", finding.remedy());
      }
      out.flush();
    }
    return healthy ? 0 : 1;
  }
}
