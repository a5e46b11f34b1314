package com.clawdforge.acpx.program;

import com.clawdforge.core.agent.Network;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.ToolKind;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options that keep Claude Code within the permissions of a run or a session. A tool that is
 * never allowed is not offered at all: for most tools there is some input with which the CLI runs
 * them without asking. Immutable.
 */
public final class ClaudeTerms {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String GLOB = "Glob";
  private static final String SKILL = "Skill";

  /**
   * The kinds that a mode allows without asking: they are limited to the agent's own directory, or
   * to talk.
   */
  private static final Set<ToolKind> UNASKED =
      EnumSet.of(ToolKind.READ, ToolKind.SEARCH, ToolKind.THINK);

  private final Set<ToolKind> kinds;
  private final @Nullable List<String> named;
  private final boolean background;
  private final boolean asks;
  private final List<Path> readable;
  private final Network network;

  private ClaudeTerms(
      Set<ToolKind> kinds,
      @Nullable List<String> named,
      boolean background,
      boolean asks,
      List<Path> readable,
      Network network) {
    this.kinds = Set.copyOf(kinds);
    this.named = named == null ? null : List.copyOf(named);
    this.background = background;
    this.asks = asks;
    this.readable = List.copyOf(readable);
    this.network = network;
  }

  /**
   * The terms of a session.
   *
   * @param tools the only tools to offer, if they are allowed; null for all that are allowed
   * @param background whether to offer tools whose work continues after a turn
   */
  public static ClaudeTerms ofSession(
      Permissions permissions, @Nullable List<String> tools, boolean background) {
    Set<ToolKind> kinds = offeredUnder(permissions);
    if (tools != null) {
      kinds.retainAll(kindsOf(tools));
    }
    return new ClaudeTerms(kinds, tools, background, true, List.of(), Network.ALL);
  }

  /**
   * The terms of a one-shot. It has no client that could grant permissions, so whatever the CLI
   * asks for is denied.
   *
   * @param ceiling the most that it may do, or null for no limit
   * @param tools the only tools to offer and to allow; null for the CLI's own, with its own caution
   * @param readable where it may read outside its own directory, if it may read
   */
  public static ClaudeTerms ofRun(
      @Nullable Permissions ceiling, @Nullable List<String> tools, List<Path> readable) {
    Set<ToolKind> most =
        ceiling == null ? EnumSet.allOf(ToolKind.class) : EnumSet.copyOf(offeredUnder(ceiling));
    if (tools == null) {
      most.retainAll(UNASKED);
    } else {
      most.retainAll(kindsOf(tools));
    }
    boolean reads = ceiling == null || ceiling.approves(ToolKind.READ);
    return new ClaudeTerms(most, tools, false, false, reads ? readable : List.of(), Network.ALL);
  }

  /** The same, without the tools that could do nothing with as much of the network as this. */
  public ClaudeTerms within(Network reached) {
    return new ClaudeTerms(kinds, named, background, asks, readable, reached);
  }

  private static Set<ToolKind> offeredUnder(Permissions permissions) {
    Set<ToolKind> kinds = permissions.approved();
    if (permissions instanceof Permissions.Mode) {
      kinds.addAll(UNASKED);
    }
    return kinds;
  }

  private static Set<ToolKind> kindsOf(List<String> tools) {
    Set<ToolKind> kinds = EnumSet.noneOf(ToolKind.class);
    tools.forEach(tool -> kinds.add(ClaudeTools.kindOf(tool)));
    return kinds;
  }

  /** The kinds that are allowed, if only in the agent's own directory. */
  public Set<ToolKind> kinds() {
    return kinds;
  }

  /** Whether commands may run; if not, access to files is restricted too. */
  public boolean runsCommands() {
    return kinds.contains(ToolKind.EXECUTE);
  }

  /** Whether files in the agent's directory may be read, and there is a tool to do so. */
  public boolean readsFiles() {
    return kinds.contains(ToolKind.READ)
        && offered()
            .map(tools -> kindsOf(tools).stream())
            .orElseGet(kinds::stream)
            .anyMatch(kind -> kind == ToolKind.READ || kind == ToolKind.EXECUTE);
  }

  /**
   * The only tools to offer to the model, with their rules if they were named with one; empty for
   * all of the CLI's tools except {@link #withheld}.
   */
  public Optional<List<String>> offered() {
    if (named == null && passesEverything()) {
      return Optional.empty();
    }
    List<String> candidates = named == null ? ClaudeTools.ofKinds(kinds) : named;
    return Optional.of(candidates.stream().filter(this::mayBeOffered).toList());
  }

