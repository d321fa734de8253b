-- What becomes of an order once it is placed, and a feed of it for those who have to tell it on.

-- Where it was placed: on the shop's own pages or in a wallet's app.
alter table shop_order add column placed_in text not null default 'wallet' check (placed_in in ('wallet', 'shop'));
alter table shop_order add column description text;
-- Tracking numbers, a JSON list.
alter table shop_order add column tracking text not null default '[]';
-- Placed in a wallet's app, and finished and paid on the shop's own pages.
alter table shop_order add column settled_in_shop integer not null default 0 check (settled_in_shop in (0, 1));

-- The feed, at positions that only grow.
create table order_change (
    position   integer primary key autoincrement,
    store      text not null,
    order_id   text not null,
    what       text not null check (what in ('placed', 'updated', 'refund')),
    refund     text,
    changed_at text not null,
    foreign key (store, order_id) references shop_order (store, id) on delete cascade
) strict;

create index order_change_store on order_change (store, position);

-- Money that has to go back. Its id is the provider's key too: asked for again it is the same refund.
create table order_refund (
    store        text    not null,
    id           text    not null,
    order_id     text    not null,
    amount       integer not null check (amount > 0),
    requested_at text    not null,
    -- What the provider said in the end; nothing as long as it has not.
    outcome      text,
    primary key (store, id),
    foreign key (store, order_id) references shop_order (store, id) on delete cascade
) strict;
