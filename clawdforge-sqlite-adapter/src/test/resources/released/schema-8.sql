-- What a released clawdforge with schema version 8 has left behind. Never to be changed: installations have it.
BEGIN TRANSACTION;
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
INSERT INTO "files" VALUES(1,'ff_1','token-1','note.txt',4,1795238000000,1795241600000,'content-1');
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
, error_field TEXT, error_retry TEXT, details TEXT, network INTEGER) STRICT;
INSERT INTO "runs" VALUES(1,'run-1','token-1','cauldron','completed','sonnet',1795238000000,1795238000003,1795238004324,'claude-sonnet-5','end_turn',12,7,0,0,141000,5,2,0,'r-1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"warnings":["a file was cut"],"terminal_reason":"completed"}',0);
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
INSERT INTO "session_events" VALUES(1,'session-1','token-1','cauldron','create',1795238000000,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
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
, background INTEGER NOT NULL DEFAULT 0, network INTEGER) STRICT;
INSERT INTO "sessions" VALUES(1,'session-1','token-1','cauldron','claude',NULL,'approve-all',NULL,NULL,1795238000000,1795238000010,NULL,0,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"a":1}',1,1);
CREATE TABLE spending (
  token_id      TEXT    NOT NULL,
  day           INTEGER NOT NULL,
  cost_nano_usd INTEGER NOT NULL,
  PRIMARY KEY (token_id, day)
) STRICT, WITHOUT ROWID;
INSERT INTO "spending" VALUES('token-1',20778,141000);
CREATE TABLE system_prompts (
  session INTEGER PRIMARY KEY REFERENCES sessions (seq) ON DELETE CASCADE,
  mode    TEXT    NOT NULL,
  text    TEXT    NOT NULL
) STRICT;
INSERT INTO "system_prompts" VALUES(1,'APPEND','Be brief.');
CREATE TABLE tokens (
  seq          INTEGER PRIMARY KEY AUTOINCREMENT,
  id           TEXT    NOT NULL UNIQUE,
  name         TEXT    NOT NULL,
  secret_hash  TEXT    NOT NULL UNIQUE,
  addresses    TEXT    NOT NULL, -- blocks, separated by commas
  created_at   INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at   INTEGER
, agents TEXT, max_permissions TEXT, max_concurrent INTEGER, max_sessions INTEGER, requests_per_minute INTEGER, daily_budget_nano_usd INTEGER, monthly_budget_nano_usd INTEGER, max_storage_bytes INTEGER, max_network INTEGER) STRICT;
INSERT INTO "tokens" VALUES(1,'token-1','cauldron','hash-1','172.24.0.0/16',1795238000000,1795238001000,NULL,'claude','approve-reads',2,3,60,1500000000,20000000000,1048576,1);
INSERT INTO "tokens" VALUES(2,'token-2','gone','hash-2','',1795238000000,NULL,1795238001000,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE turn_events (
  turn    INTEGER NOT NULL REFERENCES turns (seq),
  seq     INTEGER NOT NULL,
  payload BLOB    NOT NULL,
  PRIMARY KEY (turn, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO "turn_events" VALUES(1,1,X'7B226A736F6E727063223A22322E30227D');
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
  error_stderr_tail   TEXT, error_field TEXT, error_retry TEXT, details TEXT,
  UNIQUE (session, turn_index)
) STRICT;
INSERT INTO "turns" VALUES(1,1,1,'token-1','cauldron','completed',1795238000000,1795238000003,1795238000010,NULL,'end_turn',NULL,NULL,NULL,NULL,NULL,0,5,0,'r-2',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"terminal_reason":"completed"}');
CREATE UNIQUE INDEX tokens_live_name ON tokens (name) WHERE revoked_at IS NULL;
CREATE INDEX tokens_name ON tokens (name);
CREATE INDEX files_token ON files (token_id);
CREATE INDEX files_expiry ON files (expires_at);
CREATE INDEX runs_request ON runs (token_id, request_id);
CREATE UNIQUE INDEX runs_key ON runs (token_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX runs_token ON runs (token_id);
CREATE INDEX runs_unfinished ON runs (state) WHERE state IN ('queued', 'running');
CREATE INDEX runs_over ON runs (created_at) WHERE state NOT IN ('queued', 'running');
CREATE INDEX runs_answers ON runs (answer_until) WHERE answer_until IS NOT NULL;
CREATE UNIQUE INDEX sessions_key ON sessions (token_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;
CREATE INDEX sessions_token ON sessions (token_id);
CREATE INDEX sessions_token_open ON sessions (token_id) WHERE closed_at IS NULL;
CREATE INDEX sessions_open ON sessions (closed_at) WHERE closed_at IS NULL;
CREATE INDEX sessions_idle ON sessions (used_at) WHERE closed_at IS NULL;
CREATE INDEX sessions_unreleased ON sessions (released, closed_at) WHERE released = 0;
CREATE INDEX sessions_released ON sessions (closed_at) WHERE released = 1;
CREATE UNIQUE INDEX turns_key ON turns (token_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;
CREATE INDEX turns_unfinished ON turns (state, session) WHERE state IN ('queued', 'running');
CREATE INDEX session_events_session ON session_events (session_id);
CREATE INDEX session_events_at ON session_events (at);
CREATE INDEX session_events_usage ON session_events (
  kind, app_name, asked_model, answering_model, at, input_tokens, output_tokens,
  cache_read_tokens, cache_write_tokens, cost_nano_usd)
  WHERE kind IN ('turn', 'interrupt', 'background');
CREATE INDEX runs_usage ON runs (
  state, app_name, model, answering_model, ended_at, input_tokens, output_tokens,
  cache_read_tokens, cache_write_tokens, cost_nano_usd) WHERE state NOT IN ('queued', 'running');
CREATE TRIGGER runs_spending AFTER UPDATE OF cost_nano_usd ON runs
WHEN new.cost_nano_usd IS NOT NULL AND new.cost_nano_usd IS NOT old.cost_nano_usd
BEGIN
  INSERT INTO spending (token_id, day, cost_nano_usd)
  VALUES (new.token_id, coalesce(new.ended_at, new.created_at) / 86400000,
    max(0, min(new.cost_nano_usd - coalesce(old.cost_nano_usd, 0), 4000000000000000000)))
  ON CONFLICT (token_id, day) DO UPDATE
  SET cost_nano_usd = min(cost_nano_usd, 4000000000000000000) + excluded.cost_nano_usd;
END;
CREATE TRIGGER runs_spending_at_once AFTER INSERT ON runs
WHEN new.cost_nano_usd IS NOT NULL
BEGIN
  INSERT INTO spending (token_id, day, cost_nano_usd)
  VALUES (new.token_id, coalesce(new.ended_at, new.created_at) / 86400000,
    max(0, min(new.cost_nano_usd, 4000000000000000000)))
  ON CONFLICT (token_id, day) DO UPDATE
  SET cost_nano_usd = min(cost_nano_usd, 4000000000000000000) + excluded.cost_nano_usd;
END;
CREATE TRIGGER session_events_spending AFTER INSERT ON session_events
WHEN new.cost_nano_usd IS NOT NULL
BEGIN
  INSERT INTO spending (token_id, day, cost_nano_usd)
  VALUES (new.token_id, new.at / 86400000,
    max(0, min(new.cost_nano_usd, 4000000000000000000)))
  ON CONFLICT (token_id, day) DO UPDATE
  SET cost_nano_usd = min(cost_nano_usd, 4000000000000000000) + excluded.cost_nano_usd;
END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('tokens',2);
INSERT INTO "sqlite_sequence" VALUES('files',1);
INSERT INTO "sqlite_sequence" VALUES('runs',1);
INSERT INTO "sqlite_sequence" VALUES('sessions',1);
INSERT INTO "sqlite_sequence" VALUES('session_events',1);
COMMIT;
PRAGMA user_version = 8;
