package com.clawdforge.core.usage;

import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.run.InMemoryRunStore;
import com.clawdforge.core.session.InMemorySessionStore;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sums up the records of two other fakes, as long as they have them. Safe for any thread. */
public final class InMemorySpending implements Spending {
  private final InMemoryRunStore runs;
  private final InMemorySessionStore sessions;
  private final List<Added> added = new CopyOnWriteArrayList<>();

  public InMemorySpending(InMemoryRunStore runs, InMemorySessionStore sessions) {
    this.runs = runs;
    this.sessions = sessions;
  }

  private record Added(String tokenId, LocalDate day, BigDecimal usd) {}

  private record Cost(@Nullable Instant at, @Nullable BigDecimal usd) {}

  @Override
  public BigDecimal since(String tokenId, LocalDate day) {
    Instant from = day.atStartOfDay(ZoneOffset.UTC).toInstant();
    LocalDate end = day.plusDays(DAYS_AHEAD + 1);
    Instant to = end.atStartOfDay(ZoneOffset.UTC).toInstant();
    Stream<Cost> ofRuns =
        runs.list(tokenId, PageRequest.all()).items().stream()
            .map(run -> new Cost(run.endedAt(), run.report().costUsd()));
    Stream<Cost> ofTurns =
        sessions.trail().stream()
            .filter(noted -> noted.event().tokenId().equals(tokenId))
            .map(noted -> new Cost(noted.event().at(), noted.event().report().costUsd()));
    BigDecimal more =
        added.stream()
            .filter(each -> each.tokenId().equals(tokenId) && !each.day().isBefore(day))
            .filter(each -> each.day().isBefore(end))
            .map(Added::usd)
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    return Stream.concat(ofRuns, ofTurns)
        .filter(cost -> within(cost.at(), from, to))
        .map(Cost::usd)
        .filter(Objects::nonNull)
        .reduce(more, BigDecimal::add);
  }

  private static boolean within(@Nullable Instant at, Instant from, Instant to) {
    return at != null && !at.isBefore(from) && at.isBefore(to);
  }

  @Override
  public void add(String tokenId, LocalDate day, BigDecimal usd) {
    added.add(new Added(tokenId, day, usd));
  }
}
