package com.clawdforge.http.app;

import java.util.Set;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Refuses empty arguments, which come from variables that are not set, before a command starts. */
final class BlankArguments {
  // Where empty has a meaning: no tools, and no system prompt.
  private static final Set<String> MAY_BE_EMPTY = Set.of("--tools", "--system");

  private BlankArguments() {}

  /**
   * Looks at the arguments of a command and its subcommands.
   *
   * @throws ParameterException if one is empty
   */
  static void refuse(ParseResult parsed) {
    for (ParseResult command = parsed; command != null; command = command.subcommand()) {
      for (ArgSpec argument : command.matchedArgs()) {
        if (argument.originalStringValues().stream().anyMatch(String::isBlank)
            && !mayBeEmpty(argument)) {
          throw new ParameterException(
              command.commandSpec().commandLine(),
              name(argument) + " is empty; is a variable not set?");
        }
      }
    }
  }

  private static boolean mayBeEmpty(ArgSpec argument) {
    return argument instanceof OptionSpec option && MAY_BE_EMPTY.contains(option.longestName());
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }
}
