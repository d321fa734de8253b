-- Customers who are asked to join the club, until they have answered: what the calls of the provider need and no event may
-- have. `member` is the digest of the number.
create table enrolment (
    store       text not null,
    member      text not null,
    phone       text not null,
    auth_req_id text,
    user_token  text,
    login       text,
    kept_at     text not null,
    primary key (store, member)
) strict;

create unique index enrolment_login on enrolment (store, login);
