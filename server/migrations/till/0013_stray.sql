-- Money of a sale's payments that nobody waited for, and that is not given back yet, minor units.
alter table sale_row add column stray_minor integer not null default 0;

create index sale_row_stray on sale_row (store, branch) where stray_minor > 0;
