-- What the counter needs: charging, drawers and those who answer for them.

-- derived: what is still to be paid, and whether the order is over
ALTER TABLE orders ADD COLUMN due INTEGER NOT NULL DEFAULT 0;         -- minor units; negative where the guest is owed
ALTER TABLE orders ADD COLUMN is_closed INTEGER NOT NULL DEFAULT 0;

-- derived: which order a payment is of
CREATE TABLE payment (
    id       BLOB NOT NULL PRIMARY KEY,
    order_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- derived: one person's time at one drawer
CREATE TABLE shift (
    id        BLOB    NOT NULL PRIMARY KEY,
    user      TEXT    NOT NULL,                      -- who answers for it
    drawer    TEXT    NOT NULL,
    opened_at INTEGER NOT NULL,                      -- microseconds since 1970
    closed_at INTEGER,                               -- none while it is open
    document  BLOB    NOT NULL
) STRICT;
CREATE INDEX shift_open ON shift (user) WHERE closed_at IS NULL;
CREATE INDEX shift_closed ON shift (closed_at, id) WHERE closed_at IS NOT NULL;

-- derived: sums over payments and refunds, by the shift and the day of business they fell in
CREATE TABLE taking (
    shift_id     BLOB    NOT NULL,                   -- sixteen zero bytes where there was none
    business_day TEXT    NOT NULL,
    method       TEXT    NOT NULL,
    currency     TEXT    NOT NULL,
    payments     INTEGER NOT NULL,                   -- how many
    amount       INTEGER NOT NULL,                   -- minor units, without change
    tip          INTEGER NOT NULL,                   -- of the amount
    refunds      INTEGER NOT NULL,
    refunded     INTEGER NOT NULL,
    tip_refunded INTEGER NOT NULL,
    PRIMARY KEY (shift_id, business_day, method, currency)
) STRICT, WITHOUT ROWID;
CREATE INDEX taking_by_day ON taking (business_day);

-- derived: the reports of days
CREATE TABLE day_report (
    id       BLOB    NOT NULL PRIMARY KEY,
    at       INTEGER NOT NULL,                       -- microseconds since 1970
    document BLOB    NOT NULL
) STRICT;
CREATE INDEX day_report_by_time ON day_report (at, id);
