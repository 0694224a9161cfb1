-- fold_directive_verified - an office above has verified what the addressee said was done
SELECT NULL::jsonb AS outcome
 WHERE NOT reporting.board_note((
       SELECT jsonb_agg(jsonb_build_object('region', e->'data'->>'addressee', 'at', e->>'time', 'kind', 'obligation',
                           'item', e->'data'->>'directive' || ':' || (e->'data'->>'addressee'), 'about', e->'data'->'about', 'judged', 'verified') ORDER BY place)
         FROM jsonb_array_elements($1) WITH ORDINALITY AS list (e, place)), $2)
