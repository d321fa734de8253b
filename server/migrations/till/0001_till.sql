-- The tables beside the sales. What a sale is stands in the engine's `aggregate`; these are for what is personal, for the
-- club, and for whoever reads sums by SQL.

-- The secret that makes digests of numbers: made once, never told.
create table till_secret (
    store  text primary key,
    secret blob not null
) strict;

-- Numbers on receipts, counted per till.
create table receipt_counter (
    store  text not null,
    branch text not null,
    till   text not null,
    last   integer not null,
    primary key (store, branch, till)
) strict;

-- The customer of a sale, as long as somebody may need to know. `phone` is there if a number is known, digits only.
create table sale_customer (
    store    text not null,
    sale     text not null,
    phone    text,
    customer text not null,
    kept_at  text not null,
    primary key (store, sale)
) strict;

create index sale_customer_age on sale_customer (kept_at);

-- The club's register. `phone`: digits with the country's prefix.
create table member (
    store       text not null,
    phone       text not null,
    given_name  text not null,
    family_name text not null,
    -- The whole name in small letters, to be searched.
    search      text not null,
    email       text,
    birthdate   text,
    since       text not null,
    primary key (store, phone)
) strict;

create index member_by_name on member (store, family_name, given_name);

-- What a member agreed to or not, in the words that were shown.
create table consent (
    store    text not null,
    phone    text not null,
    id       text not null,
    text     text not null,
    accepted integer not null check (accepted in (0, 1)),
    required integer not null check (required in (0, 1)),
    at       text not null,
    primary key (store, phone, id),
    foreign key (store, phone) references member (store, phone) on delete cascade
) strict;

-- Purchases of members, each once. Amounts in minor units.
create table purchase (
    store        text not null,
    sale         text not null,
    phone        text not null,
    branch       text not null,
    number       text not null,
    amount_minor integer not null,
    currency     text not null,
    at           text not null,
    primary key (store, sale),
    foreign key (store, phone) references member (store, phone) on delete cascade
) strict;

create index purchase_of_member on purchase (store, phone);

-- Every sale as it is now: for the day's list, and to be read by SQL. `rev` grows with the sale; an older row never
-- replaces a newer one.
create table sale_row (
    store          text not null,
    sale           text not null,
    rev            integer not null,
    branch         text not null,
    till           text not null,
    cashier        text not null,
    number         text not null,
    opened_at      text not null,
    currency       text not null,
    wallet         text,
    phase          text,
    reference      text,
    provider_id    text,
    asked_minor    integer,
    checking       integer not null check (checking in (0, 1)),
    total_minor    integer not null,
    captured_minor integer not null,
    refunded_minor integer not null,
    primary key (store, sale)
) strict;

create index sale_row_day on sale_row (store, branch, opened_at);

-- Money that moved, each movement once: the sums of a day are sums of these. `amount_minor` is positive; `kind` says which
-- way it went.
create table movement (
    store        text not null,
    key          text not null,
    sale         text not null,
    branch       text not null,
    till         text not null,
    wallet       text not null,
    reference    text not null,
    provider_id  text,
    asked_minor  integer not null,
    kind         text not null check (kind in ('capture', 'refund')),
    amount_minor integer not null check (amount_minor > 0),
    currency     text not null,
    at           text not null,
    primary key (store, key)
) strict;

create index movement_day on movement (store, branch, at);
create index movement_of_payment on movement (store, wallet, reference);
