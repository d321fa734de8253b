-- Payments as the provider authorised them, each once. The order's own is the first; money that comes in another goes back.
create table order_payment (
    store      text not null,
    order_id   text not null,
    payment_id text not null,
    booked_at  text not null,
    primary key (store, order_id, payment_id),
    foreign key (store, order_id) references shop_order (store, id) on delete cascade
) strict;

-- Of a try that was not paid: nothing can be paid back of it.
update shop_order set payment_id = null, payment_reference = null, paid_with = null where paid = 0;

insert into order_payment (store, order_id, payment_id, booked_at)
select store, id, payment_id, placed_at from shop_order where paid = 1 and payment_id is not null;

-- Of which payment; of the order's own if it is not said.
alter table order_refund add column payment text;
-- When the provider was first asked in a way that may have been heard: from then on the amount is taken.
alter table order_refund add column asked_at text;
alter table order_refund add column answered_at text;

update order_refund set asked_at = requested_at;
update order_refund set answered_at = requested_at where outcome is not null;

-- Up to when the operator has looked at what is odd about it.
alter table shop_order add column looked_at text;
