package com.clawdforge.sqlite;

import com.clawdforge.core.file.FileStore;
import com.clawdforge.core.file.StoredFile;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Files in the table {@code files}, their contents in a folder. Content is complete and durable
 * before its row is written, and the row is deleted before the content: a crash can leave content
 * without a row, never a row without content.
 */
final class SqliteFileStore implements FileStore {
  private static final String COLUMNS = "seq, id, token_id, name, size, created_at, expires_at";
  private static final int MOST_DELETED_AT_ONCE = 100;

  private final Database database;
  private final Contents contents;

  /** Deletes contents that a crash left without a row. */
  SqliteFileStore(Database database, Path filesDir) {
    this.database = database;
    this.contents = new Contents(filesDir);
    contents.deleteAllBut(this::isKept);
  }

  @Override
  public Upload receive(InputStream content, long maxBytes) throws IOException {
    Contents.Part part = contents.receive(content, maxBytes);
    return new Received(part);
  }

  private final class Received implements Upload {
    private final Contents.Part part;
    private boolean pending = true;

    Received(Contents.Part part) {
      this.part = part;
    }

    @Override
    public long size() {
      return part.size();
    }

    @Override
    public synchronized boolean keep(StoredFile file, long mostBytes) {
      if (!pending) {
        throw new IllegalStateException("the upload was already kept or closed");
      }
      contents.complete(part);
      pending = false;
      boolean kept = false;
      try {
        kept = insert(file, part.name(), mostBytes);
        return kept;
      } finally {
        if (!kept) {
          contents.delete(part.name());
        }
      }
    }

    @Override
    public synchronized void close() {
      if (pending) {
        pending = false;
        contents.discard(part);
      }
    }
  }

  @Override
  public Optional<StoredFile> find(String tokenId, String fileId, Instant now) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "SELECT "
                        + COLUMNS
                        + " FROM files WHERE id = :id AND token_id = :token_id"
                        + " AND expires_at > :now")
                .bind("id", fileId)
                .bind("token_id", tokenId)
                .bind("now", now.toEpochMilli())
                .map(SqliteFileStore::file)
                .findOne());
  }

  @Override
  public Optional<InputStream> open(StoredFile file) {
    return database
        .read(
            handle ->
                handle
                    .createQuery("SELECT content FROM files WHERE id = :id")
                    .bind("id", file.id())
                    .mapTo(String.class)
                    .findOne())
        .flatMap(contents::open);
  }

  // Skips the owner's expired files that are not swept yet: never more than were added since the
  // last sweep.
  @Override
  public Page<StoredFile> list(String tokenId, Instant now, PageRequest page) {
    return database.read(
        handle ->
            Rows.page(
                handle
                    .createQuery(
                        "SELECT "
                            + COLUMNS
                            + " FROM files WHERE token_id = :token_id AND seq < :after"
                            + " AND expires_at > :now ORDER BY seq DESC LIMIT :limit")
                    .bind("token_id", tokenId)
                    .bind("now", now.toEpochMilli()),
                page,
                SqliteFileStore::file));
  }

  @Override
  public boolean delete(String tokenId, String fileId, Instant now) {
    Optional<String> content =
        database.write(
            handle ->
                handle
                    .createQuery(
                        """
                        DELETE FROM files
                        WHERE id = :id AND token_id = :token_id AND expires_at > :now
                        RETURNING content
                        """)
                    .bind("id", fileId)
                    .bind("token_id", tokenId)
                    .bind("now", now.toEpochMilli())
                    .mapTo(String.class)
                    .findOne());
    content.ifPresent(contents::delete);
    return content.isPresent();
  }

  @Override
  public int deleteExpired(Instant now) {
    List<String> expired =
        database.write(
            handle ->
                handle
                    .createQuery(
                        """
                        DELETE FROM files WHERE seq IN (
                          SELECT seq FROM files WHERE expires_at <= :now
                          ORDER BY expires_at LIMIT :limit)
                        RETURNING content
                        """)
                    .bind("now", now.toEpochMilli())
                    .bind("limit", MOST_DELETED_AT_ONCE)
                    .mapTo(String.class)
                    .list());
    expired.forEach(contents::delete);
    return expired.size();
  }

  private boolean isKept(String content) {
    return database
        .read(
            handle ->
                handle
                    .createQuery("SELECT seq FROM files WHERE content = :content")
                    .bind("content", content)
                    .mapTo(Long.class)
                    .findOne())
        .isPresent();
  }

  private boolean insert(StoredFile file, String content, long mostBytes) {
    return database.write(
        handle -> {
          if (mostBytes < Long.MAX_VALUE
              && bytes(handle, file.tokenId(), file.createdAt()) > mostBytes - file.size()) {
            return false;
          }
          handle
              .createUpdate(
                  """
                  INSERT INTO files (
                    id, token_id, name, size, created_at, expires_at, content)
                  VALUES (:id, :token_id, :name, :size, :created_at, :expires_at, :content)
                  """)
              .bind("id", file.id())
              .bind("token_id", file.tokenId())
              .bind("name", file.name())
              .bind("size", file.size())
              .bind("created_at", file.createdAt().toEpochMilli())
              .bind("expires_at", file.expiresAt().toEpochMilli())
              .bind("content", content)
              .execute();
          return true;
        });
  }

  @Override
  public long bytes(String tokenId, Instant now) {
    return database.read(handle -> bytes(handle, tokenId, now));
  }

  private static long bytes(Handle handle, String tokenId, Instant now) {
    return handle
        .createQuery(
            """
            SELECT coalesce(sum(size), 0) FROM files
            WHERE token_id = :token_id AND expires_at > :now
            """)
        .bind("token_id", tokenId)
        .bind("now", now.toEpochMilli())
        .mapTo(Long.class)
        .one();
  }

  private static StoredFile file(ResultSet row, StatementContext context) throws SQLException {
    return new StoredFile(
        Rows.text(row, "id"),
        Rows.text(row, "token_id"),
        Rows.text(row, "name"),
        row.getLong("size"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "expires_at"));
  }
}
