-- fold_directive_issued - the board counts an obligation in the line of each addressee
SELECT NULL::jsonb AS outcome
 WHERE NOT reporting.board_note((
       SELECT jsonb_agg(jsonb_build_object('region', addressee, 'at', e->>'time', 'kind', 'obligation', 'item', split_part(e->>'subject', '/', 2) || ':' || addressee,
                           'said', 'issued', 'version', 0, 'due_at', e->'data'->>'due_at', 'rank', 0) ORDER BY place)
         FROM jsonb_array_elements($1) WITH ORDINALITY AS list (e, place)
        CROSS JOIN LATERAL jsonb_array_elements_text(e->'data'->'addressees') AS addressee), $2)
