-- Whether a session's agent may go on between turns, and what it spends then among the sums of usage.

ALTER TABLE sessions ADD COLUMN background INTEGER NOT NULL DEFAULT 0;

DROP INDEX session_events_usage;
CREATE INDEX session_events_usage ON session_events (
  kind, app_name, asked_model, answering_model, at, input_tokens, output_tokens,
  cache_read_tokens, cache_write_tokens, cost_nano_usd)
  WHERE kind IN ('turn', 'interrupt', 'background');
