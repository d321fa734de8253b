-- Baskets of customers who have an account. The newest that is still open is the one that is being filled.

create table customer_basket (
    position integer primary key autoincrement,
    store    text not null,
    customer text not null,
    basket   text not null,
    unique (store, basket),
    foreign key (store, basket) references basket (store, id) on delete cascade
) strict;

create index customer_basket_newest on customer_basket (store, customer, position);
