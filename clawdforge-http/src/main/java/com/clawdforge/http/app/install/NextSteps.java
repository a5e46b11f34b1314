package com.clawdforge.http.app.install;

import com.clawdforge.http.app.config.Variables;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a person has to do after an install, on this machine. */
final class NextSteps {
  private static final Path BASH_COMPLETION = Path.of("/usr/share/bash-completion/bash_completion");

  private final Places places;
  private final Variables read;
  private final Path clone;

  /**
   * @param clone the folder that was installed from
   */
  NextSteps(Places places, Map<String, String> environment, Path clone) {
    this.places = places;
    this.clone = clone;
    this.read = new Variables(environment);
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>(List.of("", "Next:"));
    lines.addAll(new CloneThatServed(clone, places).lines());
    if (!path().contains(places.bin())) {
      lines.add("  ~/.local/bin is not on your PATH. For all shells, in ~/.profile:");
      lines.add("    export PATH=\"$HOME/.local/bin:$PATH\"");
    }
    lines.add("  Log in to the model's provider, once, with /login in:");
    lines.add("    " + places.word(places.app()) + "/current/agents/node_modules/.bin/claude");
    if (onPath("systemctl") == null) {
      lines.add("  There is no systemd here. To run the server in a terminal:");
      lines.add("    clawdforge serve");
    } else {
      systemd(lines);
    }
    shells(lines);
    lines.add("  To take all of it back: clawdforge uninstall --user");
    return lines;
  }

  private void systemd(List<String> lines) {
    if (places.home().toString().matches(".*[\"'\\\\].*")) {
      lines.add("  systemd runs nothing from a home with a quote or a backslash in its name.");
      lines.add("  To run the server in a terminal:");
      lines.add("    clawdforge serve");
      return;
    }
    if (Trees.exists(places.enabled())) {
      lines.add("  To run the new version:");
      lines.add("    systemctl --user daemon-reload && systemctl --user restart clawdforge");
      return;
    }
    lines.add("  To run the server now and at each of your logins:");
    lines.add("    systemctl --user daemon-reload && systemctl --user enable --now clawdforge");
    lines.add("  To run it from the machine's start, and after you log out:");
    lines.add("    loginctl enable-linger");
    if (read.text("XDG_RUNTIME_DIR") == null) {
      lines.add("  This shell cannot reach your systemd, as after su: log in by ssh or");
      lines.add("    machinectl shell " + System.getProperty("user.name") + "@");
    }
  }

  private void shells(List<String> lines) {
    if (onPath("bash") != null && !Files.exists(BASH_COMPLETION)) {
      lines.add("  bash has no package bash-completion here. In ~/.bashrc:");
      lines.add("    source " + places.word(places.bash()));
    }
    Path folder = Outside.parent(places.zsh());
    if (onPath("zsh") != null && !zshKnows(folder)) {
      lines.add("  For completion in zsh, in ~/.zshrc before compinit:");
      lines.add("    fpath=(" + places.word(folder) + " $fpath)");
    }
  }

  // Its variable is not in the environment of programs.
  private boolean zshKnows(Path folder) {
    Path start = Path.of(read.text("ZDOTDIR", places.home().toString())).resolve(".zshrc");
    try {
      String text = Files.exists(start) ? Files.readString(start) : "";
      return text.contains(places.word(folder)) || text.contains(folder.toString());
    } catch (IOException unreadable) {
      return false;
    }
  }

  private @Nullable Path onPath(String program) {
    return path().stream()
        .map(folder -> folder.resolve(program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  private List<Path> path() {
    return List.of(read.text("PATH", "").split(File.pathSeparator, -1)).stream()
        .filter(folder -> !folder.isEmpty())
        .map(Path::of)
        .toList();
  }
}
