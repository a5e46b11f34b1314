package com.clawdforge.http.app.config;

import java.nio.file.Path;

/** A user's folders by the XDG Base Directory Specification, which ignores relative paths. */
public final class UserFolders {
  private UserFolders() {}

  public static Path home(Variables read) {
    return read.path("HOME", Path.of(System.getProperty("user.home")));
  }

  /** The data of all programs: {@code XDG_DATA_HOME}, or else {@code ~/.local/share}. */
  public static Path data(Variables read) {
    return chosen(read, "XDG_DATA_HOME", ".local/share");
  }

  /** The settings of all programs: {@code XDG_CONFIG_HOME}, or else {@code ~/.config}. */
  public static Path config(Variables read) {
    return chosen(read, "XDG_CONFIG_HOME", ".config");
  }

  private static Path chosen(Variables read, String name, String below) {
    Path otherwise = home(read).resolve(below);
    Path chosen = read.path(name, otherwise);
    return (chosen.isAbsolute() ? chosen : otherwise).toAbsolutePath().normalize();
  }
}
