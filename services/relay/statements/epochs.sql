-- epochs - the epochs of this journal, oldest first
SELECT epoch, leaf FROM relay.epoch ORDER BY seal, at
