package com.clawdforge.core.usage;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.run.InMemoryRunStore;
import com.clawdforge.core.run.Run;
import com.clawdforge.core.session.InMemorySessionStore;
import com.clawdforge.core.session.InMemorySessionStore.Noted;
import com.clawdforge.core.session.SessionEvent;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sums up the records of two other fakes. Safe for any thread. */
public final class InMemoryUsageLedger implements UsageLedger {
  private static final Usage NOTHING = new Usage(0, 0, 0, 0);

  private final InMemoryRunStore runs;
  private final InMemorySessionStore sessions;

  public InMemoryUsageLedger(InMemoryRunStore runs, InMemorySessionStore sessions) {
    this.runs = runs;
    this.sessions = sessions;
  }

  @Override
  public List<Sum> sums(GroupBy groupBy) {
    Stream<Sum> ofRuns =
        runs.list(null, PageRequest.all()).items().stream()
            .filter(run -> run.state().over())
            .map(run -> of(run, groupBy));
    Stream<Sum> ofTurns =
        sessions.trail().stream()
            .filter(noted -> endsTurn(noted.event().kind()))
            .map(noted -> of(noted, groupBy));
    Collection<Sum> sums =
        Stream.concat(ofRuns, ofTurns)
            .collect(Collectors.toMap(Sum::group, sum -> sum, Sum::plus))
            .values();
    return sums.stream().sorted(groupBy.order()).toList();
  }

  private static boolean endsTurn(SessionEvent.Kind kind) {
    return switch (kind) {
      case TURN, INTERRUPT, BACKGROUND -> true;
      case CREATE, CANCEL, CLOSE, SWEEP_CLOSE, HARD_DELETE -> false;
    };
  }

  private static Sum of(Run run, GroupBy groupBy) {
    Instant endedAt = Objects.requireNonNull(run.endedAt());
    String group =
        switch (groupBy) {
          case TOKEN -> run.appName();
          case MODEL -> model(run.report(), run.model());
          case DAY -> day(endedAt);
        };
    return sum(group, 1, 0, run.report());
  }

  private static Sum of(Noted noted, GroupBy groupBy) {
    SessionEvent event = noted.event();
    String group =
        switch (groupBy) {
          case TOKEN -> event.appName();
          case MODEL -> model(event.report(), noted.askedModel());
          case DAY -> day(event.at());
        };
    return sum(group, 0, 1, event.report());
  }

  private static String model(AgentReport report, @Nullable String asked) {
    return Objects.requireNonNullElse(report.model(), Objects.requireNonNullElse(asked, ""));
  }

  private static String day(Instant when) {
    return when.atZone(ZoneOffset.UTC).toLocalDate().toString();
  }

  private static Sum sum(String group, long runs, long turns, AgentReport report) {
    return new Sum(
        group,
        runs,
        turns,
        Objects.requireNonNullElse(report.usage(), NOTHING),
        Objects.requireNonNullElse(report.costUsd(), BigDecimal.ZERO));
  }
}
