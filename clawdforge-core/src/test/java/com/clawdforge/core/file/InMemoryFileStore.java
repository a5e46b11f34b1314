package com.clawdforge.core.file;

import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.page.Sequence;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A {@link FileStore} in memory. Safe for any thread. */
public final class InMemoryFileStore implements FileStore {
  private final Sequence<Row> rows = new Sequence<>();
  private final AtomicInteger received = new AtomicInteger();

  private record Row(StoredFile file, Supplier<InputStream> content) {}

  /** The number of contents, including those that are not kept yet. */
  public int contents() {
    return received.get() + (int) rows.newestFirst().count();
  }

  @Override
  public Upload receive(InputStream content, long maxBytes) throws IOException {
    byte[] bytes = content.readNBytes((int) Math.min(maxBytes + 1, Integer.MAX_VALUE));
    if (bytes.length > maxBytes) {
      throw new TooLarge(maxBytes);
    }
    received.incrementAndGet();
    return new Received(bytes);
  }

  private final class Received implements Upload {
    private final byte[] content;
    private boolean pending = true;

    Received(byte[] content) {
      this.content = content;
    }

    @Override
    public long size() {
      return content.length;
    }

    @Override
    public synchronized boolean keep(StoredFile file, long mostBytes) {
      if (!pending) {
        throw new IllegalStateException("the upload was kept or closed before");
      }
      if (!addWithin(new Row(file, () -> new ByteArrayInputStream(content)), mostBytes)) {
        return false;
      }
      pending = false;
      received.decrementAndGet();
      return true;
    }

    @Override
    public synchronized void close() {
      if (pending) {
        pending = false;
        received.decrementAndGet();
      }
    }
  }

  private synchronized boolean addWithin(Row row, long mostBytes) {
    StoredFile file = row.file();
    if (bytes(file.tokenId(), file.createdAt()) > mostBytes - file.size()) {
      return false;
    }
    rows.add(row);
    return true;
  }

  @Override
  public synchronized long bytes(String tokenId, Instant now) {
    return rows.newestFirst()
        .filter(row -> belongs(row, tokenId, now))
        .mapToLong(row -> row.file().size())
        .sum();
  }

  @Override
  public synchronized Optional<StoredFile> find(String tokenId, String fileId, Instant now) {
    return row(tokenId, fileId, now).map(Row::file);
  }

  @Override
  public synchronized Optional<InputStream> open(StoredFile file) {
    return rows.newestFirst()
        .filter(row -> row.file().id().equals(file.id()))
        .findFirst()
        .map(row -> row.content().get());
  }

  @Override
  public synchronized Page<StoredFile> list(String tokenId, Instant now, PageRequest page) {
    Page<Row> found = rows.page(page, row -> belongs(row, tokenId, now));
    return new Page<>(found.items().stream().map(Row::file).toList(), found.next());
  }

  @Override
  public synchronized boolean delete(String tokenId, String fileId, Instant now) {
    Optional<Row> row = row(tokenId, fileId, now);
    row.ifPresent(rows::remove);
    return row.isPresent();
  }

  @Override
  public synchronized int deleteExpired(Instant now) {
    List<Row> expired =
        rows.newestFirst().filter(row -> !row.file().expiresAt().isAfter(now)).toList();
    expired.forEach(rows::remove);
    return expired.size();
  }

  private Optional<Row> row(String tokenId, String fileId, Instant now) {
    return rows.newestFirst()
        .filter(row -> row.file().id().equals(fileId) && belongs(row, tokenId, now))
        .findFirst();
  }

  private static boolean belongs(Row row, String tokenId, Instant now) {
    return row.file().tokenId().equals(tokenId) && row.file().expiresAt().isAfter(now);
  }
}
