package com.clawdforge.acpx.program;

import com.clawdforge.acpx.protocol.JsonLine;
import com.clawdforge.acpx.protocol.ProviderError;
import com.clawdforge.core.agent.ProviderLimit;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Codex's own record of a conversation: a file of JSON lines, in a folder for the day on which it
 * began (agent-facts.md, section 6).
 */
public final class CodexRollout {
  private static final Logger log = LoggerFactory.getLogger(CodexRollout.class);
  private static final DateTimeFormatter FOLDER = DateTimeFormatter.ofPattern("yyyy/MM/dd");
  private static final int TAIL = 256 * 1024;

  private final Path sessions;

  public CodexRollout(AgentEnvironment environment) {
    sessions = home(environment).resolve("sessions");
  }

  /**
   * How a turn ended without an answer.
   *
   * @param limits the account's, as the provider last reported them
   */
  public record Ending(ProviderError error, List<ProviderLimit> limits) {}

  /** Where codex keeps its settings and records. */
  public static Path home(AgentEnvironment environment) {
    @Nullable String configured = environment.variables().get("CODEX_HOME");
    return configured == null ? environment.home().resolve(".codex") : Path.of(configured);
  }

  /** The end of the last turn, if it ended with an error at or after a time. */
  public Optional<Ending> endingSince(String conversation, Instant since) {
    try {
      Optional<Path> file = find(conversation);
      return file.isPresent() ? ending(lastLines(file.get()), since) : Optional.empty();
    } catch (IOException | DirectoryIteratorException e) {
      log.warn("codex's record of its conversation {} cannot be read", conversation, e);
      return Optional.empty();
    }
  }

  // The id tells when the conversation began, but not in which time zone.
  private Optional<Path> find(String conversation) throws IOException {
    Optional<LocalDate> began = began(conversation);
    if (began.isEmpty()) {
      return Optional.empty();
    }
    for (int days = -1; days <= 1; days++) {
      Path folder = sessions.resolve(began.get().plusDays(days).format(FOLDER));
      if (Files.isDirectory(folder)) {
        try (DirectoryStream<Path> files =
            Files.newDirectoryStream(folder, "*-" + conversation + ".jsonl")) {
          for (Path file : files) {
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
              return Optional.of(file);
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<LocalDate> began(String conversation) {
    try {
      UUID id = UUID.fromString(conversation);
      return id.version() == 7
          ? Optional.of(
              Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16)
                  .atZone(ZoneOffset.UTC)
                  .toLocalDate())
          : Optional.empty();
    } catch (IllegalArgumentException | DateTimeException notAnId) {
      return Optional.empty();
    }
  }

  // The first may be a part of one.
  private static List<String> lastLines(Path file) throws IOException {
    try (RandomAccessFile record = new RandomAccessFile(file.toFile(), "r")) {
      long size = record.length();
      byte[] tail = new byte[(int) Math.min(size, TAIL)];
      record.seek(size - tail.length);
      record.readFully(tail);
      return new String(tail, StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static Optional<Ending> ending(List<String> lines, Instant since) {
    List<ProviderLimit> limits = List.of();
    Optional<ProviderError> error = Optional.empty();
    for (String line : lines) {
      Optional<Entry> entry =
          line.contains("\"task_") || line.contains("\"rate_limits\"")
              ? JsonLine.read(
                  line.getBytes(StandardCharsets.UTF_8), json -> new Reader(json).read())
              : Optional.empty();
      if (entry.isEmpty()) {
        continue;
      }
      if (!entry.get().limits().isEmpty()) {
        limits = entry.get().limits();
      }
      switch (entry.get().type()) {
        case "task_started" -> error = Optional.empty();
        case "task_complete" ->
            error = entry.get().time().isBefore(since) ? Optional.empty() : entry.get().error();
        default -> {}
      }
    }
    List<ProviderLimit> last = limits;
    return error.map(it -> new Ending(it, last));
  }

  private record Entry(
      String type, Instant time, Optional<ProviderError> error, List<ProviderLimit> limits) {}

  /** Collects the members of one line. */
  private static final class Reader {
    private static final String LIMITS = "payload.rate_limits";

    private final JsonLine json;
    private final ProviderError.Reader error;
    private final Window primary = new Window();
    private final Window secondary = new Window();
    private String type = "";
    private Instant time = Instant.EPOCH;

    private Reader(JsonLine json) {
      this.json = json;
      this.error = new ProviderError.Reader(json, "payload.error");
    }

    private Entry read() throws IOException {
      for (String path = json.next(); path != null; path = json.next()) {
        switch (path) {
          case "payload", "payload.error", LIMITS, LIMITS + ".primary", LIMITS + ".secondary" ->
              json.enter(path);
          case "payload.type" -> type = String.valueOf(json.text());
          case "timestamp" -> time = time(json.text());
          default -> {
            error.read(path);
            primary.read(path, LIMITS + ".primary.", json);
            secondary.read(path, LIMITS + ".secondary.", json);
          }
        }
      }
      List<ProviderLimit> limits = new ArrayList<>();
      primary.limit().ifPresent(limits::add);
      secondary.limit().ifPresent(limits::add);
      return new Entry(type, time, error.error(), limits);
    }

    private static Instant time(@Nullable String written) {
      try {
        return written == null ? Instant.EPOCH : Instant.parse(written);
      } catch (DateTimeException notATime) {
        return Instant.EPOCH;
      }
    }
  }

  /** A period in which an account may use so much. */
  private static final class Window {
    private @Nullable Double percent;
    private long minutes;
    private long resetsAt;

    private void read(String path, String prefix, JsonLine json) throws IOException {
      if (path.startsWith(prefix)) {
        switch (path.substring(prefix.length())) {
          case "used_percent" -> percent = json.decimal();
          case "window_minutes" -> minutes = json.number(0);
          case "resets_at" -> resetsAt = json.number(0);
          default -> {}
        }
      }
    }

    private Optional<ProviderLimit> limit() {
      return percent == null
          ? Optional.empty()
          : Optional.of(
              new ProviderLimit(
                  name(),
                  percent >= 100 ? ProviderLimit.REJECTED : "allowed",
                  percent / 100,
                  resetsAt == 0 ? null : Instant.ofEpochSecond(resetsAt)));
    }

    // Codex gives only the length.
    private String name() {
      return switch ((int) minutes) {
        case 5 * 60 -> "five_hour";
        case 7 * 24 * 60 -> "seven_day";
        default -> minutes + "_minutes";
      };
    }
  }
}
