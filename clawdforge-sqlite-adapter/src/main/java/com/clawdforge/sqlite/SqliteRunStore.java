package com.clawdforge.sqlite;

import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.run.KeptAnswer;
import com.clawdforge.core.run.Run;
import com.clawdforge.core.run.RunStore;
import com.clawdforge.core.work.IdempotencyKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Runs in the table {@code runs}. */
final class SqliteRunStore implements RunStore {
  private static final int MOST_DELETED_AT_ONCE = 200;

  private final Database database;

  SqliteRunStore(Database database) {
    this.database = database;
  }

  @Override
  public Optional<Keyed> add(
      Run run, @Nullable String prompt, @Nullable IdempotencyKey key, Instant keyedSince) {
    return database.write(
        handle -> {
          if (key != null) {
            forgetKey(handle, run.tokenId(), key, keyedSince);
            Optional<Keyed> holder = findKeyed(handle, run.tokenId(), key);
            if (holder.isPresent()) {
              return holder;
            }
          }
          insert(handle, run, prompt, key);
          return Optional.empty();
        });
  }

  @Override
  public Optional<Keyed> findKeyed(String tokenId, IdempotencyKey key, Instant keyedSince) {
    return database
        .read(handle -> findKeyed(handle, tokenId, key))
        .filter(holder -> !holder.run().createdAt().isBefore(keyedSince));
  }

  @Override
  public void update(Run run) {
    database.write(handle -> updateAdded(handle, run));
  }

  @Override
  public void updateAndForgetKey(Run run) {
    database.write(
        handle -> {
          handle
              .createUpdate(
                  "UPDATE runs SET idempotency_key = NULL, body_hash = NULL WHERE id = :id")
              .bind("id", run.id())
              .execute();
          return updateAdded(handle, run);
        });
  }

  @Override
  public void keep(String runId, KeptAnswer answer) {
    database.write(
        handle ->
            handle
                .createUpdate(
                    """
                    UPDATE runs SET answer = :answer, answer_is_json = :answer_is_json,
                      answer_until = :answer_until
                    WHERE id = :id
                    """)
                .bindMap(RunRow.answer(answer))
                .bind("id", runId)
                .execute());
  }

  @Override
  public Optional<Run> find(@Nullable String tokenId, String runId) {
    return database.read(
        handle ->
            Rows.find(
                handle,
                "SELECT " + RunRow.WITH_ANSWER + " FROM runs",
                tokenId,
                runId,
                RunRow::withAnswer));
  }

  @Override
  public Page<Run> list(@Nullable String tokenId, PageRequest page) {
    String ofToken = tokenId == null ? "" : "token_id = :token_id AND ";
    return database.read(
        handle ->
            Rows.page(
                Rows.ofToken(
                    handle.createQuery(
                        "SELECT "
                            + RunRow.LISTED
                            + " FROM runs WHERE "
                            + ofToken
                            + "seq < :after ORDER BY seq DESC LIMIT :limit"),
                    tokenId),
                page,
                RunRow::withoutAnswer));
  }

  @Override
  public Page<Run> listOfRequest(String tokenId, String requestId, PageRequest page) {
    return database.read(
        handle ->
            Rows.page(
                handle
                    .createQuery(
                        "SELECT "
                            + RunRow.LISTED
                            + " FROM runs WHERE token_id = :token_id AND request_id = :request_id"
                            + " AND seq < :after ORDER BY seq DESC LIMIT :limit")
                    .bind("token_id", tokenId)
                    .bind("request_id", requestId),
                page,
                RunRow::withoutAnswer));
  }

  @Override
  public List<String> unfinished() {
    return database.read(SqliteRunStore::unfinished);
  }

  @Override
  public List<String> interruptUnfinished(Instant when) {
    return database.write(
        handle -> {
          List<String> ids = unfinished(handle);
          handle
              .createUpdate(
                  """
                  UPDATE runs SET state = 'interrupted', ended_at = :when
                  WHERE state IN ('queued', 'running')
                  """)
              .bind("when", when.toEpochMilli())
              .execute();
          return ids;
        });
  }

  @Override
  public int deleteAnswers(Instant now) {
    return database.write(
        handle ->
            handle
                .createUpdate(
                    """
                    UPDATE runs SET answer = NULL, answer_is_json = NULL, answer_until = NULL
                    WHERE seq IN (
                      SELECT seq FROM runs WHERE answer_until <= :now
                      ORDER BY answer_until LIMIT :limit)
                    """)
                .bind("now", now.toEpochMilli())
                .bind("limit", MOST_DELETED_AT_ONCE)
                .execute());
  }

