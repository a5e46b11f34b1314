package com.clawdforge.http.app.install;

/** The completion's script in the form that each shell loads by itself. */
final class Completions {
  private Completions() {}

  /**
   * A function that zsh loads at the first completion of the command. The script is bash's; it
   * registers itself for the next ones, and the last line answers the first. Its alias for bash's
   * compopt comes too late: zsh reads a function as a whole before it runs any line of it.
   */
  static String zsh(String bash) {
    return "#compdef clawdforge\ncompopt() { :; }\n"
        + bash
        + "\n_bash_complete -o default -F _complete_clawdforge\n";
  }
}
