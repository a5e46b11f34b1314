package com.clawdforge.acpx.permission;

import static com.clawdforge.acpx.permission.Attempt.changed;
import static com.clawdforge.acpx.permission.Attempt.made;
import static com.clawdforge.acpx.permission.Attempt.reveals;

import com.clawdforge.acpx.permission.Attempt.Need;
import com.clawdforge.acpx.permission.Attempt.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Collects attempts, in order. */
abstract class AttemptList {
  static final Trace ACCEPTED = new Trace.Accepted();

  final AttemptSite site;
  final Path work;
  final Path elsewhere;
  private final List<Attempt> all = new ArrayList<>();

  AttemptList(AttemptSite site) {
    this.site = site;
    this.work = site.work();
    this.elsewhere = site.elsewhere();
  }

  List<Attempt> all() {
    return List.copyOf(all);
  }

  void read(String name, Need need, Path file, @Nullable String secret) {
    Trace trace = secret == null ? ACCEPTED : reveals(site.secret(secret));
    add(Attempt.of(name, need, "Read", Map.of("file_path", file.toString()), trace));
  }

  void grep(String name, Need need, Path place, String secret) {
    add(
        Attempt.of(
            name,
            need,
            "Grep",
            Map.of(
                "pattern", "SECRET-" + secret, "path", place.toString(), "output_mode", "content"),
            reveals(site.secret(secret))));
  }

  // The CLI trims a path before it resolves it.
  void sideways(String name, String tool, String up) throws IOException {
    String word = site.secret("sideways-" + all.size());
    Files.writeString(work.resolveSibling(word + ".txt"), word);
    add(
        Attempt.of(
                name,
                Need.READ_ANYWHERE,
                tool,
                Map.of(
                    "pattern",
                    "SECRET-sideways",
                    "path",
                    work + "/" + up,
                    "output_mode",
                    "content"),
                reveals(word))
            .atMost());
  }

  // Each listed file has its own folder, so that each list reveals only one word.
  void glob(String name, Need need, Path folder, Function<Path, Map<String, ?>> input)
      throws IOException {
    String word = site.secret("glob-" + all.size());
    Files.writeString(Files.createDirectories(folder).resolve(word), "x");
    add(Attempt.of(name, need, "Glob", input.apply(folder), reveals(word)).atMost());
  }

  void write(String name, Need need, Path file, boolean exact) {
    Attempt attempt =
        Attempt.of(
            name, need, "Write", Map.of("file_path", file.toString(), "content", "x"), made(file));
    add(exact ? attempt : attempt.atMost());
  }

  void notebook(String name, Need need, Path file) throws IOException {
    add(
        Attempt.of(
                name,
                need,
                "NotebookEdit",
                Map.of("notebook_path", file.toString(), "cell_id", "c1", "new_source", "2"),
                changed(file))
            .atMost());
  }

  void steal(String name, String command, String secret) {
    add(Attempt.of(name, Need.EXECUTE, "Bash", bash(command), reveals(site.secret(secret))));
  }

  void run(String name, String command, boolean exact) {
    Path marker = elsewhere.resolve("ran-" + all.size());
    Attempt attempt =
        Attempt.of(
            name,
            Need.EXECUTE,
            "Bash",
            bash(command.replace("%s", marker.toString())),
            made(marker));
    add(exact ? attempt : attempt.atMost());
  }

  static Attempt accepted(String name, Need need, String tool, Map<String, ?> input) {
    return Attempt.of(name, need, tool, input, ACCEPTED);
  }

  static Map<String, ?> bash(String command) {
    return Map.of("command", command, "description", "d");
  }

  static Map<String, ?> edit(Path file) {
    return Map.of("file_path", file.toString(), "old_string", "", "new_string", "x");
  }

  void add(Attempt attempt) {
    all.add(attempt);
  }
}
