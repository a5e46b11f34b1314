-- Instants are milliseconds since 1970, money is billionths of a US dollar. Every list is in the
-- order of seq; AUTOINCREMENT keeps a number from being given twice, which would let a new row slip
-- into an old page. Nothing refers to tokens by a foreign key: the ports are independent of each
-- other, and tokens are never deleted.

CREATE TABLE tokens (
  seq          INTEGER PRIMARY KEY AUTOINCREMENT,
  id           TEXT    NOT NULL UNIQUE,
  name         TEXT    NOT NULL,
  secret_hash  TEXT    NOT NULL UNIQUE,
  addresses    TEXT    NOT NULL, -- blocks, separated by commas
  created_at   INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at   INTEGER
) STRICT;

CREATE UNIQUE INDEX tokens_live_name ON tokens (name) WHERE revoked_at IS NULL;
CREATE INDEX tokens_name ON tokens (name);

CREATE TABLE files (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  id         TEXT    NOT NULL UNIQUE,
  token_id   TEXT    NOT NULL,
  name       TEXT    NOT NULL,
  size       INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  content    TEXT    NOT NULL UNIQUE -- name in the folder of contents
) STRICT;

CREATE INDEX files_token ON files (token_id);
CREATE INDEX files_expiry ON files (expires_at);

-- The long texts come last: a list, which does not want them, never reads their pages.
CREATE TABLE runs (
  seq                 INTEGER PRIMARY KEY AUTOINCREMENT,
  id                  TEXT    NOT NULL UNIQUE,
  token_id            TEXT    NOT NULL,
  app_name            TEXT    NOT NULL,
  state               TEXT    NOT NULL,
  model               TEXT    NOT NULL, -- what was asked for
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
  prompt_bytes        INTEGER NOT NULL,
  result_bytes        INTEGER,
  files               INTEGER NOT NULL,
  request_id          TEXT    NOT NULL,
  idempotency_key     TEXT,
  body_hash           TEXT,
  answer_is_json      INTEGER,
  answer_until        INTEGER,
  error_code          TEXT,
  error_detail        TEXT,
  error_stderr_tail   TEXT,
  answer              TEXT,
  prompt              TEXT
) STRICT;

CREATE UNIQUE INDEX runs_key ON runs (token_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX runs_token ON runs (token_id);
CREATE INDEX runs_unfinished ON runs (state) WHERE state IN ('queued', 'running');
CREATE INDEX runs_over ON runs (created_at) WHERE state NOT IN ('queued', 'running');
CREATE INDEX runs_answers ON runs (answer_until) WHERE answer_until IS NOT NULL;
