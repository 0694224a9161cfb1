-- fold_activity_closed - the activity has been held and counts as before
SELECT NULL::jsonb AS outcome
 WHERE NOT reporting.board_note((
       SELECT jsonb_agg(jsonb_build_object('region', e->>'region', 'at', e->>'time', 'kind', 'activity', 'item', split_part(e->>'subject', '/', 2),
                           'version', e->'version', 'said', 'closed') ORDER BY place)
         FROM jsonb_array_elements($1) WITH ORDINALITY AS list (e, place)), $2)
