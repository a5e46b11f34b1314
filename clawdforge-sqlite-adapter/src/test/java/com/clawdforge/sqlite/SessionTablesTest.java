package com.clawdforge.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.session.Session;
import com.clawdforge.core.session.SessionStore;
import com.clawdforge.core.session.TurnRecord;
import com.clawdforge.core.session.TurnStore;
import com.clawdforge.core.usage.UsageLedger.GroupBy;
import com.clawdforge.core.usage.UsageLedger.Sum;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SessionTablesTest {
  private static final int MEBIBYTE = 1 << 20;

  @TempDir private Path folder;
  private SqliteLedger ledger;
  private SessionStore sessions;
  private TurnStore turns;

  @BeforeEach
  void open() {
    ledger = SqliteLedger.open(folder.resolve("clawdforge.db"), folder.resolve("files"));
    sessions = ledger.sessions();
    turns = ledger.turns();
    sessions.add(Samples.session("s-1"), null, Samples.T0, 9);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  @Test
  void a_change_without_its_entry_in_the_trail_is_undone() {
    turns.addTurn(Samples.turn("s-1"), null, null, Samples.T0);
    Session before = sessions.find(null, "s-1").orElseThrow();
    ledger.database().write(handle -> handle.execute("DROP TABLE session_events"));

    assertThrows(StoreException.class, () -> sessions.close("s-1", Samples.T0));
    assertThrows(StoreException.class, () -> turns.record(Samples.wholeTurn("s-1", 1)));
    assertThrows(StoreException.class, () -> turns.interruptUnfinished(Samples.T0));
    assertThrows(
        StoreException.class, () -> sessions.add(Samples.session("s-2"), null, Samples.T0, 9));

    assertEquals(Optional.of(before), sessions.find(null, "s-1"));
    assertEquals(Samples.turn("s-1").numbered(1), turns.turn("s-1", 1).orElseThrow());
    assertEquals(List.of(), turns.events("s-1", 1, 0, 1));
    assertEquals(Optional.empty(), sessions.find(null, "s-2"));
  }

  @Test
  void prompts_are_kept_where_that_is_asked_for_and_are_no_events() {
    turns.addTurn(Samples.turn("s-1"), "why? \u20ac", null, Samples.T0);
    turns.addTurn(Samples.turn("s-1"), null, null, Samples.T0);

    assertEquals(
        List.of("1: why? \u20ac"),
        ledger
            .database()
            .read(
                handle ->
                    handle
                        .createQuery(
                            "SELECT turn || ': ' || CAST(payload AS TEXT) FROM turn_events")
                        .mapTo(String.class)
                        .list()));
    assertEquals(List.of(), turns.events("s-1", 1, 0, Long.MAX_VALUE));
    assertEquals(List.of(), turns.events("s-1", 1, -1, Long.MAX_VALUE));
  }

  @Test
  void another_tokens_session_is_not_even_read() {
    ledger
        .database()
        .write(handle -> handle.execute("UPDATE sessions SET permissions = 'unreadable'"));

    assertEquals(Optional.empty(), sessions.find("another-token", "s-1"));
    assertThrows(IllegalArgumentException.class, () -> sessions.find(null, "s-1"));
  }

  @Test
  void a_step_of_deletion_frees_few_bytes() {
    turns.addTurn(Samples.turn("s-1"), null, null, Samples.T0);
    say(12, MEBIBYTE);

    assertTrue(step());

    assertEquals(8, events());
  }

  @Test
  void a_step_of_deletion_takes_few_rows() {
    turns.addTurn(Samples.turn("s-1"), null, null, Samples.T0);
    say(1_000, 1);

    assertTrue(step());

    assertEquals(800, events());
  }

  @Test
  void small_sessions_go_many_at_a_time() {
    for (int i = 2; i <= 50; i++) {
      sessions.add(Samples.session("s-" + i), null, Samples.T0, 999);
      sessions.close("s-" + i, Samples.T0);
      sessions.released("s-" + i);
    }

    assertEquals(false, step());
  }

  @Test
  void whatever_an_agent_counts_its_turns_are_recorded_and_summed_up() {
    long most = Long.MAX_VALUE;
    AgentReport absurd =
        new AgentReport("m", null, new Usage(most, most, most, most), BigDecimal.valueOf(most));
    for (int index = 1; index <= 3; index++) {
      turns.addTurn(Samples.turn("s-1"), null, null, Samples.T0);
      turns.record(List.of(Samples.ended("s-1", index, absurd)));
    }

    Usage usage = sessions.find(null, "s-1").orElseThrow().usage();
    assertEquals(new Usage(most, most, most, most), usage);
    Sum sum = ledger.usage().sums(GroupBy.MODEL).getFirst();
    assertEquals(3, sum.turns());
    assertEquals(most, sum.usage().inputTokens());
  }

  private void say(int events, int bytes) {
    List<TurnRecord> records = new ArrayList<>();
    for (int seq = 1; seq <= events; seq++) {
      records.add(new TurnRecord.EventRecorded("s-1", 1, seq, new AgentEvent(new byte[bytes])));
    }
    turns.record(records);
    sessions.close("s-1", Samples.T0);
    sessions.released("s-1");
  }

  private boolean step() {
    return sessions.deleteClosedBefore(Samples.T0.plusMillis(1), Samples.T0);
  }

  private int events() {
    return ledger
        .database()
        .read(
            handle ->
                handle.createQuery("SELECT count(*) FROM turn_events").mapTo(Integer.class).one());
  }
}
