-- Wrong PINs and the locks that follow them: a restart frees nobody. One row for each cashier at each till who has mistyped
-- since the last right PIN.
create table pin_guess (
    store        text not null,
    branch       text not null,
    till         text not null,
    cashier      text not null,
    wrong        integer not null,
    locks        integer not null,
    locked_until text,
    primary key (store, branch, till, cashier)
) strict;
