package com.clawdforge.acpx.permission;

import com.clawdforge.acpx.permission.Attempt.Need;
import com.clawdforge.acpx.program.ClaudeTools;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.ToolKind;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Terms under which an agent works, and what they allow according to docs/security.md; written
 * independently of the code that enforces them.
 *
 * @param run whether it is a one-shot; otherwise a session
 * @param permissions a one-shot's ceiling or a session's permissions; null for no ceiling
 * @param tools the tools that were named, or null
 */
record TestedTerms(
    String name, boolean run, @Nullable Permissions permissions, @Nullable List<String> tools) {
  private static final Permissions ALL = Permissions.Mode.APPROVE_ALL;
  private static final Permissions READS = Permissions.Mode.APPROVE_READS;
  private static final Permissions NONE = Permissions.Mode.DENY_ALL;
  private static final Permissions NO_COMMANDS =
      new Permissions.Policy(Set.of(), Set.of(ToolKind.EXECUTE), true);
  private static final Permissions EDITS =
      new Permissions.Policy(
          Set.of(ToolKind.READ, ToolKind.SEARCH, ToolKind.EDIT), Set.of(), false);
  private static final Permissions NOTHING = new Permissions.Policy(Set.of(), Set.of(), false);
  private static final Permissions READS_ANYWHERE =
      new Permissions.Policy(Set.of(ToolKind.READ, ToolKind.SEARCH), Set.of(), false, true);
  private static final Permissions COMMANDS =
      new Permissions.Policy(Set.of(ToolKind.READ, ToolKind.EXECUTE), Set.of(), false);

  /** {@code all} tests all terms, anything else the cut. */
  static final String PROPERTY = "clawdforge.test.permissions";

  /** Which terms are tested: {@code all} or {@code cut}. */
  static final String TESTED = System.getProperty(PROPERTY, "cut");

  /**
   * The terms that every build tests: one for each way in which attempts are held back. In runs:
   * nothing named, edits inside the own directory, and every tool that is not a command. In
   * sessions: the calls that are decided one by one for a mode and for the widest policy without
   * commands, tools named under a mode, and the default, which has to let everything pass. The
   * other terms combine the same ways.
   */
  private static final Set<String> CUT =
      Set.of(
          "run",
          "run with Write under a policy that edits",
          "run with everything but commands",
          "session, approve-reads",
          "session, approve-all",
          "session, a policy without execute",
          "session, deny-all with tools named");

  static List<TestedTerms> tested() {
    if (TESTED.equals("all")) {
      return all();
    }
    List<TestedTerms> cut = all().stream().filter(terms -> CUT.contains(terms.name())).toList();
    if (cut.size() != CUT.size()) {
      throw new IllegalStateException("the cut names terms that do not exist");
    }
    return cut;
  }

  private static List<TestedTerms> all() {
    return List.of(
        run("run", null),
        run("run under deny-all", NONE),
        run("run under approve-reads", READS),
        run("run under approve-all", ALL),
        run("run under a policy without execute", NO_COMMANDS),
        run("run under a policy that edits", EDITS),
        run("run under a policy that approves nothing", NOTHING),
        run("run with Read", null, "Read", "Grep", "Glob"),
        run("run with Read under approve-reads", READS, "Read", "Grep", "Glob"),
        run("run with Write", null, "Read", "Write", "Edit", "NotebookEdit"),
        run(
            "run with Write under a policy that edits",
            EDITS,
            "Read",
            "Write",
            "Edit",
            "NotebookEdit"),
        run(
            "run with everything but commands",
            NO_COMMANDS,
            "Read",
            "Write",
            "Edit",
            "Agent",
            "Skill",
            "WebFetch",
            "EnterPlanMode",
            "ExitPlanMode",
            "CronCreate",
            "Workflow",
            "DesignSync"),
        run("run with Bash", null, "Bash", "Read", "Write", "Edit"),
        run("run with no tools", null, new String[0]),
        session("session, deny-all", NONE, null),
        session("session, approve-reads", READS, null),
        session("session, approve-all", ALL, null),
        session("session, a policy without execute", NO_COMMANDS, null),
        session("session, a policy that edits", EDITS, null),
        session("session, a policy that approves nothing", NOTHING, null),
        session("session, a policy that reads anywhere", READS_ANYWHERE, null),
        session("session, a policy with commands", COMMANDS, null),
        session(
            "session, deny-all with tools named",
            NONE,
            List.of(
                "Bash",
                "Write",
                "Read",
                "EnterPlanMode",
                "ExitPlanMode",
                "CronCreate",
                "Monitor",
                "Agent")),
        session(
            "session, a policy without execute, with tools named",
            NO_COMMANDS,
            List.of(
                "Bash",
                "Write",
                "Read",
                "EnterPlanMode",
                "ExitPlanMode",
                "CronCreate",
                "Monitor",
                "Agent")));
  }

  /** The terms that are also tested if the server is root: each mode, and a run. */
  boolean isOfAMode() {
    return tools == null && !(permissions instanceof Permissions.Policy);
  }

  private static TestedTerms run(String name, @Nullable Permissions ceiling, String... tools) {
    return new TestedTerms(name, true, ceiling, List.of(tools));
  }

  private static TestedTerms run(String name, @Nullable Permissions ceiling) {
    return new TestedTerms(name, true, ceiling, null);
  }

  private static TestedTerms session(
      String name, Permissions permissions, @Nullable List<String> tools) {
    return new TestedTerms(name, false, permissions, tools);
  }

  /** Whether an attempt may succeed. */
  boolean allows(Attempt attempt) {
    if (tools != null && !tools.contains(attempt.tool())) {
      return false;
    }
    return allows(attempt.need());
  }

  private boolean allows(Need need) {
    return switch (need) {
      case READ_OWN -> passes(ToolKind.READ) || isUnasked();
      case READ_OPENED -> isPlainRun() ? approves(ToolKind.READ) : passes(ToolKind.READ);
      case READ_ANYWHERE ->
          passes(ToolKind.READ) && (passes(ToolKind.EXECUTE) || isSessionThatReadsAnywhere());
      case EDIT_OWN -> passes(ToolKind.EDIT);
      case EDIT_ANYWHERE -> passes(ToolKind.EDIT) && passes(ToolKind.EXECUTE);
      case EXECUTE -> passes(ToolKind.EXECUTE);
      case FETCH -> passes(ToolKind.FETCH);
      case THINK -> passes(ToolKind.THINK) || isUnasked();
      // A run ends with its answer, so there is nothing to schedule.
      case OTHER -> passes(ToolKind.OTHER);
      case BACKGROUND, NOTHING -> false;
    };
  }

  // What the agent may do without asking, under a mode or in a run that names no tools.
  private boolean isUnasked() {
    if (permissions instanceof Permissions.Policy policy) {
      return isPlainRun() && policy.approves(ToolKind.READ);
    }
    return !run || tools == null;
  }

  private boolean isPlainRun() {
    return run && tools == null;
  }

  private boolean isSessionThatReadsAnywhere() {
    return !run && permissions != null && permissions.readsAnywhere();
  }

  private boolean approves(ToolKind kind) {
    return permissions == null || permissions.approves(kind);
  }

  private boolean passes(ToolKind kind) {
    if (!run) {
      return approves(kind);
    }
    return approves(kind)
        && tools != null
        && tools.stream().anyMatch(tool -> ClaudeTools.kindOf(tool) == kind);
  }

  /** Whether the CLI offers search tools, which it leaves out if there is a shell. */
  boolean hasSearch() {
    return !passes(ToolKind.EXECUTE);
  }

  @Override
  public String toString() {
    return name;
  }
}
