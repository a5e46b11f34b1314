package com.clawdforge.acpx.agent;

import com.clawdforge.acpx.protocol.JsonLine;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The conversations in a configuration folder of Claude Code: files of JSON lines, each of which
 * has an id and names the one that it follows (agent-facts.md, 1.9).
 */
final class ClaudeTranscripts {
  private static final int DEPTH = 2;
  private static final String SUFFIX = ".jsonl";

  private final Path config;

  ClaudeTranscripts(Path config) {
    this.config = config;
  }

  /**
   * An entry of a conversation.
   *
   * @param parent the entry before it; null for the first
   */
  record Entry(Path file, @Nullable String parent) {}

  /** Looks for the entry with an id. */
  Optional<Entry> find(String id) throws IOException {
    Path projects = config.resolve("projects");
    if (!Files.isDirectory(projects, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    List<Path> files;
    try (Stream<Path> found = Files.walk(projects, DEPTH)) {
      // An agent that runs commands could have put links here.
      files =
          found
              .filter(file -> file.toString().endsWith(SUFFIX))
              .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
              .toList();
    }
    for (Path file : files) {
      Optional<Entry> entry = find(file, id);
      if (entry.isPresent()) {
        return entry;
      }
    }
    return Optional.empty();
  }

  private static Optional<Entry> find(Path file, String id) throws IOException {
    // What is no UTF-8 does not matter for ids.
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.contains(id)) {
          Optional<Entry> entry =
              JsonLine.read(line.getBytes(StandardCharsets.ISO_8859_1), json -> entry(json, id))
                  .flatMap(parent -> parent.map(it -> new Entry(file, it.isEmpty() ? null : it)));
          if (entry.isPresent()) {
            return entry;
          }
        }
      }
    }
    return Optional.empty();
  }

  // The id of the parent, an empty one for none; nothing if the line is another entry.
  private static Optional<String> entry(JsonLine json, String id) throws IOException {
    String parent = "";
    boolean same = false;
    for (String member = json.next(); member != null; member = json.next()) {
      switch (member) {
        case "uuid" -> same = id.equals(json.text());
        case "parentUuid" -> parent = Objects.requireNonNullElse(json.text(), "");
        default -> {}
      }
    }
    return same ? Optional.of(parent) : Optional.empty();
  }
}
