-- fold_directive_reopened - an office above has opened the obligation again, until another time
SELECT NULL::jsonb AS outcome
 WHERE NOT reporting.board_note((
       SELECT jsonb_agg(jsonb_build_object('region', e->'data'->>'addressee', 'at', e->>'time', 'kind', 'obligation',
                           'item', e->'data'->>'directive' || ':' || (e->'data'->>'addressee'), 'about', e->'data'->'about', 'judged', 'reopened',
                           'due_at', e->'data'->>'due_at', 'rank', e->'data'->'about') ORDER BY place)
         FROM jsonb_array_elements($1) WITH ORDINALITY AS list (e, place)), $2)