  /** The known tools that must not be offered, always in the same order. */
  public List<String> withheld() {
    List<String> offered = offered().orElseGet(List::of).stream().map(ClaudeTools::nameOf).toList();
    return ClaudeTools.all().stream()
        .filter(
            offered().isPresent() ? tool -> !offered.contains(tool) : tool -> !mayBeOffered(tool))
        .toList();
  }

  private boolean mayBeOffered(String tool) {
    // Any mode that the model could choose would be less strict than these terms.
    return kinds.contains(ClaudeTools.kindOf(tool))
        && (background || !ClaudeTools.isBackground(tool))
        && (passesEverything() || !ClaudeTools.changesMode(tool))
        && !ClaudeTools.isOfAccount(tool)
        && ClaudeTools.needs(tool).within(network)
        // A skill has rules of its own, which allow reading files anywhere without asking.
        && (runsCommands() || !ClaudeTools.nameOf(tool).equals(SKILL))
        && (asks || runsCommands() || !ClaudeTools.nameOf(tool).equals(GLOB));
  }

  private boolean passesEverything() {
    return kinds.size() == ToolKind.values().length;
  }

  /**
   * The CLI's settings for these terms, which override all others. They disable the modes in which
   * it does not ask: {@code EnterPlanMode} ends in such a mode if bypassing permissions is
   * possible, and the adapter makes that possible for every user but root, whatever its other
   * options.
   *
   * @param config the CLI's configuration folder, where it lets agents write notes to themselves
   */
  public ObjectNode settings(Path config) {
    ObjectNode settings = JSON.createObjectNode().put("disableAutoMode", "disable");
    ObjectNode permissions = settings.putObject("permissions");
    permissions.put("disableBypassPermissionsMode", "disable").put("disableAutoMode", "disable");
    if (!runsCommands()) {
      // Without asking, the CLI runs commands that look harmless, such as `cat < FILE` for any
      // file, and lists any directory of the machine for a pattern that begins with a slash.
      permissions.putArray("ask").add("Bash").add("PowerShell").add(GLOB);
      permissions.putArray("deny").add("Edit(/" + config + "/**)");
    }
    if (!readable.isEmpty()) {
      ArrayNode allowed = permissions.putArray("allow");
      readable.forEach(path -> allowed.add("Read(/" + path + "/**)"));
    }
    return settings;
  }

  /** Adds the variables that the CLI and its children need for these terms. */
  public void addTo(Map<String, String> environment) {
    // A prompt is text: no expansion of @path (agent-facts.md, section 0, surprise 2).
    environment.put("CLAUDE_CODE_DISABLE_ATTACHMENTS", "1");
    // The account's connectors are neither offered nor requested from the provider.
    environment.put("ENABLE_CLAUDEAI_MCP_SERVERS", "false");
    // Otherwise the model would learn of a folder that it may write to without asking, whatever is
    // denied.
    environment.put("CLAUDE_CODE_DISABLE_AUTO_MEMORY", "1");
    if (!background) {
      environment.put("CLAUDE_CODE_DISABLE_BACKGROUND_TASKS", "1");
      environment.put("CLAUDE_CODE_DISABLE_CRON", "1");
    }
    if (!runsCommands()) {
      // At its start, claude runs git in its directory, and git runs commands that are named in
      // settings there, which an edit could have written. With this git finds no settings.
      environment.put("GIT_DIR", "/dev/null");
    }
  }

  /** The named tools that a run allows without the CLI's own checks. */
  public List<String> allowed() {
    // Without commands, the CLI itself restricts files: it reads in its directory without asking,
    // whereas an allowed tool reads and edits anywhere.
    return offered().orElseGet(List::of).stream()
        .filter(tool -> named != null && (runsCommands() || !isBounded(ClaudeTools.kindOf(tool))))
        .toList();
  }

  /** Whether a run may edit files, but only in its own directory. */
  public boolean editsInside() {
    return named != null && kinds.contains(ToolKind.EDIT) && !runsCommands();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ClaudeTerms that
        && kinds.equals(that.kinds)
        && Objects.equals(named, that.named)
        && background == that.background
        && asks == that.asks
        && readable.equals(that.readable)
        && network == that.network;
  }

  @Override
  public int hashCode() {
    return Objects.hash(kinds, named, background, asks, readable, network);
  }

  private static boolean isBounded(ToolKind kind) {
    return switch (kind) {
      case READ, SEARCH, EDIT, DELETE, MOVE -> true;
      case EXECUTE, THINK, FETCH, OTHER -> false;
    };
  }
}
