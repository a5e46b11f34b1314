package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What apps may rely on with the client and a gateway together. The gateway's agent answers "you
 * said X" to a prompt X and {@link #PANCAKES} to a request with a schema; it waits forever on the
 * prompt {@link #WAIT} and fails on {@link #FAIL}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
public abstract class ClientContract {
  protected static final String WAIT = "wait";
  protected static final String FAIL = "fail";
  protected static final Dish PANCAKES = new Dish("pancakes", 4, List.of(new Step("fry", 2.5)));
  protected static final String PANCAKES_JSON =
      "{\"name\":\"pancakes\",\"servings\":4,\"steps\":[{\"text\":\"fry\",\"minutes\":2.5}]}";

  @SuppressWarnings("NullAway.Init") // before all tests
  private Backend backend;

  @SuppressWarnings("NullAway.Init") // before all tests
  private ForgeClient forge;

  /** A gateway for all tests of a class. */
  public interface Backend extends AutoCloseable {
    /** Its base URL. */
    String url();

    /** An app token. */
    String token();

    @Override
    void close();
  }

  public record Dish(String name, int servings, List<Step> steps) {}

  public record Step(String text, double minutes) {}

  /** Starts the gateway. */
  protected abstract Backend start(Path folder) throws Exception;

  @BeforeAll
  final void begin(@TempDir Path folder) throws Exception {
    backend = start(folder);
    forge = client(backend.token());
  }

  @AfterAll
  final void end() {
    forge.close();
    backend.close();
  }

  private ForgeClient client(String token) {
    return ForgeClient.builder().baseUrl(backend.url()).token(token).build();
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(60, TimeUnit.SECONDS);
  }

  private static void until(BooleanSupplier seen) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!seen.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "timed out");
      Thread.onSpinWait();
    }
  }

  @Test
  void a_run_answers() {
    RunResult result = forge.run("hello");

    assertEquals("you said hello", result.asText());
    assertEquals("end_turn", result.stopReason());
    RunInfo info = forge.getRun(String.valueOf(result.runId()));
    assertEquals(WorkState.COMPLETED, info.state());
    assertTrue(forge.runs(200).stream().anyMatch(run -> run.runId().equals(info.runId())));
  }

  @Test
  void futures_of_runs_complete_with_their_answers() throws Exception {
    CompletableFuture<RunResult> one = forge.runAsync("one");
    CompletableFuture<RunResult> two = forge.runAsync("two");

    assertEquals("you said one", get(one).asText());
    assertEquals("you said two", get(two).asText());
    assertNotNull(get(one).runId());
    assertNotNull(get(one).costUsd());
  }

  @Test
  void a_run_streams_its_text() {
    try (RunStream run = forge.stream(RunRequest.of("hello"))) {
      StringBuilder said = new StringBuilder();
      for (RunEvent event : run) {
        if (event instanceof RunEvent.Text text) {
          said.append(text.text());
        }
      }

      assertEquals("you said hello", said.toString());
      assertEquals("you said hello", run.result().asText());
    }
  }

  @Test
  void a_run_answers_with_a_record() throws Exception {
    RunRequest request = RunRequest.of("How do I make pancakes?");

    assertEquals(PANCAKES, forge.run(request, Dish.class));
    assertEquals(PANCAKES, get(forge.runAsync(request, Dish.class)));
  }

  @Test
  void the_gateway_keeps_the_answer_of_a_detached_run() {
    String runId = forge.start(RunRequest.of("hello"));

    until(() -> forge.getRun(runId).state() == WorkState.COMPLETED);
    assertEquals(new TextNode("you said hello"), forge.getRun(runId).result());
  }

  @Test
  void a_run_is_cancelled_with_its_future() {
    CompletableFuture<RunResult> run = forge.runAsync(WAIT);
    until(() -> waiting() != null);
    String runId = String.valueOf(waiting());

    assertTrue(run.cancel(true));

    until(() -> forge.getRun(runId).state() == WorkState.CANCELLED);
  }

  private @Nullable String waiting() {
    return forge.runs(50).stream()
        .filter(run -> run.state() == WorkState.RUNNING)
        .map(RunInfo::runId)
        .findFirst()
        .orElse(null);
  }

  @Test
  void a_run_with_a_key_is_done_once() {
    RunRequest request = RunRequest.builder().prompt("once").idempotencyKey("the-key").build();

    assertEquals(forge.run(request).runId(), forge.run(request).runId());
  }

  @Test
  void a_failed_run_gives_the_reason() {
    ForgeAgentException e = assertThrows(ForgeAgentException.class, () -> forge.run(FAIL));

    assertEquals("agent_failed", e.code());
    assertNotNull(e.requestId());
  }

  @Test
  void a_run_gets_its_files(@TempDir Path folder) throws Exception {
    Path note = Files.writeString(folder.resolve("note.txt"), "remember the milk");
    UploadedFile one = forge.upload(note);
    UploadedFile two =
        forge.upload(
            "two.txt", new ByteArrayInputStream("and bread".getBytes(StandardCharsets.UTF_8)));

    assertEquals(17, one.size());
    assertEquals(
        List.of("two.txt", "note.txt"), forge.files().stream().map(FileInfo::name).toList());
    assertNotNull(
        forge.run(RunRequest.builder().prompt("hello").file(one).file(two).build()).asText());
    forge.deleteFile(one.token());
    forge.deleteFile(two.token());
    assertThrows(ForgeNotFoundException.class, () -> forge.deleteFile(one.token()));
  }

  @Test
  void a_session_takes_turns_in_every_way_and_closes() throws Exception {
    Session session = forge.session();
    assertEquals("you said one", session.turn("one").text());
    assertEquals("you said two", get(session.turnAsync("two")).text());
    try (TurnStream turn = session.stream("three")) {
      assertEquals("you said three", text(turn));
      assertEquals(3, turn.result().turnIndex());
    }
    int fourth = session.start(TurnRequest.of("four"));
    try (TurnStream turn = session.follow(fourth)) {
      assertEquals("you said four", text(turn));
    }

    assertEquals("you said one", text(session.events(1)));
    assertEquals(4, session.refresh().turnCount());
    assertEquals(List.of(4, 3, 2, 1), session.turns(10).stream().map(TurnInfo::turnIndex).toList());
    assertEquals(WorkState.COMPLETED, session.getTurn(2).state());
    assertEquals("you said five", forge.reattach(session.id()).turn("five").text());
    assertTrue(
        forge.sessions(false).stream().anyMatch(open -> open.sessionId().equals(session.id())));
    session.close();
    session.close();
    assertFalse(forge.closeSession(session.id()));
    assertThrows(ForgeSessionClosedException.class, () -> session.turn("six"));
    assertEquals("closed", forge.getSession(session.id()).info().status());
  }

  private static String text(Iterable<TurnEvent> events) {
    List<String> texts = new ArrayList<>();
    for (TurnEvent event : events) {
      if (event instanceof TurnEvent.Text text) {
        texts.add(text.text());
      }
    }
    return String.join("", texts);
  }

  @Test
  void cancelling_a_future_cancels_its_turn_but_not_the_session() throws Exception {
    try (Session session = forge.session()) {
      CompletableFuture<TurnResult> turn = session.turnAsync(WAIT);
      until(() -> session.refresh().activeTurn() != null);

      assertTrue(turn.cancel(true));

      until(() -> session.getTurn(1).state() == WorkState.CANCELLED);
      assertEquals("you said two", session.turn("two").text());
    }
  }

  @Test
  void a_stream_cancels_its_turn() {
    try (Session session = forge.session();
        TurnStream turn = session.stream(WAIT)) {
      until(() -> session.refresh().activeTurn() != null);

      assertTrue(turn.cancel());

      assertEquals("cancelled", turn.result().stopReason());
    }
  }

  @Test
  void common_errors_have_their_own_classes() {
    assertThrows(ForgeNotFoundException.class, () -> forge.getSession("no-such-session"));
    assertThrows(ForgeNotFoundException.class, () -> forge.getRun("no-such-run"));
    try (ForgeClient stranger = client("cf_nobody")) {
      assertThrows(ForgeAuthenticationException.class, () -> stranger.run("hello"));
      assertThrows(ForgeAuthenticationException.class, stranger::session);
    }
    ForgeApiException e = assertThrows(ForgeApiException.class, () -> forge.run("  "));
    assertEquals(422, e.status());
    assertEquals("prompt", e.field());
  }

  @Test
  void a_run_that_takes_too_long_times_out() {
    RunRequest brief = RunRequest.builder().prompt(WAIT).timeout(Duration.ofSeconds(1)).build();

    ForgeTimeoutException e = assertThrows(ForgeTimeoutException.class, () -> forge.run(brief));
    assertNotNull(e.duration());
  }

  @Test
  void an_app_sees_what_it_has_used() {
    TokenUsage before = forge.usage();
    forge.run("hello");
    String waits = forge.start(RunRequest.of(WAIT));
    until(() -> forge.getRun(waits).state() == WorkState.RUNNING);

    try (Session session = forge.session()) {
      TokenUsage after = forge.usage();

      assertTrue(after.openSessions() >= 1, after::toString);
      assertTrue(after.running() >= 1, after::toString);
      assertTrue(
          after.spentThisMonthUsd().compareTo(before.spentThisMonthUsd()) > 0,
          () -> before + " and " + after);
      assertEquals(TokenShares.DEFAULTS, after.limits());
      assertTrue(after.dayEnds().compareTo(after.monthEnds()) <= 0, after::toString);
      assertFalse(session.id().isEmpty());
    } finally {
      forge.cancelRun(waits);
    }
  }

  @Test
  void a_gateway_reports_its_health() {
    assertNotNull(forge.health().version());
  }
}
