package com.clawdforge.http.app.install;

import static java.util.Objects.requireNonNull;

import com.clawdforge.http.app.command.CommandFailed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of an installation outside of the program's own folder, where other programs look for
 * them. None that a person made or changed is replaced.
 */
final class Outside {
  private final Manifest manifest;
  private final Lines lines;
  private final List<Placed> wanted = new ArrayList<>();

  /** What is to be put: a link if there is a target, or else a file with this content. */
  private record Placed(Path path, String what, String content, @Nullable Path target) {
    String fingerprint() {
      return target == null ? Trees.sha256(bytes()) : Trees.ofLink(target);
    }

    void put() throws IOException {
      if (target == null) {
        Trees.write(path, bytes(), "rw-r--r--");
      } else {
        Trees.link(path, target);
      }
    }

    private byte[] bytes() {
      return content.getBytes(StandardCharsets.UTF_8);
    }
  }

  Outside(Manifest manifest, Lines lines) {
    this.manifest = manifest;
    this.lines = lines;
  }

  void file(Path path, String what, String content) {
    wanted.add(new Placed(path, what, content, null));
  }

  void link(Path path, String what, Path target) {
    wanted.add(new Placed(path, what, "", target));
  }

  /**
   * Fails before anything is changed if a file cannot be put, or if the launcher's name is taken by
   * a program of the user.
   */
  void check(Places places) throws IOException {
    Path launcher = places.launcher();
    if (Trees.exists(launcher) && !manifest.isOurs(launcher)) {
      throw new CommandFailed(
          launcher + " was not put there by an install; move it away, then try again", null);
    }
    for (Placed each : wanted) {
      requireWritable(parent(each.path()));
    }
  }

  /** Fails if this user could not make this folder, or files in it. */
  static void requireWritable(Path folder) {
    Path there = folder;
    while (!Trees.exists(there)) {
      there = parent(there);
    }
    if (!Files.isDirectory(there)) {
      throw new CommandFailed(there + " is not a folder; move it away, then try again", null);
    }
    if (!Files.isWritable(there)) {
      throw new CommandFailed(
          "cannot write in "
              + there
              + "; give user "
              + System.getProperty("user.name")
              + " the"
              + " right to, then try again",
          null);
    }
  }

  /** Puts all files. */
  void put() throws IOException {
    List<Placed> ours = new ArrayList<>();
    for (Placed each : wanted) {
      if (Trees.exists(each.path()) && !manifest.isOurs(each.path())) {
        lines.stays(each.path(), "it is yours: " + each.what() + " was not installed");
      } else {
        ours.add(each);
      }
    }
    if (!lines.dry()) {
      for (Placed each : ours) {
        noteFolders(parent(each.path()));
        manifest.add(each.path(), each.fingerprint());
      }
      manifest.write();
    }
    for (Placed each : ours) {
      put(each);
    }
    if (!lines.dry()) {
      ours.forEach(each -> manifest.keepOnly(each.path(), each.fingerprint()));
      manifest.write();
    }
  }

  private void put(Placed each) throws IOException {
    boolean there = Trees.exists(each.path());
    if (there && Trees.fingerprint(each.path()).equals(each.fingerprint())) {
      lines.stays(each.path(), each.what());
      return;
    }
    lines.did(there ? "replace" : "put", each.path(), each.what());
    if (!lines.dry()) {
      Files.createDirectories(parent(each.path()));
      each.put();
    }
  }

  /** Remembers the folders that are not there yet: an uninstall takes them back. */
  void noteFolders(Path folder) {
    for (Path each = folder; !Trees.exists(each); each = parent(each)) {
      manifest.addFolder(each);
    }
  }

  static Path parent(Path path) {
    return requireNonNull(path.getParent(), "the root has no parent");
  }
}
