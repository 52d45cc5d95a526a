-- Derived tables: a replay of the journal gives exactly these rows. `document` is the aggregate as MessagePack; the columns
-- beside it are what lists and searches need, written from it by the feature's `save` alone.

CREATE TABLE branch (
    one      INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    document BLOB    NOT NULL
) STRICT;

-- derived: what was asked with which idempotency key, kept for thirty days of business
CREATE TABLE command (
    id           BLOB NOT NULL PRIMARY KEY,
    request      TEXT NOT NULL,                      -- digest of what was asked
    aggregate    BLOB NOT NULL,                      -- what it made or changed
    business_day TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
    id           BLOB    NOT NULL PRIMARY KEY,
    consecutive  TEXT    NOT NULL UNIQUE,
    number       TEXT    NOT NULL,
    type         TEXT    NOT NULL,
    status       TEXT    NOT NULL,
    is_open      INTEGER NOT NULL,                   -- 0 once served, delivered or cancelled
    table_name   TEXT,
    business_day TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,                   -- microseconds since 1970
    accepted_at  INTEGER,
    ready_at     INTEGER,                            -- the first time
    total        INTEGER NOT NULL,                   -- minor units
    search       TEXT    NOT NULL,                   -- numbers, table, guest: lower case, without accents
    document     BLOB    NOT NULL
) STRICT;
CREATE INDEX orders_by_time ON orders (created_at, id);
CREATE INDEX orders_by_day ON orders (business_day);
CREATE INDEX orders_open ON orders (created_at, id) WHERE is_open = 1;

CREATE TABLE kitchen_ledger (
    order_id   BLOB    NOT NULL PRIMARY KEY,
    is_at_rest INTEGER NOT NULL,
    document   BLOB    NOT NULL
) STRICT;

CREATE TABLE ticket (
    id        BLOB    NOT NULL PRIMARY KEY,
    order_id  BLOB    NOT NULL,
    status    TEXT    NOT NULL,
    issued_at INTEGER NOT NULL,                      -- microseconds since 1970
    document  BLOB    NOT NULL
) STRICT;
CREATE INDEX ticket_by_order ON ticket (order_id, issued_at);

CREATE TABLE printer (
    id       BLOB NOT NULL PRIMARY KEY,
    document BLOB NOT NULL
) STRICT;

CREATE TABLE staff (
    id       BLOB NOT NULL PRIMARY KEY,
    document BLOB NOT NULL
) STRICT;

CREATE TABLE token (
    id       BLOB NOT NULL PRIMARY KEY,
    document BLOB NOT NULL
) STRICT;

-- derived: sums over orders by the day they were taken
CREATE TABLE sales_day (
    business_day TEXT    NOT NULL,
    type         TEXT    NOT NULL,
    currency     TEXT    NOT NULL,
    placed       INTEGER NOT NULL,                   -- orders taken
    cancelled    INTEGER NOT NULL,                   -- of them, ended
    subtotal     INTEGER NOT NULL,                   -- minor units, without the cancelled
    discount     INTEGER NOT NULL,
    tax          INTEGER NOT NULL,
    total        INTEGER NOT NULL,
    PRIMARY KEY (business_day, type, currency)
) STRICT, WITHOUT ROWID;

-- Operational: durable, never in the journal, not compared with a replay.

CREATE TABLE print_job (
    ordinal            INTEGER NOT NULL PRIMARY KEY,      -- grows: rows are never removed
    id                 BLOB    NOT NULL,
    ticket_id          BLOB    NOT NULL,
    printer_id         BLOB    NOT NULL,
    -- spelled out, for a list of more than two is a table SQLite builds with every insert
    status             TEXT    NOT NULL CHECK (status = 'queued' OR status = 'sending' OR status = 'printed'
                                               OR status = 'failed' OR status = 'cancelled'),
    proof              TEXT,                         -- of a printed one
    attempts           INTEGER NOT NULL DEFAULT 0,   -- bytes may have left this often
    failures           INTEGER NOT NULL DEFAULT 0,   -- in a row, before a byte left
    possible_duplicate INTEGER NOT NULL DEFAULT 0,
    next_at            INTEGER NOT NULL DEFAULT 0,   -- not before, microseconds since 1970
    error              TEXT,
    created_at         INTEGER NOT NULL,
    ended_at           INTEGER
) STRICT;
CREATE INDEX print_job_waiting ON print_job (printer_id, ordinal) WHERE status IN ('queued', 'sending');
CREATE INDEX print_job_by_ticket ON print_job (ticket_id);

-- Secret: in no event, export or support bundle.

CREATE TABLE staff_secret (
    staff_id     BLOB    NOT NULL PRIMARY KEY,
    pin_verifier TEXT    NOT NULL,                   -- Argon2id, keyed with the pepper kept outside this file
    failures     INTEGER NOT NULL DEFAULT 0,         -- wrong PINs in a row
    locked_until INTEGER NOT NULL DEFAULT 0          -- microseconds since 1970
) STRICT;

CREATE TABLE token_secret (
    hash     BLOB NOT NULL PRIMARY KEY,              -- BLAKE3 of the bearer token
    token_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    hash       BLOB    NOT NULL PRIMARY KEY,         -- BLAKE3 of the session's secret
    staff_id   BLOB    NOT NULL,
    created_at INTEGER NOT NULL,                     -- microseconds since 1970
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
