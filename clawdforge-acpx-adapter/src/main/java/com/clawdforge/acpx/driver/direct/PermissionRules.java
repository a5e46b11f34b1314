package com.clawdforge.acpx.driver.direct;

import com.clawdforge.core.agent.ToolKind;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides on an agent's requests for permission by the kind of the tool and its paths. Titles are
 * not considered: the model writes them (agent-facts.md, section 4.5). Immutable.
 *
 * @param approved the kinds that are allowed
 * @param inOwn the kinds that are allowed in the agent's directory though they are not approved
 * @param own the agent's directory
 * @param readable the directories outside of it that may be read; null for every one
 * @param inside whether no file outside the agent's directory may be changed
 */
record PermissionRules(
    Set<ToolKind> approved,
    Set<ToolKind> inOwn,
    Path own,
    @Nullable List<Path> readable,
    boolean inside) {
  /**
   * A pattern that contains directories leads out of the directory that is searched, even as one of
   * several alternatives: {@code {/etc,x}/*}.
   */
  private static final Pattern LEADS_OUT = Pattern.compile("(^|[^\\w*?.})\\]-])[/~]|\\.\\.");

  /** What an agent may trim off a path, JavaScript's {@code trim()} included. */
  private static final Pattern PADDED = Pattern.compile("^[\\s\\p{Z}\\uFEFF]|[\\s\\p{Z}\\uFEFF]$");

  PermissionRules {
    approved = Set.copyOf(approved);
    inOwn = Set.copyOf(inOwn);
    readable = readable == null ? null : List.copyOf(readable);
  }

  /** Whether everything is allowed, so that it does not matter whether the agent asks. */
  boolean everything() {
    return approved.size() == ToolKind.values().length;
  }

  /** The result of a {@code session/request_permission} with these parameters. */
  ObjectNode decide(JsonNode params) {
    JsonNode options = params.path("options");
    boolean allowed = mayPass(params.path("toolCall"));
    Optional<String> chosen = allowed ? option(options, "allow_once") : Optional.empty();
    // "Always" would allow later calls without asking.
    chosen =
        chosen.or(() -> option(options, "reject_once")).or(() -> option(options, "reject_always"));
    ObjectNode result = Json.object();
    ObjectNode outcome = result.putObject("outcome");
    if (chosen.isPresent()) {
      outcome.put("outcome", "selected").put("optionId", chosen.get());
    } else {
      outcome.put("outcome", "cancelled");
    }
    return result;
  }

  private static Optional<String> option(JsonNode options, String kind) {
    for (JsonNode option : options) {
      if (kind.equals(option.path("kind").asText()) && option.path("optionId").isTextual()) {
        return Optional.of(option.path("optionId").asText());
      }
    }
    return Optional.empty();
  }

  private boolean mayPass(JsonNode toolCall) {
    ToolKind kind = kindOf(toolCall);
    JsonNode input = toolCall.path("rawInput");
    List<JsonNode> files = present(input.get("file_path"), input.get("notebook_path"));
    List<JsonNode> paths = new ArrayList<>(files);
    paths.addAll(present(input.get("path")));
    boolean isApproved = approved.contains(kind);
    return switch (kind) {
      case EDIT, DELETE, MOVE ->
          isApproved && (!inside || (!files.isEmpty() && lie(paths, List.of(own))));
      case READ, SEARCH -> mayRead(kind, isApproved, input, paths);
      // No known tool of these kinds takes files; one that does is restricted like an edit.
      case EXECUTE, THINK, FETCH, OTHER -> isApproved && (!inside || lie(paths, List.of(own)));
    };
  }

  private boolean mayRead(ToolKind kind, boolean isApproved, JsonNode input, List<JsonNode> paths) {
    if (isApproved && readable == null) {
      return true;
    }
    if (!isApproved && !inOwn.contains(kind)) {
      return false;
    }
    if (leadsOut(input.get("pattern")) || leadsOut(input.get("glob"))) {
      return false;
    }
    List<Path> places =
        isApproved
            ? Stream.concat(Stream.of(own), Objects.requireNonNull(readable).stream()).toList()
            : List.of(own);
    // A search without a path searches the agent's directory.
    return (!paths.isEmpty() || kind == ToolKind.SEARCH) && lie(paths, places);
  }

  private static boolean leadsOut(@Nullable JsonNode pattern) {
    return pattern != null
        && !pattern.isNull()
        && (!pattern.isTextual() || LEADS_OUT.matcher(pattern.asText()).find());
  }

  // The adapter has no kind for notebooks.
  private static ToolKind kindOf(JsonNode toolCall) {
    String named = toolCall.path("kind").asText().toLowerCase(Locale.ROOT);
    ToolKind kind = ToolKind.ofWire(named).orElse(ToolKind.OTHER);
    return kind == ToolKind.OTHER && toolCall.path("rawInput").has("notebook_path")
        ? ToolKind.EDIT
        : kind;
  }

  private static List<JsonNode> present(@Nullable JsonNode... values) {
    return Stream.of(values).filter(Objects::nonNull).toList();
  }

  private static boolean lie(List<JsonNode> paths, List<Path> directories) {
    return paths.stream().allMatch(path -> path.isTextual() && lies(path.asText(), directories));
  }

  // Plain paths only: an agent may trim a path, or expand a ~, before it treats it as absolute.
  private static boolean lies(String text, List<Path> directories) {
    try {
      Path path = Path.of(text);
      if (!path.isAbsolute()
          || !path.normalize().toString().equals(text)
          || PADDED.matcher(text).find()) {
        return false;
      }
      Optional<Path> real = target(path);
      return real.isPresent()
          && directories.stream().anyMatch(directory -> isBelow(real.get(), directory));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /**
   * The path with all links resolved; for a file that does not exist yet, those of its directory.
   * Empty if it cannot be resolved.
   */
  private static Optional<Path> target(Path path) {
    Path rest = Path.of("");
    for (Path existing = path; existing != null; existing = existing.getParent()) {
      try {
        return Optional.of(existing.toRealPath().resolve(rest));
      } catch (NoSuchFileException e) {
        // A dangling link exists, and a write through it would create a file elsewhere.
        if (Files.exists(existing, LinkOption.NOFOLLOW_LINKS) || existing.getFileName() == null) {
          return Optional.empty();
        }
        rest = existing.getFileName().resolve(rest);
      } catch (IOException e) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static boolean isBelow(Path path, Path directory) {
    try {
      return path.startsWith(directory.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }
}
