-- A grant whose id token is not verified yet: it is given once, and the keys that it is verified with may not be reachable
-- just then. Null: verified, or no grant yet.
alter table enrolment add column id_token text;
