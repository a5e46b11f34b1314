package com.clawdforge.http.app;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "completion",
    description = "Prints a script with which a shell completes commands and options.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  source <(clawdforge completion bash)                 # in ~/.bashrc",
      "  source <(clawdforge completion zsh)                  # in ~/.zshrc"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the required ones
final class CompletionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
  private Shell shell;

  /** The shells that there is a script for. */
  enum Shell {
    BASH,
    ZSH
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    CommandLine whole = spec.root().commandLine();
    String script = AutoComplete.bash(whole.getCommandName(), whole);
    if (shell == Shell.ZSH) {
      // The script is bash's; zsh has a module that runs those, which a bare zsh has not loaded.
      out.println("autoload -U +X compinit && compinit");
      out.println("autoload -U +X bashcompinit && bashcompinit");
    }
    out.println(script);
    out.flush();
    return 0;
  }
}
