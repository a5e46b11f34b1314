package com.clawdforge.http.app.command;

import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.RunEvent;
import com.clawdforge.client.RunStream;
import com.clawdforge.client.WorkState;
import com.clawdforge.http.app.terminal.Progress;

/** Shows what a run does, from its events. */
final class RunProgress {
  private RunProgress() {}

  /** Reads the events of a run to their end; blocks. */
  static void follow(RunStream stream, ForgeClient client, Progress progress) {
    String id = stream.runId();
    if (id != null) {
      progress.state(() -> words(client.getRun(id).state()));
    }
    for (RunEvent event : stream) {
      switch (event) {
        case RunEvent.Text text -> progress.state("writing");
        case RunEvent.Thought thought -> progress.state("thinking");
        case RunEvent.ToolCall call -> progress.state(call.name());
        case RunEvent.ToolResult result -> progress.state("working");
        case RunEvent.Other other -> {}
      }
    }
  }

  private static String words(WorkState state) {
    return state == WorkState.QUEUED ? "waiting for a place" : "working";
  }
}
