package com.clawdforge.core.page;

import java.util.List;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Numbered rows in memory, for fakes. Safe for any thread; callers that need several calls in one
 * step must lock around them.
 */
public final class Sequence<T> {
  private final AtomicLong last = new AtomicLong();
  private final ConcurrentNavigableMap<Long, T> rows = new ConcurrentSkipListMap<>();

  public void add(T row) {
    rows.put(last.incrementAndGet(), row);
  }

  /** Replaces a row. */
  public void replace(T row, T by) {
    rows.replaceAll((number, candidate) -> candidate.equals(row) ? by : candidate);
  }

  public void remove(T row) {
    rows.values().removeIf(candidate -> candidate.equals(row));
  }

  public Stream<T> newestFirst() {
    return rows.descendingMap().values().stream();
  }

  public Page<T> page(PageRequest page, Predicate<T> wanted) {
    Long after = page.after();
    List<Long> numbers =
        (after == null ? rows : rows.headMap(after))
            .descendingMap().entrySet().stream()
                .filter(entry -> wanted.test(entry.getValue()))
                .limit(page.limit() + 1L)
                .map(entry -> entry.getKey())
                .toList();
    boolean more = numbers.size() > page.limit();
    List<Long> shown = more ? numbers.subList(0, page.limit()) : numbers;
    return new Page<>(shown.stream().map(rows::get).toList(), more ? shown.getLast() : null);
  }
}
