-- What agents may reach of the network: null is all of it, 1 the model alone, 0 that without what
-- the provider looks up. These values take no room in a row but in its head: a list, which shows
-- them, need not read past the long columns before them.

ALTER TABLE tokens ADD COLUMN max_network INTEGER;
ALTER TABLE sessions ADD COLUMN network INTEGER;
ALTER TABLE runs ADD COLUMN network INTEGER;
