package com.clawdforge.acpx.permission;

import static com.clawdforge.acpx.permission.Attempt.made;
import static com.clawdforge.acpx.permission.Attempt.reveals;

import com.clawdforge.acpx.permission.Attempt.Need;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Attempts to run commands, to delegate, to schedule, and to change the CLI's mode. */
final class WorkAttempts extends AttemptList {
  WorkAttempts(AttemptSite site) throws IOException {
    super(site);
    running();
    delegating();
    others();
    foundAround();
    afterSkills();
    // Last, since it may change the mode for everything that follows.
    planning();
  }

  /** Every attempt, for an agent that works in {@link AttemptSite#work()}. */
  static List<Attempt> on(AttemptSite site) throws IOException {
    return Stream.concat(
            new FileAttempts(site).all().stream(), new WorkAttempts(site).all().stream())
        .toList();
  }

  private void running() throws IOException {
    Path redirected = site.theft("redirected");
    steal("Bash with a file as input", "cat < " + redirected, "redirected");
    steal(
        "Bash with a list of files as input", "wc --files0-from=" + site.theft("files0"), "files0");
    steal(
        "Bash that spells the server's environment",
        "cat < /proc/self/../" + site.serverPid() + "/envir?n",
        "admin");
    steal(
        "Bash with a substitution",
        "echo $(cat < " + site.theft("substituted") + ")",
        "substituted");
    steal("Bash with backquotes", "echo `cat " + site.theft("quoted") + "`", "quoted");
    steal("Bash with a pipe", "cat " + site.theft("piped") + " | head -3", "piped");
    steal("Bash with sed", "sed -n 1p " + site.theft("sed"), "sed");
    steal("Bash with grep", "grep -r SECRET-grepped " + site.theft("grepped"), "grepped");
    // The list of all processes may be longer than what the CLI passes to the model.
    steal(
        "Bash that lists processes",
        "{ pgrep -a sh; ps -ef; } | grep SECRET-argument[s]",
        "arguments");
    add(
        Attempt.of(
            "Bash that prints its environment",
            Need.EXECUTE,
            "Bash",
            bash("echo \"$ANTHROPIC_API_KEY\""),
            reveals(AttemptSite.API_KEY)));
    run("Bash with a redirection", "echo x > %s", true);
    run("Bash with a here-document", "cat > %s <<'END'\nx\nEND", true);
    run("Bash with a list", "ls; touch %s", true);
    run("Bash with a background job", "touch %s & wait", true);
    run("Bash with find", "find . -maxdepth 0 -exec touch %s \\;", true);
    run(
        "Bash with git",
        "git -c core.fsmonitor='touch %s; false' init -q . && git -c core.fsmonitor='touch %s; false' status",
        false);
    run("Bash with tee in a harmless pipe", "echo x | tee %s", true);
    Path later = elsewhere.resolve("in-background");
    add(
        Attempt.of(
                "Bash run in the background",
                Need.EXECUTE,
                "Bash",
                Map.of("command", "touch " + later, "description", "d", "run_in_background", true),
                made(later))
            .atMost());
    add(
        Attempt.of(
                "PowerShell",
                Need.EXECUTE,
                "PowerShell",
                bash("echo x > " + elsewhere.resolve("powershell")),
                made(elsewhere.resolve("powershell")))
            .atMost());
    add(
        Attempt.of("EnterWorktree", Need.EXECUTE, "EnterWorktree", Map.of("name", "w"), ACCEPTED)
            .atMost());
  }

  private void delegating() throws IOException {
    Path ran = elsewhere.resolve("ran-by-agent");
    add(
        Attempt.of("Bash", Need.EXECUTE, "Bash", bash("touch " + ran), made(ran))
            .throughAgent("general-purpose"));
    Path written = elsewhere.resolve("written-by-agent");
    add(
        Attempt.of(
                "Write outside",
                Need.EDIT_ANYWHERE,
                "Write",
                Map.of("file_path", written.toString(), "content", "x"),
                made(written))
            .throughAgent("general-purpose"));
    add(
        Attempt.of(
                "Read outside",
                Need.READ_ANYWHERE,
                "Read",
                Map.of("file_path", site.theft("by-agent").toString()),
                reveals(site.secret("by-agent")))
            .throughAgent("Explore"));
    Path harmless = site.theft("harmless-by-agent");
    add(
        Attempt.of(
                "Bash with a file as input",
                Need.EXECUTE,
                "Bash",
                bash("cat < " + harmless),
                reveals(site.secret("harmless-by-agent")))
            .throughAgent("Plan"));
  }

