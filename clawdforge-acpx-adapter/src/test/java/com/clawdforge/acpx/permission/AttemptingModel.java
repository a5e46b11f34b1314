package com.clawdforge.acpx.permission;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.acpx.offline.Script;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** A model that makes an agent try every attempt, one after the other. */
final class AttemptingModel implements Script {
  static final String PROMPT = "Try everything.";
  private static final String PART = "Your part is number ";

  private final AttemptSite site;
  private final Supplier<Path> work;
  private final Map<Attempt, String> answers = new HashMap<>();
  private final Set<Attempt> seen = new HashSet<>();
  private List<Attempt> attempts = List.of();
  private int at = -1;

  AttemptingModel(AttemptSite site, Supplier<Path> work) {
    this.site = site;
    this.work = work;
  }

  /** Prepares the attempts once the agent's directory exists. */
  synchronized void prepare() throws IOException {
    if (attempts.isEmpty()) {
      site.work(work.get());
      attempts = WorkAttempts.on(site);
    }
  }

  synchronized List<Attempt> attempts() {
    return attempts;
  }

  @Override
  public synchronized ModelReply answer(ModelRequest request) {
    try {
      prepare();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> said = request.userTexts();
    // Only the content since the last answer: requests repeat the results of earlier attempts.
    if (at >= 0
        && attempts.get(at).trace() instanceof Attempt.Trace.Revealed secret
        && request.userBlocks().toString().contains(secret.word())) {
      seen.add(attempts.get(at));
    }
    if (said.stream().anyMatch(text -> text.contains(PART))) {
      return results(request).isEmpty() ? attempts.get(at).call() : ModelReply.text("That was it.");
    }
    if (said.stream().noneMatch(text -> text.contains(PROMPT))) {
      return ModelReply.text("ok");
    }
    if (at >= 0) {
      answers.put(attempts.get(at), results(request).toString());
      // Checked now, since the agent's own directory is deleted with it.
      if (hasLeftATrace(attempts.get(at))) {
        seen.add(attempts.get(at));
      }
    }
    if (++at >= attempts.size()) {
      return ModelReply.text("done");
    }
    Attempt next = attempts.get(at);
    return next.through().isEmpty()
        ? next.call()
        : ModelReply.toolUse(
            "Agent",
            Map.of("description", "d", "prompt", PART + at, "subagent_type", next.through()));
  }

  private static List<JsonNode> results(ModelRequest request) {
    return request.userBlocks().stream()
        .filter(block -> block.path("type").asText().equals("tool_result"))
        .toList();
  }

  /** Whether an attempt was made and had its effect, at once or later. */
  synchronized boolean happened(Attempt attempt) {
    return seen.contains(attempt) || hasLeftATrace(attempt);
  }

  private boolean hasLeftATrace(Attempt attempt) {
    return switch (attempt.trace()) {
      case Attempt.Trace.Made made -> AttemptSite.exists(made.file());
      case Attempt.Trace.Changed changed -> isChanged(changed);
      case Attempt.Trace.Revealed secret -> false;
      case Attempt.Trace.Accepted accepted ->
          answers.containsKey(attempt) && !answerTo(attempt).contains("\"is_error\":true");
    };
  }

  private static boolean isChanged(Attempt.Trace.Changed changed) {
    try {
      return AttemptSite.exists(changed.file())
          && !Files.readString(changed.file()).equals(changed.before());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The agent's report of an attempt, to explain a test failure. */
  synchronized String answerTo(Attempt attempt) {
    return answers.getOrDefault(attempt, "never tried");
  }
}
