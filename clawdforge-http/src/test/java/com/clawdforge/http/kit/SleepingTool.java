package com.clawdforge.http.kit;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A model that lets the agent's Bash tool start a process that does not end by itself. The process
 * is known by how long it sleeps: an isolated agent could not leave a note for the test.
 */
public final class SleepingTool {
  private final String duration =
      "600.0" + ThreadLocalRandom.current().nextInt(100_000_000, 1_000_000_000);

  public ModelReply answer(ModelRequest request) {
    boolean done =
        request.userBlocks().stream()
            .anyMatch(block -> block.path("type").asText().equals("tool_result"));
    return done
        ? ModelReply.text("woken")
        : ModelReply.toolUse("Bash", Map.of("command", "sleep " + duration + " & wait"));
  }

  /** Waits until the tool has started the process. */
  public void await() throws Exception {
    Installation.await("the tool starts a process", this::sleeps);
  }

  /** Whether the started process is running; a zombie is not. */
  public boolean sleeps() {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::info)
        .filter(process -> process.command().orElse("").endsWith("sleep"))
        .anyMatch(
            process ->
                process.arguments().map(List::of).orElse(List.of()).equals(List.of(duration)));
  }
}
