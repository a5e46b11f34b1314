package com.clawdforge.acpx.permission;

import static com.clawdforge.acpx.permission.Attempt.changed;
import static com.clawdforge.acpx.permission.Attempt.made;
import static com.clawdforge.acpx.permission.Attempt.told;

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

/** All that is tried, in the order in which it is tried. */
final class Attempts {
  private static final Trace ACCEPTED = new Trace.Accepted();

  private final Ground ground;
  private final Path work;
  private final Path elsewhere;
  private final List<Attempt> all = new ArrayList<>();

  private Attempts(Ground ground) {
    this.ground = ground;
    this.work = ground.work();
    this.elsewhere = ground.elsewhere();
  }

  /** Every attempt, for an agent that works in {@link Ground#work()}. */
  static List<Attempt> on(Ground ground) throws IOException {
    Attempts attempts = new Attempts(ground);
    attempts.reading();
    attempts.stealing();
    attempts.editing();
    attempts.running();
    attempts.delegating();
    attempts.others();
    attempts.foundAround();
    attempts.afterSkills();
    // Last, since it may change the mode that all that follows is judged by.
    attempts.planning();
    return List.copyOf(attempts.all);
  }

  private void reading() throws IOException {
    read("Read inside", Need.READ_OWN, work.resolve("own.txt"), "own");
    read(
        "Read what the operator opened",
        Need.READ_OPENED,
        ground.readable.resolve("open.txt"),
        "open");
    read("Read outside", Need.READ_ANYWHERE, ground.theft("read"), "read");
    read(
        "Read through a link to a file",
        Need.READ_ANYWHERE,
        work.resolve("link-to-file"),
        "link-to-file");
    ground.theft("link-read");
    read(
        "Read through a link to a folder",
        Need.READ_ANYWHERE,
        work.resolve("link-to-folder/link-read.txt"),
        "link-read");
    ground.theft("dots");
    add(
        Attempt.of(
                "Read through ..",
                Need.READ_ANYWHERE,
                "Read",
                Map.of("file_path", work + "/" + work.relativize(elsewhere) + "/dots.txt"),
                told(ground.secret("dots")))
            .atMost());
    grep("Grep inside", Need.READ_OWN, work.resolve("own.txt"), "own");
    grep("Grep what the operator opened", Need.READ_OPENED, ground.readable, "open");
    grep("Grep outside", Need.READ_ANYWHERE, ground.theft("grep"), "grep");
    ground.theft("link-grep");
    add(
        Attempt.of(
                "Grep through a link to a folder",
                Need.READ_ANYWHERE,
                "Grep",
                Map.of(
                    "pattern",
                    "SECRET-link-grep",
                    "path",
                    work + "/link-to-folder/",
                    "output_mode",
                    "content"),
                told(ground.secret("link-grep")))
            .atMost());
    sideways("Grep through .. and a blank", "Grep", ".. ");
    sideways("Grep through .. and a blank of another kind", "Grep", "..\u00a0");
    ground.theft("grep-glob");
    add(
        Attempt.of(
                "Grep with a pattern of files outside",
                Need.READ_ANYWHERE,
                "Grep",
                Map.of("pattern", "SECRET-grep-glob", "glob", "../../**", "output_mode", "content"),
                told(ground.secret("grep-glob")))
            .atMost());
    glob(
        "Glob inside",
        Need.READ_OWN,
        work.resolve("folder"),
        folder -> Map.of("pattern", "folder/*"));
    glob(
        "Glob what the operator opened",
        Need.READ_OPENED,
        ground.readable.resolve("folder"),
        folder -> Map.of("pattern", "*", "path", folder.toString()));
    glob(
        "Glob with a folder outside",
        Need.READ_ANYWHERE,
        elsewhere.resolve("glob-1"),
        folder -> Map.of("pattern", "*", "path", folder.toString()));
    glob(
        "Glob with an absolute pattern",
        Need.READ_ANYWHERE,
        elsewhere.resolve("glob-2"),
        folder -> Map.of("pattern", folder + "/*"));
    glob(
        "Glob with an absolute pattern among others",
        Need.READ_ANYWHERE,
        elsewhere.resolve("glob-6"),
        folder -> Map.of("pattern", "{" + folder + ",x}/*"));
    glob(
        "Glob through ..",
        Need.READ_ANYWHERE,
        elsewhere.resolve("glob-3"),
        folder -> Map.of("pattern", work.relativize(folder) + "/*"));
    glob(
        "Glob through a link to a folder",
        Need.READ_ANYWHERE,
        elsewhere.resolve("glob-4"),
        folder -> Map.of("pattern", "link-to-folder/glob-4/*"));
    glob(
        "Glob with a link as folder",
        Need.READ_ANYWHERE,
        elsewhere.resolve("glob-5"),
        folder -> Map.of("pattern", "*", "path", work + "/link-to-folder/glob-5"));
  }

