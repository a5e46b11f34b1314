-- What a token may ask for at most; null is no limit.

ALTER TABLE tokens ADD COLUMN agents TEXT;          -- names, separated by commas
ALTER TABLE tokens ADD COLUMN max_permissions TEXT; -- see PermissionsText
