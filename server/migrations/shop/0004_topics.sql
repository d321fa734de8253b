-- When the newest change of a topic was made in a wallet's app: one that comes later and was made earlier is of no effect.

create table basket_topic (
    store   text not null,
    basket  text not null,
    topic   text not null,
    made_at text not null,
    primary key (store, basket, topic),
    foreign key (store, basket) references basket (store, id) on delete cascade
) strict, without rowid;
