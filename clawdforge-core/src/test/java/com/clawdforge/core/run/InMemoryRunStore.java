package com.clawdforge.core.run;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.page.Sequence;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.Progress;
import com.clawdforge.core.work.WorkEnd;
import com.clawdforge.core.work.WorkState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A {@link RunStore} in memory. Safe for any thread. */
public final class InMemoryRunStore implements RunStore {
  private static final int MOST_DELETED_AT_ONCE = 3;

  private final Sequence<Row> rows = new Sequence<>();

  private record Row(Run run, @Nullable String prompt, @Nullable IdempotencyKey key) {
    Row with(Run other) {
      return new Row(other, prompt, key);
    }

    Row withoutKey() {
      return new Row(run, prompt, null);
    }

    boolean asksFor(String tokenId, IdempotencyKey wanted) {
      return key != null && key.value().equals(wanted.value()) && run.tokenId().equals(tokenId);
    }
  }

  /** The kept prompt of a run, for tests. */
  public synchronized Optional<String> prompt(String runId) {
    return row(runId).map(Row::prompt);
  }

  @Override
  public synchronized Optional<Keyed> add(
      Run run, @Nullable String prompt, @Nullable IdempotencyKey key, Instant keyedSince) {
    if (row(run.id()).isPresent()) {
      throw new IllegalArgumentException("run " + run.id() + " was added before");
    }
    if (key != null) {
      Optional<Row> holder =
          rows.newestFirst().filter(row -> row.asksFor(run.tokenId(), key)).findFirst();
      if (holder.isPresent()) {
        Row row = holder.get();
        if (!row.run().createdAt().isBefore(keyedSince) && row.key() != null) {
          return Optional.of(new Keyed(row.run(), row.key()));
        }
        rows.replace(row, row.withoutKey());
      }
    }
    rows.add(new Row(run, prompt, key));
    return Optional.empty();
  }

  @Override
  public synchronized Optional<Keyed> findKeyed(
      String tokenId, IdempotencyKey key, Instant keyedSince) {
    return rows.newestFirst()
        .filter(row -> row.asksFor(tokenId, key))
        .filter(row -> !row.run().createdAt().isBefore(keyedSince))
        .flatMap(
            row -> Optional.ofNullable(row.key()).map(its -> new Keyed(row.run(), its)).stream())
        .findFirst();
  }

  @Override
  public synchronized void update(Run run) {
    Row row = added(run);
    rows.replace(row, row.with(run));
  }

  @Override
  public synchronized void updateAndForgetKey(Run run) {
    Row row = added(run);
    rows.replace(row, row.with(run).withoutKey());
  }

  @Override
  public synchronized void keep(String runId, KeptAnswer answer) {
    row(runId).ifPresent(row -> rows.replace(row, row.with(withAnswer(row.run(), answer))));
  }

  @Override
  public synchronized Optional<Run> find(@Nullable String tokenId, String runId) {
    return row(runId).map(Row::run).filter(run -> belongs(run, tokenId));
  }

  @Override
  public synchronized Page<Run> listOfRequest(String tokenId, String requestId, PageRequest page) {
    Page<Row> found =
        rows.page(
            page, row -> belongs(row.run(), tokenId) && requestId.equals(row.run().requestId()));
    return new Page<>(found.items().stream().map(row -> listed(row.run())).toList(), found.next());
  }

  @Override
  public synchronized Page<Run> list(@Nullable String tokenId, PageRequest page) {
    Page<Row> found = rows.page(page, row -> belongs(row.run(), tokenId));
    return new Page<>(found.items().stream().map(row -> listed(row.run())).toList(), found.next());
  }

  @Override
  public synchronized List<String> unfinished() {
    return rows.newestFirst()
        .map(Row::run)
        .filter(run -> !run.state().over())
        .map(Run::id)
        .toList();
  }

  @Override
  public synchronized List<String> interruptUnfinished(Instant when) {
    List<Row> unfinished = rows.newestFirst().filter(row -> !row.run().state().over()).toList();
    for (Row row : unfinished) {
      Run run = row.run();
      rows.replace(
          row,
          row.with(
              run.ended(
                      new WorkEnd(WorkState.INTERRUPTED, run.report(), run.error()),
                      when,
                      run.resultBytes())
                  .keeping(run.kept())));
    }
    return unfinished.stream().map(row -> row.run().id()).toList();
  }

  @Override
  public synchronized int deleteAnswers(Instant now) {
    List<Row> due =
        rows.newestFirst()
            .filter(row -> row.run().kept() != null && !row.run().kept().until().isAfter(now))
            .limit(MOST_DELETED_AT_ONCE)
            .toList();
    due.forEach(row -> rows.replace(row, row.with(withAnswer(row.run(), null))));
    return due.size();
  }

  @Override
  public synchronized int deleteCreatedBefore(Instant time) {
    List<Row> old =
        rows.newestFirst()
            .filter(row -> row.run().state().over() && row.run().createdAt().isBefore(time))
            .toList();
    old.forEach(rows::remove);
    return old.size();
  }

  private Row added(Run run) {
    return row(run.id())
        .orElseThrow(() -> new IllegalArgumentException("run " + run.id() + " was never added"));
  }

  private Optional<Row> row(String runId) {
    return rows.newestFirst().filter(row -> row.run().id().equals(runId)).findFirst();
  }

  private static boolean belongs(Run run, @Nullable String tokenId) {
    return tokenId == null || run.tokenId().equals(tokenId);
  }

  private static Run withAnswer(Run run, @Nullable KeptAnswer answer) {
    return with(run, run.report(), answer);
  }

  private static Run listed(Run run) {
    return with(run, run.report().withoutDetails(), null);
  }

  private static Run with(Run run, AgentReport report, @Nullable KeptAnswer answer) {
    return new Run(
        run.id(),
        run.tokenId(),
        run.appName(),
        run.model(),
        run.promptBytes(),
        run.files(),
        run.network(),
        run.requestId(),
        new Progress(
            run.state(), run.createdAt(), run.startedAt(), run.endedAt(), report, run.error()),
        run.resultBytes(),
        answer);
  }
}
