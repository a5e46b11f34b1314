package com.clawdforge.http.app;

import com.clawdforge.http.app.config.Version;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "version",
    description =
        "Prints the version of this program, and of the API it serves; status has the server's.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the spec
final class VersionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        json
            ? JsonNodeFactory.instance
                .objectNode()
                .put("version", Version.current())
                .put("api_version", Version.api())
                .toString()
            : Version.line());
    out.flush();
    return 0;
  }
}
