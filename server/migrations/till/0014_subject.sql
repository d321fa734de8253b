-- Whom a verified id token names, as a digest: what is read with the grant must be about the same person. Null: not verified
-- yet.
alter table enrolment add column subject text;
