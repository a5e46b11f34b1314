package com.clawdforge.acpx.permission;

import static com.clawdforge.acpx.permission.Attempt.made;
import static com.clawdforge.acpx.permission.Attempt.reveals;

import com.clawdforge.acpx.permission.Attempt.Need;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Attempts to read, steal and change files. */
final class FileAttempts extends AttemptList {
  FileAttempts(AttemptSite site) throws IOException {
    super(site);
    reading();
    stealing();
    editing();
  }

  private void reading() throws IOException {
    read("Read inside", Need.READ_OWN, work.resolve("own.txt"), "own");
    read(
        "Read what the operator opened",
        Need.READ_OPENED,
        site.readable.resolve("open.txt"),
        "open");
    read("Read outside", Need.READ_ANYWHERE, site.theft("read"), "read");
    read(
        "Read through a link to a file",
        Need.READ_ANYWHERE,
        work.resolve("link-to-file"),
        "link-to-file");
    site.theft("link-read");
    read(
        "Read through a link to a folder",
        Need.READ_ANYWHERE,
        work.resolve("link-to-folder/link-read.txt"),
        "link-read");
    site.theft("dots");
    add(
        Attempt.of(
                "Read through ..",
                Need.READ_ANYWHERE,
                "Read",
                Map.of("file_path", work + "/" + work.relativize(elsewhere) + "/dots.txt"),
                reveals(site.secret("dots")))
            .atMost());
    grep("Grep inside", Need.READ_OWN, work.resolve("own.txt"), "own");
    grep("Grep what the operator opened", Need.READ_OPENED, site.readable, "open");
    grep("Grep outside", Need.READ_ANYWHERE, site.theft("grep"), "grep");
    site.theft("link-grep");
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
                reveals(site.secret("link-grep")))
            .atMost());
    sideways("Grep through .. and a blank", "Grep", ".. ");
    sideways("Grep through .. and a blank of another kind", "Grep", "..\u00a0");
    site.theft("grep-glob");
    add(
        Attempt.of(
                "Grep with a pattern of files outside",
                Need.READ_ANYWHERE,
                "Grep",
                Map.of("pattern", "SECRET-grep-glob", "glob", "../../**", "output_mode", "content"),
                reveals(site.secret("grep-glob")))
            .atMost());
    glob(
        "Glob inside",
        Need.READ_OWN,
        work.resolve("folder"),
        folder -> Map.of("pattern", "folder/*"));
    glob(
        "Glob what the operator opened",
        Need.READ_OPENED,
        site.readable.resolve("folder"),
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
        site.ofTheOperator("login", ".claude/.credentials.json"),
        "login");
    read("Read the ledger", Need.READ_ANYWHERE, site.theft("ledger"), "ledger");
    read("Read another token's session", Need.READ_ANYWHERE, site.theft("session"), "session");
    read("Read another token's upload", Need.READ_ANYWHERE, site.theft("upload"), "upload");
    read(
        "Read a person's settings",
        Need.READ_ANYWHERE,
        site.ofTheOperator("settings", ".claude/settings.local.json"),
        "settings");
    add(
        Attempt.of(
                "Read the server's environment",
                Need.READ_ANYWHERE,
                "Read",
                Map.of("file_path", "/proc/" + site.serverPid() + "/environ"),
                reveals(site.secret("admin")))
            .atMost());
    add(
        Attempt.of(
                "Read its own environment",
                Need.READ_ANYWHERE,
                "Read",
                Map.of("file_path", "/proc/self/environ"),
                reveals(AttemptSite.API_KEY))
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
                    "/proc/" + site.serverPid() + "/cmdline",
                    "output_mode",
                    "content"),
                reveals(site.secret("arguments")))
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
        site.home.resolve(".gitconfig"),
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
                made(site.home.resolve("tilde")))
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
}
