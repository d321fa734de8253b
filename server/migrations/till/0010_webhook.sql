-- Webhooks that the store has registered at Vipps MobilePay, one for each branch and address. The secret is told once, when it
-- is registered: whoever has it can sign calls.
create table till_webhook (
    store  text not null,
    branch text not null,
    url    text not null,
    id     text not null,
    secret text not null,
    primary key (store, branch, url)
) strict;