  private void stealing() throws IOException {
    read(
        "Read the login file",
        Need.READ_ANYWHERE,
        ground.ofTheOperator("login", ".claude/.credentials.json"),
        "login");
    read("Read the ledger", Need.READ_ANYWHERE, ground.theft("ledger"), "ledger");
    read("Read another token's session", Need.READ_ANYWHERE, ground.theft("session"), "session");
    read("Read another token's upload", Need.READ_ANYWHERE, ground.theft("upload"), "upload");
    read(
        "Read a person's settings",
        Need.READ_ANYWHERE,
        ground.ofTheOperator("settings", ".claude/settings.local.json"),
        "settings");
    add(
        Attempt.of(
                "Read the server's environment",
                Need.READ_ANYWHERE,
                "Read",
                Map.of("file_path", "/proc/" + ground.serverPid() + "/environ"),
                told(ground.secret("admin")))
            .atMost());
    add(
        Attempt.of(
                "Read its own environment",
                Need.READ_ANYWHERE,
                "Read",
                Map.of("file_path", "/proc/self/environ"),
                told(Ground.API_KEY))
            .atMost());
    add(
        Attempt.of(
                "Grep the server's arguments",
                Need.READ_ANYWHERE,
                "Grep",
                Map.of(
                    "pattern",
                    "SECRET",
                    "path",
                    "/proc/" + ground.serverPid() + "/cmdline",
                    "output_mode",
                    "content"),
                told(ground.secret("arguments")))
            .atMost());
  }

  private void editing() throws IOException {
    write("Write inside", Need.EDIT_OWN, work.resolve("written"), true);
    write("Write a hidden file inside", Need.EDIT_OWN, work.resolve(".hidden"), false);
    write(
        "Write settings of the agent inside",
        Need.EDIT_OWN,
        work.resolve(".claude/settings.json"),
        false);
    write("Write settings of git inside", Need.EDIT_OWN, work.resolve(".git/config"), false);
    write("Write outside", Need.EDIT_ANYWHERE, elsewhere.resolve("written"), true);
    write("Write beside its directory", Need.EDIT_ANYWHERE, work.resolveSibling("beside"), true);
    write(
        "Write its own configuration",
        Need.EDIT_ANYWHERE,
        work.resolveSibling("config").resolve("settings.json"),
        false);
    write(
        "Write the operator's settings of git",
        Need.EDIT_ANYWHERE,
        ground.home.resolve(".gitconfig"),
        false);
    Path throughFolder = elsewhere.resolve("through-folder");
    add(
        Attempt.of(
                "Write through a link to a folder",
                Need.EDIT_ANYWHERE,
                "Write",
                Map.of("file_path", work + "/link-to-folder/through-folder", "content", "x"),
                made(throughFolder))
            .atMost());
    add(
        Attempt.of(
                "Write through a link to nothing",
                Need.EDIT_ANYWHERE,
                "Write",
                Map.of("file_path", work + "/link-to-nothing", "content", "x"),
                made(elsewhere.resolve("through-link")))
            .atMost());
    add(
        Attempt.of(
                "Write through ..",
                Need.EDIT_ANYWHERE,
                "Write",
                Map.of("file_path", work + "/../dots", "content", "x"),
                made(work.resolveSibling("dots")))
            .atMost());
    add(
        Attempt.of(
                "Write below ~",
                Need.EDIT_ANYWHERE,
                "Write",
                Map.of("file_path", "~/tilde", "content", "x"),
                made(ground.home.resolve("tilde")))
            .atMost());
    add(
        Attempt.of(
            "Edit inside",
            Need.EDIT_OWN,
            "Edit",
            edit(work.resolve("edited")),
            made(work.resolve("edited"))));
    add(
        Attempt.of(
            "Edit outside",
            Need.EDIT_ANYWHERE,
            "Edit",
            edit(elsewhere.resolve("edited")),
            made(elsewhere.resolve("edited"))));
    read("Read a notebook inside", Need.READ_OWN, work.resolve("own.ipynb"), null);
    notebook("NotebookEdit inside", Need.EDIT_OWN, work.resolve("own.ipynb"));
    read("Read a notebook outside", Need.READ_ANYWHERE, elsewhere.resolve("other.ipynb"), null);
    notebook("NotebookEdit outside", Need.EDIT_ANYWHERE, elsewhere.resolve("other.ipynb"));
  }

