package com.clawdforge.http.kit;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A model that lets the agent's Bash tool start a process that does not end by itself. */
public final class SleepingTool {
  private final Path pidFile;

  /**
   * @param folder in which the tool records the process that it started
   */
  public SleepingTool(Path folder) {
    this.pidFile = folder.resolve("sleeping-tool.pid");
  }

  public ModelReply answer(ModelRequest request) {
    boolean done =
        request.userBlocks().stream()
            .anyMatch(block -> block.path("type").asText().equals("tool_result"));
    String command = "sleep 600 & echo $! > %1$s.new && mv %1$s.new %1$s; wait".formatted(pidFile);
    return done ? ModelReply.text("woken") : ModelReply.toolUse("Bash", Map.of("command", command));
  }

  public boolean ran() {
    return Files.exists(pidFile);
  }

  /** Waits until the tool has started the process. */
  public void await() throws Exception {
    Installation.await("the tool starts a process", this::ran);
  }

  /** Whether the started process is running; a zombie is not. */
  public boolean sleeps() throws Exception {
    return ProcessHandle.of(pid()).flatMap(process -> process.info().command()).isPresent();
  }

  private long pid() throws Exception {
    return Long.parseLong(Files.readString(pidFile).strip());
  }
}
