-- Sales whose money is not settled: they stand in the list of every day until it is.
create index sale_row_unsettled on sale_row (store, branch)
where checking = 1 or phase in ('requested', 'awaiting_customer', 'awaiting_code', 'authorised', 'capturing');
