-- on_organisation_closed - nothing is changed; followed because every version of an organisation has to be, for the next one to be applied
SELECT NULL::jsonb AS outcome FROM jsonb_array_elements($1) WHERE false
