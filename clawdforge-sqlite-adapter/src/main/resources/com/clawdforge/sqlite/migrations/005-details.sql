-- What an agent reported besides the result, and what is known about a retry, both as JSON, see
-- DetailsJson; null for nothing. In runs they lie behind the long texts, so lists of runs leave the
-- details out; few runs have the rest.

ALTER TABLE runs ADD COLUMN error_field TEXT;
ALTER TABLE runs ADD COLUMN error_retry TEXT;
ALTER TABLE runs ADD COLUMN details TEXT;

ALTER TABLE turns ADD COLUMN error_field TEXT;
ALTER TABLE turns ADD COLUMN error_retry TEXT;
ALTER TABLE turns ADD COLUMN details TEXT;
