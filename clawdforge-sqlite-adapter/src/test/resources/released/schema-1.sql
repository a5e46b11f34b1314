-- What a released clawdforge with schema version 1 has left behind. Never to be changed: installations have it.
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
) STRICT;
INSERT INTO "runs" VALUES(1,'run-1','token-1','cauldron','completed','sonnet',1795238000000,1795238000003,1795238004324,'claude-sonnet-5','end_turn',12,7,0,0,141000,5,2,0,'r-1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
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
INSERT INTO "tokens" VALUES(1,'token-1','cauldron','hash-1','172.24.0.0/16',1795238000000,1795238001000,NULL);
INSERT INTO "tokens" VALUES(2,'token-2','gone','hash-2','',1795238000000,NULL,1795238001000);
CREATE UNIQUE INDEX tokens_live_name ON tokens (name) WHERE revoked_at IS NULL;
CREATE INDEX tokens_name ON tokens (name);
CREATE INDEX files_token ON files (token_id);
CREATE INDEX files_expiry ON files (expires_at);
CREATE UNIQUE INDEX runs_key ON runs (token_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX runs_token ON runs (token_id);
CREATE INDEX runs_unfinished ON runs (state) WHERE state IN ('queued', 'running');
CREATE INDEX runs_over ON runs (created_at) WHERE state NOT IN ('queued', 'running');
CREATE INDEX runs_answers ON runs (answer_until) WHERE answer_until IS NOT NULL;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('tokens',2);
INSERT INTO "sqlite_sequence" VALUES('files',1);
INSERT INTO "sqlite_sequence" VALUES('runs',1);
COMMIT;
PRAGMA user_version = 1;
