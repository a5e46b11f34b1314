-- Sessions, their turns, what the agent said in them, and the audit trail. Two million events are
-- nothing unusual: every condition that the stores ask for has an index of just the rows that meet
-- it, so that what is closed, over or old costs nobody anything.

CREATE TABLE sessions (
  seq                 INTEGER PRIMARY KEY AUTOINCREMENT,
  id                  TEXT    NOT NULL UNIQUE,
  token_id            TEXT    NOT NULL,
  app_name            TEXT    NOT NULL,
  agent               TEXT    NOT NULL,
  model               TEXT,
  permissions         TEXT    NOT NULL, -- see PermissionsText
  allowed_tools       TEXT,             -- a line each
  max_turns           INTEGER,
  created_at          INTEGER NOT NULL,
  last_turn_at        INTEGER,
  used_at             INTEGER NOT NULL
    GENERATED ALWAYS AS (max(created_at, coalesce(last_turn_at, created_at))) VIRTUAL,
  closed_at           INTEGER,
  released            INTEGER NOT NULL DEFAULT 0,
  turn_count          INTEGER NOT NULL DEFAULT 0,
  conversation_id     TEXT,
  input_tokens        INTEGER,
  output_tokens       INTEGER,
  cache_read_tokens   INTEGER,
  cache_write_tokens  INTEGER,
  cost_nano_usd       INTEGER,
  idempotency_key     TEXT,
  body_hash           TEXT,
  meta                TEXT    NOT NULL
) STRICT;

CREATE UNIQUE INDEX sessions_key ON sessions (token_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;
CREATE INDEX sessions_token ON sessions (token_id);
CREATE INDEX sessions_token_open ON sessions (token_id) WHERE closed_at IS NULL;
CREATE INDEX sessions_open ON sessions (closed_at) WHERE closed_at IS NULL;
CREATE INDEX sessions_idle ON sessions (used_at) WHERE closed_at IS NULL;
CREATE INDEX sessions_unreleased ON sessions (released, closed_at) WHERE released = 0;
CREATE INDEX sessions_released ON sessions (closed_at) WHERE released = 1;

-- Apart from its session because a row is written anew whenever it changes, and this one may have
-- megabytes and never does.
CREATE TABLE system_prompts (
  session INTEGER PRIMARY KEY REFERENCES sessions (seq) ON DELETE CASCADE,
  mode    TEXT    NOT NULL,
  text    TEXT    NOT NULL
) STRICT;

CREATE TABLE turns (
  seq                 INTEGER PRIMARY KEY,
  session             INTEGER NOT NULL REFERENCES sessions (seq),
  turn_index          INTEGER NOT NULL,
  token_id            TEXT    NOT NULL,
  app_name            TEXT    NOT NULL,
  state               TEXT    NOT NULL,
  created_at          INTEGER NOT NULL,
  started_at          INTEGER,
  ended_at            INTEGER,
  answering_model     TEXT,
  stop_reason         TEXT,
  input_tokens        INTEGER,
  output_tokens       INTEGER,
  cache_read_tokens   INTEGER,
  cache_write_tokens  INTEGER,
  cost_nano_usd       INTEGER,
  context_lost        INTEGER NOT NULL,
  prompt_bytes        INTEGER NOT NULL,
  files               INTEGER NOT NULL,
  request_id          TEXT    NOT NULL,
  idempotency_key     TEXT,
  body_hash           TEXT,
  error_code          TEXT,
  error_detail        TEXT,
  error_stderr_tail   TEXT,
  UNIQUE (session, turn_index)
) STRICT;

CREATE UNIQUE INDEX turns_key ON turns (token_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;
CREATE INDEX turns_unfinished ON turns (state, session) WHERE state IN ('queued', 'running');

-- The events of a turn lie side by side. They count from 1; under 0 is the prompt, where it is kept.
CREATE TABLE turn_events (
  turn    INTEGER NOT NULL REFERENCES turns (seq),
  seq     INTEGER NOT NULL,
  payload BLOB    NOT NULL,
  PRIMARY KEY (turn, seq)
) STRICT, WITHOUT ROWID;

-- Sessions are deleted long before their trail: it has all that sums of usage need.
CREATE TABLE session_events (
  seq                 INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id          TEXT    NOT NULL,
  token_id            TEXT    NOT NULL,
  app_name            TEXT    NOT NULL,
  kind                TEXT    NOT NULL,
  at                  INTEGER NOT NULL,
  turn_index          INTEGER,
  turn_state          TEXT,
  asked_model         TEXT, -- the session's
  answering_model     TEXT,
  stop_reason         TEXT,
  input_tokens        INTEGER,
  output_tokens       INTEGER,
  cache_read_tokens   INTEGER,
  cache_write_tokens  INTEGER,
  cost_nano_usd       INTEGER
) STRICT;

CREATE INDEX session_events_session ON session_events (session_id);
CREATE INDEX session_events_at ON session_events (at);

-- All that sums of usage read, so that they need not walk through texts. The first column of each is
-- there because SQLite looks at it once more.
CREATE INDEX session_events_usage ON session_events (
  kind, app_name, asked_model, answering_model, at, input_tokens, output_tokens,
  cache_read_tokens, cache_write_tokens, cost_nano_usd) WHERE kind IN ('turn', 'interrupt');
CREATE INDEX runs_usage ON runs (
  state, app_name, model, answering_model, ended_at, input_tokens, output_tokens,
  cache_read_tokens, cache_write_tokens, cost_nano_usd) WHERE state NOT IN ('queued', 'running');
