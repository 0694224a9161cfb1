-- fold_milestone_planned - the board counts the milestone in the line of each region that has to reach it; its day follows the campaign's peak
SELECT NULL::jsonb AS outcome
 WHERE NOT reporting.board_note((
       SELECT jsonb_agg(jsonb_build_object('region', addressee, 'at', e->>'time', 'kind', 'milestone', 'item', split_part(e->>'subject', '/', 2), 'said', 'planned',
                           'version', 0, 'campaign', e->'data'->>'campaign', 'from_peak', e->'data'->'offset', 'day', e->'data'->>'day',
                           'rank', e->'version') ORDER BY place)
         FROM jsonb_array_elements($1) WITH ORDINALITY AS list (e, place)
        CROSS JOIN LATERAL jsonb_array_elements_text(e->'data'->'addressees') AS addressee), $2)
