package com.clawdforge.http.app.install;

import com.clawdforge.http.app.command.CommandFailed;
import com.clawdforge.http.app.config.UserFolders;
import com.clawdforge.http.app.config.Variables;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where the parts of an installation are, all of them in a user's home.
 *
 * @param data the folder of all programs' data, usually {@code ~/.local/share}
 * @param config the folder of all programs' settings, usually {@code ~/.config}
 */
record Places(Path home, Path data, Path config) {
  static Places of(Map<String, String> environment) {
    Variables read = new Variables(environment);
    Path home = UserFolders.home(read).toAbsolutePath().normalize();
    Places places = new Places(home, UserFolders.data(read), UserFolders.config(read));
    // The list of what was put has a path on a line.
    if ((home + "/" + places.data + "/" + places.config).chars().anyMatch(c -> c < ' ')) {
      throw CommandFailed.misused("HOME or an XDG_ folder has a line break in its name", null);
    }
    return places;
  }

  /** All that the program itself consists of. */
  Path app() {
    return data.resolve("clawdforge/app");
  }

  /** Where the server keeps its data unless a setting says otherwise; {@link #app} is in it. */
  Path dataFolder() {
    return data.resolve("clawdforge");
  }

  Path manifest() {
    return app().resolve("manifest");
  }

  Path bin() {
    return home.resolve(".local/bin");
  }

  Path launcher() {
    return bin().resolve("clawdforge");
  }

  Path bash() {
    return data.resolve("bash-completion/completions/clawdforge");
  }

  Path zsh() {
    return data.resolve("zsh/site-functions/_clawdforge");
  }

  Path unit() {
    return config.resolve("systemd/user/clawdforge.service");
  }

  /** What {@code systemctl --user enable} makes. */
  Path enabled() {
    return config.resolve("systemd/user/default.target.wants/clawdforge.service");
  }

  Path settings() {
    return config.resolve("clawdforge/env");
  }

  /** A path for people, short. */
  String shown(Path path) {
    return path.startsWith(home) ? "~/" + home.relativize(path) : path.toString();
  }

  /** A path for a shell's command line. */
  String word(Path path) {
    String shown = shown(path);
    if (shown.matches("[A-Za-z0-9_./~@+-]+")) {
      return shown;
    }
    return "'" + path.toString().replace("'", "'\\''") + "'";
  }
}
