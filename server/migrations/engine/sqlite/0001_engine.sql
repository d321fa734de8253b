-- Times are microseconds since 1970-01-01T00:00:00Z, rounded up where they mean "not before".
-- Look at them with datetime(at / 1000000, 'unixepoch').

-- The newest state of every aggregate.
CREATE TABLE aggregate (
    store   TEXT    NOT NULL,
    kind    TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    cursor  INTEGER NOT NULL,
    state   TEXT    NOT NULL,
    PRIMARY KEY (store, kind, id)
) STRICT, WITHOUT ROWID;

-- What has happened, in the order of commits. At most what a page shows of a person.
CREATE TABLE journal (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    store   TEXT    NOT NULL,
    kind    TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    version INTEGER NOT NULL,
    event   TEXT    NOT NULL,
    at      INTEGER NOT NULL
) STRICT;
CREATE INDEX journal_of_aggregate ON journal (store, kind, id, seq);

-- What is to be done outside. Rows are deleted once done: effects may hold personal data.
CREATE TABLE outbox (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    store        TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    aggregate_id TEXT    NOT NULL,
    effect_name  TEXT    NOT NULL,
    effect       TEXT    NOT NULL,
    key          TEXT    NOT NULL UNIQUE,
    lane         TEXT    NOT NULL CHECK (lane IN ('ordered', 'free')),
    status       TEXT    NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'dead')),
    -- Tries begun, and those of them that never ended: the process died, or the claim ran out.
    attempts     INTEGER NOT NULL DEFAULT 0,
    lost         INTEGER NOT NULL DEFAULT 0,
    -- Counts the claims ever made; only the newest may end the row, and only while lease_until is set.
    claim        INTEGER NOT NULL DEFAULT 0,
    due          INTEGER NOT NULL,
    lease_us     INTEGER NOT NULL,
    lease_until  INTEGER,
    last_error   TEXT,
    created      INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_due ON outbox (due, id) WHERE status = 'pending';
CREATE INDEX outbox_lane ON outbox (store, kind, aggregate_id, id) WHERE status = 'pending' AND lane = 'ordered';
CREATE INDEX outbox_dead ON outbox (store, id) WHERE status = 'dead';

-- Other keys of an aggregate.
CREATE TABLE lookup (
    store        TEXT NOT NULL,
    lookup       TEXT NOT NULL,
    key          TEXT NOT NULL,
    kind         TEXT NOT NULL,
    aggregate_id TEXT NOT NULL,
    PRIMARY KEY (store, lookup, key)
) STRICT, WITHOUT ROWID;

-- The replay guard.
CREATE TABLE seen (
    store TEXT    NOT NULL,
    scope TEXT    NOT NULL,
    key   TEXT    NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (store, scope, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_until ON seen (until);

-- How far durable followers of the journal have come.
CREATE TABLE follower (
    name   TEXT    NOT NULL PRIMARY KEY,
    cursor INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Browser sessions, found by a hash of the cookie.
CREATE TABLE session (
    store   TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    data    TEXT    NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (store, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_expires ON session (expires);
