-- 006_seal_first - the index of first leaves serves those queries alone that ask for it, by saying first > 0, which is true of every seal.
-- A seal is looked up by node, epoch and number for every page of every link. Where the planner knew no sizes yet it took this index for that as well as the key,
-- and read all seals of the node each time.
DROP INDEX journal.seal_first;
CREATE INDEX seal_first ON journal.seal (node, first) WHERE first > 0;
COMMENT ON INDEX journal.seal_first IS 'finds a seal by a leaf under it, for queries that say first > 0; by number a seal is found by its key';
