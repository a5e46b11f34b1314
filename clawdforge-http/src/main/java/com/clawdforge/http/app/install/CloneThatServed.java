package com.clawdforge.http.app.install;

import com.clawdforge.http.app.config.ConfigException;
import com.clawdforge.http.app.config.EnvFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The data and settings of a server that ran from the clone. No install takes them along, since
 * that server may be running; whoever deletes the clone would delete them.
 */
final class CloneThatServed {
  private final Path clone;
  private final Places places;

  CloneThatServed(Path clone, Places places) {
    this.clone = clone;
    this.places = places;
  }

  /** How to move what the installed server has none of; empty if there is nothing to move. */
  List<String> lines() {
    Path data = clone.resolve("data");
    Path settings = clone.resolve(".env");
    Path installed = DataFolder.chosen(places);
    List<String> moves = new ArrayList<>();
    if (hasLedger(data) && !hasLedger(installed)) {
      moves.add("    mv " + places.word(data) + "/* " + places.word(installed) + "/");
    }
    if (saysSomething(settings) && !saysSomething(places.settings())) {
      moves.add("    cp " + places.word(settings) + " " + places.word(places.settings()));
    }
    if (moves.isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "  This clone has served, and its data or settings are in it alone. Stop its server,");
    lines.add("  then move them before you start the installed one or delete the clone:");
    lines.addAll(moves);
    lines.add(
        "  In settings write paths that begin with a /. From then on use clawdforge, not"
            + " ./clawdforge.");
    return lines;
  }

  private static boolean hasLedger(Path folder) {
    return Files.exists(folder.resolve("clawdforge.db"));
  }

  private static boolean saysSomething(Path settings) {
    try {
      return Files.exists(settings) && !EnvFile.at(settings).under(Map.of()).isEmpty();
    } catch (ConfigException someoneWroteInIt) {
      return true;
    }
  }
}
