-- How much of the server a token may take; null is the server's default.

ALTER TABLE tokens ADD COLUMN max_concurrent INTEGER;
ALTER TABLE tokens ADD COLUMN max_sessions INTEGER;
ALTER TABLE tokens ADD COLUMN requests_per_minute INTEGER;
ALTER TABLE tokens ADD COLUMN daily_budget_nano_usd INTEGER;
ALTER TABLE tokens ADD COLUMN monthly_budget_nano_usd INTEGER;
ALTER TABLE tokens ADD COLUMN max_storage_bytes INTEGER;

-- What the work of each token has cost, by the day in UTC (since 1970) on which it ended. Budgets
-- are held against this: it stays when the records of runs and sessions are deleted. A cost beyond
-- four billion dollars counts as that, so that no sum is beyond 64 bits.

CREATE TABLE spending (
  token_id      TEXT    NOT NULL,
  day           INTEGER NOT NULL,
  cost_nano_usd INTEGER NOT NULL,
  PRIMARY KEY (token_id, day)
) STRICT, WITHOUT ROWID;

INSERT INTO spending (token_id, day, cost_nano_usd)
SELECT token_id, day, CAST(min(total(cost_nano_usd), 4000000000000000000) AS INTEGER) FROM (
  SELECT token_id, ended_at / 86400000 AS day, cost_nano_usd FROM runs
  WHERE ended_at IS NOT NULL AND cost_nano_usd IS NOT NULL
  UNION ALL
  SELECT token_id, at / 86400000 AS day, cost_nano_usd FROM session_events
  WHERE cost_nano_usd IS NOT NULL)
GROUP BY token_id, day;

-- By triggers, so that no way to record a cost is forgotten. An end that is recorded twice counts
-- once: it does not change the cost.

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