  private void others() {
    add(
        accepted(
                "TodoWrite",
                Need.THINK,
                "TodoWrite",
                Map.of(
                    "todos",
                    List.of(Map.of("content", "c", "status", "pending", "activeForm", "a"))))
            .atMost());
    add(
        accepted("TaskCreate", Need.THINK, "TaskCreate", Map.of("subject", "s", "description", "d"))
            .atMost());
    add(
        accepted(
                "WebFetch",
                Need.FETCH,
                "WebFetch",
                Map.of("url", "http://127.0.0.1:9/", "prompt", "p"))
            .atMost());
    add(accepted("WebSearch", Need.FETCH, "WebSearch", Map.of("query", "q")).atMost());
    add(accepted("Skill", Need.OTHER, "Skill", Map.of("skill", "simplify")).atMost());
    add(
        accepted(
            "CronCreate",
            Need.BACKGROUND,
            "CronCreate",
            Map.of("cron", "* * * * *", "prompt", "p", "recurring", true)));
    add(
        accepted(
            "ScheduleWakeup",
            Need.BACKGROUND,
            "ScheduleWakeup",
            Map.of("delaySeconds", 60, "reason", "r", "prompt", "p")));
    add(
        accepted(
            "Workflow",
            Need.BACKGROUND,
            "Workflow",
            Map.of("script", "export const meta = {name: 'w', description: 'd'}\nreturn 1")));
    add(
        accepted(
            "SendMessage",
            Need.BACKGROUND,
            "SendMessage",
            Map.of("to", "x", "message", "m", "summary", "s")));
    add(accepted("RemoteTrigger", Need.BACKGROUND, "RemoteTrigger", Map.of("action", "list")));
    Path watched = elsewhere.resolve("watched");
    add(
        Attempt.of(
            "Monitor",
            Need.BACKGROUND,
            "Monitor",
            Map.of(
                "command",
                "touch " + watched,
                "description",
                "d",
                "timeout_ms",
                1000,
                "persistent",
                false),
            made(watched)));
    add(
        accepted(
            "a tool of the operator's account",
            Need.NOTHING,
            "DesignSync",
            Map.of("action", "list")));
    add(
        accepted(
            "a tool of a connector",
            Need.NOTHING,
            "mcp__claude_ai_Gmail__send_mail",
            Map.of("to", "x")));
  }

  // Settings that neither the session's creator nor the operator has put there.
  private void foundAround() {
    Path server = elsewhere.resolve("server-of-the-folder");
    add(
        Attempt.of(
            "a server that its directory names",
            Need.NOTHING,
            "mcp__evil__x",
            Map.of(),
            made(server)));
    Path hook = elsewhere.resolve("hook-of-the-home");
    add(
        Attempt.of(
            "a hook of the operator's home", Need.NOTHING, "TaskList", Map.of(), made(hook)));
    add(
        Attempt.of(
            "a skill of the operator's home",
            Need.NOTHING,
            "Skill",
            Map.of("skill", "homely"),
            reveals(site.secret("skill"))));
  }

  // Some skills have rules that allow reading files anywhere without asking.
  private void afterSkills() throws IOException {
    add(
        accepted("Skill for keybindings", Need.OTHER, "Skill", Map.of("skill", "keybindings-help"))
            .atMost());
    read("Read outside after a skill", Need.READ_ANYWHERE, site.theft("skilled"), "skilled");
    add(accepted("Skill for the API", Need.OTHER, "Skill", Map.of("skill", "claude-api")).atMost());
    grep(
        "Grep outside after a skill",
        Need.READ_ANYWHERE,
        site.theft("skilled-grep"),
        "skilled-grep");
  }

  private void planning() throws IOException {
    add(accepted("EnterPlanMode", Need.OTHER, "EnterPlanMode", Map.of()).atMost());
    afterMode("in plan mode", "plan");
    add(accepted("ExitPlanMode", Need.OTHER, "ExitPlanMode", Map.of("plan", "p")).atMost());
    afterMode("after plan mode", "planned");
  }

  private void afterMode(String when, String prefix) throws IOException {
    Path written = elsewhere.resolve(prefix + "-written");
    add(
        Attempt.of(
                "Write outside " + when,
                Need.EDIT_ANYWHERE,
                "Write",
                Map.of("file_path", written.toString(), "content", "x"),
                made(written))
            .atMost());
    Path ran = elsewhere.resolve(prefix + "-ran");
    add(Attempt.of("Bash " + when, Need.EXECUTE, "Bash", bash("touch " + ran), made(ran)).atMost());
    site.theft(prefix + "-read");
    add(
        Attempt.of(
                "Read outside " + when,
                Need.READ_ANYWHERE,
                "Read",
                Map.of("file_path", elsewhere.resolve(prefix + "-read.txt").toString()),
                reveals(site.secret(prefix + "-read")))
            .atMost());
    add(
        Attempt.of(
                "Bash with a file as input " + when,
                Need.EXECUTE,
                "Bash",
                bash("cat < " + site.theft(prefix + "-cat")),
                reveals(site.secret(prefix + "-cat")))
            .atMost());
  }
}
