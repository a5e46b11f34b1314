package com.clawdforge.http.app.install;

import java.io.PrintWriter;
import java.nio.file.Path;

/** Says line by line what is done, or with a dry run what would be. */
final class Lines {
  private final PrintWriter out;
  private final Places places;
  private final boolean dry;

  Lines(PrintWriter out, Places places, boolean dry) {
    this.out = out;
    this.places = places;
    this.dry = dry;
    if (dry) {
      out.println("A dry run: nothing is changed.");
    }
  }

  /** Whether nothing is to be changed. */
  boolean dry() {
    return dry;
  }

  void did(String verb, Path path, String what) {
    String words = dry ? "would " + verb : verb;
    out.printf("  %-14s%s  (%s)%n", words, places.shown(path), what);
    out.flush();
  }

  /** Of what stays as it is, dry or not. */
  void stays(Path path, String why) {
    out.printf("  %-14s%s  (%s)%n", "keep", places.shown(path), why);
    out.flush();
  }

  void text(String line) {
    out.println(line);
    out.flush();
  }
}