  @Override
  public int deleteCreatedBefore(Instant time) {
    return database.write(
        handle ->
            handle
                .createUpdate(
                    """
                    DELETE FROM runs WHERE seq IN (
                      SELECT seq FROM runs
                      WHERE created_at < :time AND state NOT IN ('queued', 'running')
                      ORDER BY created_at LIMIT :limit)
                    """)
                .bind("time", time.toEpochMilli())
                .bind("limit", MOST_DELETED_AT_ONCE)
                .execute());
  }

  // Repeats the condition of the index literally, so that SQLite can use it.
  private static List<String> unfinished(Handle handle) {
    return handle
        .createQuery("SELECT id FROM runs WHERE state IN ('queued', 'running')")
        .mapTo(String.class)
        .list();
  }

  private static void forgetKey(
      Handle handle, String tokenId, IdempotencyKey key, Instant keyedSince) {
    handle
        .createUpdate(
            """
            UPDATE runs SET idempotency_key = NULL, body_hash = NULL
            WHERE token_id = :token_id AND idempotency_key = :key AND created_at < :since
            """)
        .bind("token_id", tokenId)
        .bind("key", key.value())
        .bind("since", keyedSince.toEpochMilli())
        .execute();
  }

  private static Optional<Keyed> findKeyed(Handle handle, String tokenId, IdempotencyKey key) {
    return handle
        .createQuery(
            "SELECT "
                + RunRow.WITH_ANSWER
                + ", body_hash FROM runs WHERE token_id = :token_id AND idempotency_key = :key")
        .bind("token_id", tokenId)
        .bind("key", key.value())
        .map(
            (row, context) ->
                new Keyed(
                    RunRow.withAnswer(row),
                    new IdempotencyKey(key.value(), Rows.text(row, "body_hash"))))
        .findOne();
  }

  private static void insert(
      Handle handle, Run run, @Nullable String prompt, @Nullable IdempotencyKey key) {
    handle
        .createUpdate(
            """
            INSERT INTO runs (
              id, token_id, app_name, state, model, created_at, started_at, ended_at,
              answering_model, stop_reason, input_tokens, output_tokens, cache_read_tokens,
              cache_write_tokens, cost_nano_usd, prompt_bytes, result_bytes, files, network,
              request_id, idempotency_key, body_hash, answer_is_json, answer_until, error_code, error_detail,
              error_stderr_tail, error_field, error_retry, details, answer, prompt)
            VALUES (
              :id, :token_id, :app_name, :state, :model, :created_at, :started_at, :ended_at,
              :answering_model, :stop_reason, :input_tokens, :output_tokens, :cache_read_tokens,
              :cache_write_tokens, :cost_nano_usd, :prompt_bytes, :result_bytes, :files, :network,
              :request_id, :idempotency_key, :body_hash, :answer_is_json, :answer_until, :error_code, :error_detail,
              :error_stderr_tail, :error_field, :error_retry, :details, :answer, :prompt)
            """)
        .bindMap(RunRow.fixed(run))
        .bindMap(RunRow.changing(run))
        .bindMap(Rows.key(key))
        .bind("prompt", prompt)
        .execute();
  }

  private static Run updateAdded(Handle handle, Run run) {
    int updated =
        handle
            .createUpdate(
                """
                UPDATE runs SET state = :state, started_at = :started_at, ended_at = :ended_at,
                  answering_model = :answering_model, stop_reason = :stop_reason,
                  input_tokens = :input_tokens, output_tokens = :output_tokens,
                  cache_read_tokens = :cache_read_tokens, cache_write_tokens = :cache_write_tokens,
                  cost_nano_usd = :cost_nano_usd, result_bytes = :result_bytes,
                  answer = :answer, answer_is_json = :answer_is_json, answer_until = :answer_until,
                  error_code = :error_code, error_detail = :error_detail,
                  error_stderr_tail = :error_stderr_tail, error_field = :error_field,
                  error_retry = :error_retry, details = :details
                WHERE id = :id
                """)
            .bind("id", run.id())
            .bindMap(RunRow.changing(run))
            .execute();
    if (updated == 0) {
      throw new IllegalArgumentException("run " + run.id() + " was never added");
    }
    return run;
  }
}
