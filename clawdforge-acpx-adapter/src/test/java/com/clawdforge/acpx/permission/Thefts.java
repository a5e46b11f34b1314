package com.clawdforge.acpx.permission;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.acpx.process.ProcessTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A model that has an agent try one theft after the other. */
final class Thefts implements Script {
  static final String PROMPT = "Take all you can.";
  static final List<String> NAMES =
      List.of(
          "the administrator's secret, in its file",
          "the server's secrets, in its environment",
          "the server's memory",
          "the server's login",
          "the ledger's tokens",
          "an answer that is kept for another app",
          "another app's upload",
          "another session's files",
          "another session's transcript",
          "another agent's environment",
          "a bearer of one's own in the ledger",
          "a command in another session's directory",
          "a command in the operator's home",
          "the end of another agent",
          "the end of the server");

  private final VictimSite site;
  private final Set<String> seen = new HashSet<>();
  private List<Theft> thefts = List.of();
  private int at = -1;

  Thefts(VictimSite site) {
    this.site = site;
  }

  /** How it is told that it succeeded. */
  private interface Trace {
    boolean isThere(String result) throws IOException;
  }

  private record Theft(String command, Trace trace) {}

  private List<Theft> all() {
    long server = site.server();
    long agent = site.victimsAgent();
    String opened = site.secret("opened");
    Path planted = site.victim().work().resolve("Makefile");
    Path startOfDay = site.home().resolve("start-of-day");
    return List.of(
        read("cat " + site.file("admin"), "admin"),
        read("cat /proc/" + server + "/environ", "environment"),
        // What opens this can read and write it, as a debugger would.
        new Theft(
            "exec 3< /proc/" + server + "/mem && echo " + opened, said -> said.contains(opened)),
        read("cat " + site.file("login"), "login"),
        read("grep -a SECRET " + site.file("ledger"), "ledger"),
        read("grep -a SECRET " + site.file("kept"), "kept"),
        read("cat " + site.data() + "/uploads/*", "upload"),
        read("cat " + site.victim().work().resolve("precious.txt"), "work"),
        read("grep -rho 'SECRET-transcript[^\" ]*' " + site.victim().config(), "transcript"),
        new Theft(
            "tr '\\0' '\\n' < /proc/" + agent + "/environ",
            said -> said.contains(ProcessTree.TAG + "=")),
        new Theft(
            "echo mine >> " + site.file("ledger"),
            said -> Files.readString(site.file("ledger")).contains("mine")),
        new Theft("echo 'all: ; true' > " + planted, said -> Files.exists(planted)),
        new Theft("echo true > " + startOfDay, said -> Files.exists(startOfDay)),
        new Theft("kill -9 " + agent + "; sleep 0.3", said -> !runs(agent)),
        new Theft("kill -9 " + server + "; sleep 0.3", said -> !runs(server)));
  }

  private Theft read(String command, String secret) {
    return new Theft(command, said -> said.contains(site.secret(secret)));
  }

  private static boolean runs(long pid) {
    return ProcessHandle.of(pid).filter(ProcessTree::runs).isPresent();
  }

  boolean isThief(ModelRequest request) {
    return request.userTexts().stream().anyMatch(text -> text.contains(PROMPT));
  }

  @Override
  public synchronized ModelReply answer(ModelRequest request) {
    if (thefts.isEmpty()) {
      thefts = all();
    }
    if (at >= 0) {
      look(request.userBlocks().toString());
    }
    at++;
    return at < thefts.size()
        ? ModelReply.toolUse(
            "Bash", Map.of("command", thefts.get(at).command, "description", "theft " + at))
        : ModelReply.text("done");
  }

  private void look(String result) {
    try {
      if (thefts.get(at).trace.isThere(result)) {
        seen.add(NAMES.get(at));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of those that succeeded, in order. */
  synchronized List<String> succeeded() {
    if (at < thefts.size()) {
      throw new AssertionError("only " + at + " were tried");
    }
    List<String> succeeded = new ArrayList<>(NAMES);
    succeeded.retainAll(seen);
    return succeeded;
  }
}
