package com.clawdforge.http.app.install;

import com.clawdforge.http.app.config.ConfigException;
import com.clawdforge.http.app.config.EnvFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where the installed server keeps its data. */
final class DataFolder {
  private DataFolder() {}

  /** The folder that the settings choose, or the usual one if they choose none. */
  static Path chosen(Places places) {
    try {
      Map<String, String> settings =
          Files.exists(places.settings())
              ? EnvFile.at(places.settings()).under(Map.of())
              : Map.of();
      String chosen = settings.getOrDefault("CLAWDFORGE_DATA_DIR", "");
      return chosen.isBlank() ? places.dataFolder() : Path.of(chosen).toAbsolutePath().normalize();
    } catch (ConfigException mistakeInTheFile) {
      return places.dataFolder();
    }
  }
}
