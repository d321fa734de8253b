-- The shop's own tables. What does not change is in the catalogue's file; what changes is here.
-- Moments are UTC texts that sort by time; amounts are in minor units.

create table stock (
    store   text    not null,
    product text    not null,
    pieces  integer not null check (pieces >= 0),
    primary key (store, product)
) strict, without rowid;

create table basket (
    store      text    not null,
    id         text    not null,
    revision   integer not null,
    -- The shop's day that prices, codes and delivery dates are told for. They stay as told until it is renewed.
    dated_on   text    not null,
    created_at text    not null,
    expires_at text    not null,
    -- Its order: set once, and from then on nothing in the basket changes.
    order_id   text,
    primary key (store, id)
) strict, without rowid;

create index basket_open on basket (store, expires_at) where order_id is null;

create table basket_line (
    store    text    not null,
    basket   text    not null,
    product  text    not null,
    position integer not null,
    quantity integer not null check (quantity > 0),
    primary key (store, basket, product),
    foreign key (store, basket) references basket (store, id) on delete cascade
) strict, without rowid;

create index basket_line_product on basket_line (store, product);

create table basket_code (
    store    text    not null,
    basket   text    not null,
    code     text    not null,
    position integer not null,
    primary key (store, basket, code),
    foreign key (store, basket) references basket (store, id) on delete cascade
) strict, without rowid;

-- Requests that were made: the same one changes a basket once.
create table basket_request (
    store      text not null,
    basket     text not null,
    request_id text not null,
    primary key (store, basket, request_id),
    foreign key (store, basket) references basket (store, id) on delete cascade
) strict, without rowid;

-- The feed of changes, at positions that only grow. A row outlives its basket, so that a follower hears of the end.
create table basket_change (
    position   integer primary key autoincrement,
    store      text    not null,
    basket     text    not null,
    revision   integer not null,
    changed_by text    not null check (changed_by in ('shop', 'wallet')),
    changed_at text    not null
) strict;

create index basket_change_store on basket_change (store, position);

-- What the shop remembers about itself.
create table shop_note (
    store text not null,
    name  text not null,
    value text not null,
    primary key (store, name)
) strict, without rowid;

create table shop_order (
    store             text    not null,
    id                text    not null,
    sequence          integer not null,
    number            text    not null,
    basket            text    not null,
    placed_at         text    not null,
    status            text    not null check (status in ('awaiting_payment', 'accepted', 'rejected')),
    currency          text    not null,
    base_gross        integer not null,
    goods_gross       integer not null,
    goods_net         integer not null,
    goods_vat         integer not null,
    delivery_kind     text    not null,
    delivery_point    text,
    delivery_gross    integer not null,
    delivery_net      integer not null,
    delivery_vat      integer not null,
    total_gross       integer not null,
    total_net         integer not null,
    total_vat         integer not null,
    payment_method    text    not null,
    paid              integer not null default 0 check (paid in (0, 1)),
    paid_with         text,
    payment_id        text,
    payment_reference text,
    customer_name     text    not null,
    customer_mail     text    not null,
    customer_phone    text    not null,
    -- The order as it was placed, complete, in JSON.
    document          text    not null,
    primary key (store, id),
    unique (store, basket),
    unique (store, sequence),
    check (goods_net + goods_vat = goods_gross),
    check (delivery_net + delivery_vat = delivery_gross),
    check (goods_gross + delivery_gross = total_gross and total_net + total_vat = total_gross)
) strict;

create index shop_order_customer on shop_order (store, customer_phone);

create table shop_order_line (
    store       text    not null,
    order_id    text    not null,
    position    integer not null,
    product     text    not null,
    name        text    not null,
    quantity    integer not null check (quantity > 0),
    unit_gross  integer not null,
    vat_rate    integer not null,
    final_gross integer not null,
    final_net   integer not null,
    final_vat   integer not null,
    -- Pieces that were taken out of stock and go back if the order is rejected.
    taken       integer not null,
    primary key (store, order_id, position),
    foreign key (store, order_id) references shop_order (store, id) on delete cascade,
    check (final_net + final_vat = final_gross)
) strict;

create table order_consent (
    store    text    not null,
    order_id text    not null,
    consent  text    not null,
    version  text    not null,
    accepted integer not null check (accepted in (0, 1)),
    primary key (store, order_id, consent),
    foreign key (store, order_id) references shop_order (store, id) on delete cascade
) strict;

-- News of payments: each counts once.
create table order_event (
    store    text not null,
    order_id text not null,
    event_id text not null,
    at       text not null,
    news     text not null,
    primary key (store, order_id, event_id),
    foreign key (store, order_id) references shop_order (store, id) on delete cascade
) strict;
