package com.clawdforge.http.app.install;

import com.clawdforge.http.app.command.CommandFailed;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Installs a clone's program in a home, or upgrades what is there. It may be killed at any moment:
 * what was installed before works until the next version is complete, and another install goes on.
 */
final class Installer {
  private final Project project;
  private final Places places;
  private final Lines lines;
  private final String completion;
  private final AppFolder app;

  Installer(Project project, Places places, Lines lines, String completion) {
    this.project = project;
    this.places = places;
    this.lines = lines;
    this.completion = completion;
    this.app = new AppFolder(places.app());
  }

  void install() throws IOException, InterruptedException {
    Manifest manifest = Manifest.read(places.manifest());
    Outside outside = new Outside(manifest, lines);
    String id = project.id();
    describe(outside);
    outside.check(places);
    Outside.requireWritable(places.app());
    Outside.requireWritable(Outside.parent(places.settings()));
    lines.text("clawdforge " + id + " for " + System.getProperty("user.name") + ":");
    if (lines.dry()) {
      lines.did("make", app.agents(project.agentsKey()), "the agents");
      lines.did("make", app.version(id), "the program");
      outside.put();
      settings();
      return;
    }
    outside.noteFolders(places.app());
    boolean first = !Files.exists(places.dataFolder());
    Trees.folder(places.app());
    if (first) {
      // As the server makes it: the ledger will be in it.
      Files.setPosixFilePermissions(
          places.dataFolder(), PosixFilePermissions.fromString("rwx------"));
    }
    FileChannel held = app.lock();
    try {
      // At once: an uninstall takes back what follows, even if this one is killed.
      manifest.write();
      program(id);
      outside.put();
      settings();
      app.deleteUnused().forEach(old -> lines.did("delete", app.version(old), "not used any more"));
    } finally {
      held.close();
    }
  }

  private void describe(Outside outside) throws IOException {
    outside.link(places.launcher(), "the command", app.current().resolve("clawdforge"));
    outside.file(places.bash(), "completion for bash", completion);
    outside.file(places.zsh(), "completion for zsh", Completions.zsh(completion));
    outside.file(places.unit(), "the unit for systemd", project.unit());
  }

  private void program(String id) throws IOException, InterruptedException {
    app.deleteUnfinished();
    agents();
    boolean there = Files.exists(app.version(id));
    app.addVersion(id, project.launcher(), project.jar(), project.agentsKey());
    if (there) {
      lines.stays(app.version(id), "the program");
    } else {
      lines.did("make", app.version(id), "the program");
    }
    if (!id.equals(app.currentVersion())) {
      app.switchTo(id);
      lines.did("switch", app.current(), "the version that the next start runs");
    }
  }

  private void agents() throws IOException, InterruptedException {
    Path place = app.agents(project.agentsKey());
    if (Files.exists(place)) {
      lines.stays(place, "the agents");
    } else {
      Path made = app.staging("agents");
      Trees.delete(made);
      project.copyAgents(made);
      Trees.folder(Outside.parent(place));
      Files.move(made, place, StandardCopyOption.ATOMIC_MOVE);
      lines.did("make", place, "the agents");
    }
    // Does nothing if all was copied; downloads or repairs otherwise, and has words for what fails.
    List<String> command = new ArrayList<>(List.of(place.resolve("install").toString()));
    if (project.hasCodex() || app.hasCodex()) {
      command.add("codex");
    }
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new CommandFailed("the agents are not installed; mend that, and install again", null);
    }
  }

  private void settings() throws IOException {
    Path file = places.settings();
    if (Trees.exists(file)) {
      lines.stays(file, "your settings");
      return;
    }
    lines.did("put", file, "an example of all settings");
    if (!lines.dry()) {
      Path folder = Outside.parent(file);
      if (!Files.exists(folder)) {
        Files.createDirectories(Outside.parent(folder));
        Files.createDirectory(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      Trees.write(file, project.settings().getBytes(StandardCharsets.UTF_8), "rw-------");
    }
  }
}