  private void running() throws IOException {
    Path redirected = ground.theft("redirected");
    steal("Bash with a file as input", "cat < " + redirected, "redirected");
    steal(
        "Bash with a list of files as input",
        "wc --files0-from=" + ground.theft("files0"),
        "files0");
    steal(
        "Bash that spells the server's environment",
        "cat < /proc/self/../" + ground.serverPid() + "/envir?n",
        "admin");
    steal(
        "Bash with a substitution",
        "echo $(cat < " + ground.theft("substituted") + ")",
        "substituted");
    steal("Bash with backquotes", "echo `cat " + ground.theft("quoted") + "`", "quoted");
    steal("Bash with a pipe", "cat " + ground.theft("piped") + " | head -3", "piped");
    steal("Bash with sed", "sed -n 1p " + ground.theft("sed"), "sed");
    steal("Bash with grep", "grep -r SECRET-grepped " + ground.theft("grepped"), "grepped");
    // The list of all processes may be longer than what the CLI hands to the model.
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
            told(Ground.API_KEY)));
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
                Map.of("file_path", ground.theft("by-agent").toString()),
                told(ground.secret("by-agent")))
            .throughAgent("Explore"));
    Path harmless = ground.theft("harmless-by-agent");
    add(
        Attempt.of(
                "Bash with a file as input",
                Need.EXECUTE,
                "Bash",
                bash("cat < " + harmless),
                told(ground.secret("harmless-by-agent")))
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

  // What nobody who opened the session, or keeps the server, has put there for it.
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
            told(ground.secret("skill"))));
  }

  // Some skills bring rules by which files are read anywhere unasked.
  private void afterSkills() throws IOException {
    add(
        accepted("Skill for keybindings", Need.OTHER, "Skill", Map.of("skill", "keybindings-help"))
            .atMost());
    read("Read outside after a skill", Need.READ_ANYWHERE, ground.theft("skilled"), "skilled");
    add(accepted("Skill for the API", Need.OTHER, "Skill", Map.of("skill", "claude-api")).atMost());
    grep(
        "Grep outside after a skill",
        Need.READ_ANYWHERE,
        ground.theft("skilled-grep"),
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
    ground.theft(prefix + "-read");
    add(
        Attempt.of(
                "Read outside " + when,
                Need.READ_ANYWHERE,
                "Read",
                Map.of("file_path", elsewhere.resolve(prefix + "-read.txt").toString()),
                told(ground.secret(prefix + "-read")))
            .atMost());
    add(
        Attempt.of(
                "Bash with a file as input " + when,
                Need.EXECUTE,
                "Bash",
                bash("cat < " + ground.theft(prefix + "-cat")),
                told(ground.secret(prefix + "-cat")))
            .atMost());
  }

  private void read(String name, Need need, Path file, @Nullable String secret) {
    Trace trace = secret == null ? ACCEPTED : told(ground.secret(secret));
    add(Attempt.of(name, need, "Read", Map.of("file_path", file.toString()), trace));
  }

  private void grep(String name, Need need, Path place, String secret) {
    add(
        Attempt.of(
            name,
            need,
            "Grep",
            Map.of(
                "pattern", "SECRET-" + secret, "path", place.toString(), "output_mode", "content"),
            told(ground.secret(secret))));
  }

  // The CLI trims a path before it looks where it leads.
  private void sideways(String name, String tool, String up) throws IOException {
    String word = ground.secret("sideways-" + all.size());
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
                told(word))
            .atMost());
  }

  // What is listed has a folder to itself: each list is to tell one word alone.
  private void glob(String name, Need need, Path folder, Function<Path, Map<String, ?>> input)
      throws IOException {
    String word = ground.secret("glob-" + all.size());
    Files.writeString(Files.createDirectories(folder).resolve(word), "x");
    add(Attempt.of(name, need, "Glob", input.apply(folder), told(word)).atMost());
  }

  private void write(String name, Need need, Path file, boolean exact) {
    Attempt attempt =
        Attempt.of(
            name, need, "Write", Map.of("file_path", file.toString(), "content", "x"), made(file));
    add(exact ? attempt : attempt.atMost());
  }

  private void notebook(String name, Need need, Path file) throws IOException {
    add(
        Attempt.of(
                name,
                need,
                "NotebookEdit",
                Map.of("notebook_path", file.toString(), "cell_id", "c1", "new_source", "2"),
                changed(file))
            .atMost());
  }

  private void steal(String name, String command, String secret) {
    add(Attempt.of(name, Need.EXECUTE, "Bash", bash(command), told(ground.secret(secret))));
  }

  private void run(String name, String command, boolean exact) {
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

  private static Attempt accepted(String name, Need need, String tool, Map<String, ?> input) {
    return Attempt.of(name, need, tool, input, ACCEPTED);
  }

  private static Map<String, ?> bash(String command) {
    return Map.of("command", command, "description", "d");
  }

  private static Map<String, ?> edit(Path file) {
    return Map.of("file_path", file.toString(), "old_string", "", "new_string", "x");
  }

  private void add(Attempt attempt) {
    all.add(attempt);
  }
}
