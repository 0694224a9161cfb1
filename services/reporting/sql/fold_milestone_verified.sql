-- fold_milestone_verified - what the campaign's office says of it
SELECT NULL::jsonb AS outcome
 WHERE NOT reporting.board_note((
       SELECT jsonb_agg(jsonb_build_object('region', e->'data'->>'addressee', 'at', e->>'time', 'kind', 'milestone', 'item', e->'data'->>'milestone',
                           'judged', e->'data'->>'verdict', 'about', e->'data'->'judged') ORDER BY place)
         FROM jsonb_array_elements($1) WITH ORDINALITY AS list (e, place)), $2)
