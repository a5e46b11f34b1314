package com.clawdforge.http.app.demo;

import com.clawdforge.http.app.command.CommandFailed;
import com.clawdforge.http.app.config.ProgramName;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Sends each request with curl, as a person would, prints the command and its answer, and keeps
 * them for a program. Each request is followed by one expectation.
 */
final class DemoSteps {
  private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9_./:@=-]+");
  private static final int SHOWN = 600;

  private final JsonMapper json = new JsonMapper();
  private final PrintWriter out;
  private final Path folder;
  private final ArrayNode all = JsonNodeFactory.instance.arrayNode();
  private String title = "";
  private String request = "";
  private JsonNode answer = NullNode.getInstance();
  private int count;
  private int failures;

  DemoSteps(PrintWriter out, Path folder) {
    this.out = out;
    this.folder = folder;
  }

  void title(String text) {
    title = text;
    out.printf("%n# %s%n", text);
    out.flush();
  }

  /** Runs curl, and returns the answer as JSON. */
  JsonNode curl(String url, String... options) throws IOException, InterruptedException {
    try (Curl curl = new Curl(List.of("curl", "-sS", url), options)) {
      String text =
          new String(curl.process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      curl.expectSuccess();
      out.println(shown(text));
      out.flush();
      answer = json.readTree(text);
      return answer;
    }
  }

  /** Runs curl, prints each line of the answer as it arrives, and returns the whole. */
  String stream(String url, String... options) throws IOException, InterruptedException {
    StringBuilder text = new StringBuilder();
    try (Curl curl = new Curl(List.of("curl", "-sSN", url), options)) {
      BufferedReader lines = curl.process.inputReader(StandardCharsets.UTF_8);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        text.append(line).append('\n');
        out.println(shown(line));
        out.flush();
      }
      curl.expectSuccess();
    }
    answer = TextNode.valueOf(text.toString());
    return text.toString();
  }

  /** Prints a remark about the answer. */
  void note(String text) {
    out.println("  " + text);
    out.flush();
  }

  /** Prints whether the answer to the last request is as expected. */
  <A> void expect(A got, String what, Predicate<A> right) {
    count++;
    boolean isRight = right.test(got);
    ObjectNode step = all.addObject().put("title", title).put("request", request);
    step.set("answer", answer);
    step.put("expected", what).put("right", isRight);
    if (isRight) {
      out.println("  right");
    } else {
      failures++;
      out.println("  WRONG: expected " + what + "; try " + ProgramName.typed("doctor"));
    }
    out.flush();
  }

  /** All steps so far: title, request, answer, what was expected, and whether it is right. */
  ArrayNode all() {
    return all;
  }

  int count() {
    return count;
  }

  int failures() {
    return failures;
  }

  private static String shown(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  /** A running curl. */
  private final class Curl implements AutoCloseable {
    private final Path errors = folder.resolve("curl-errors");
    private final Process process;

    private Curl(List<String> first, String... options) {
      List<String> command = new ArrayList<>(first);
      command.addAll(Arrays.asList(options));
      request = command.stream().map(DemoSteps::quoted).collect(Collectors.joining(" "));
      out.println("$ " + request);
      out.flush();
      // Ignores proxies and option files of the user.
      command.addAll(1, List.of("-q", "--noproxy", "*", "--max-time", "120"));
      try {
        process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      } catch (IOException e) {
        throw new CommandFailed("the demo needs curl; install it and try again", e);
      }
    }

    private void expectSuccess() throws IOException, InterruptedException {
      if (process.waitFor() != 0) {
        throw new CommandFailed("curl failed: " + Files.readString(errors), null);
      }
    }

    @Override
    public void close() {
      process.destroy();
    }
  }

  private static String quoted(String argument) {
    return HARMLESS.matcher(argument).matches()
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }
}
