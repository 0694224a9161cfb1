-- follow_cursors - the cursor of each lane; a lane that was never followed begins at nothing with all types. $1 filter
WITH begun AS (
    INSERT INTO cursor (lane, epoch, leaf, filter)
    SELECT lane, '', 0, $1 FROM unnest(ARRAY['urgent', 'normal', 'bulk']) AS lane
    ON CONFLICT (lane) DO NOTHING
    RETURNING lane, epoch, leaf, filter)
SELECT lane, epoch, leaf, filter FROM begun
UNION ALL
SELECT lane, epoch, leaf, filter FROM cursor
