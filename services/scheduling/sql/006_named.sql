-- 006_named - nobody judges without a name, and nothing that nobody made is judged: a comparison with nobody would let anybody pass
ALTER TABLE scheduling.endorsement_version ADD CONSTRAINT endorser_named CHECK (person IS NOT NULL AND asked_by IS NOT NULL);
ALTER TABLE scheduling.milestone_check ADD CONSTRAINT milestone_verifier_named CHECK (person IS NOT NULL AND maker IS NOT NULL);
COMMENT ON CONSTRAINT endorser_named ON scheduling.endorsement_version IS 'denied person.unnamed: no person answers for the key that judges';
COMMENT ON CONSTRAINT milestone_verifier_named ON scheduling.milestone_check IS 'denied person.unnamed: no person answers for the key that judges';
-- What was judged is never changed: no daemon may, and the tables' owner does not by mistake either.
REVOKE UPDATE, DELETE, TRUNCATE ON scheduling.verification, scheduling.milestone_check, scheduling.endorsement_version FROM CURRENT_USER;
