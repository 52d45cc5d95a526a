-- derived: when an order is wanted, while lines of it wait for that; microseconds since 1970
ALTER TABLE orders ADD COLUMN waits_until INTEGER;
CREATE INDEX orders_waiting ON orders (waits_until, id) WHERE waits_until IS NOT NULL;

-- derived, from ledger and order: how long a line took at one of its stations, once it is made there
CREATE TABLE kitchen_time (
    line_id        BLOB    NOT NULL,
    station_id     BLOB    NOT NULL,
    order_id       BLOB    NOT NULL,
    product_id     BLOB    NOT NULL,
    business_day   TEXT    NOT NULL,
    received_at    INTEGER NOT NULL,                 -- microseconds since 1970: when the order was taken
    fired_at       INTEGER NOT NULL,
    started_at     INTEGER,                          -- when the station said that it begins, if it did
    ready_at       INTEGER NOT NULL,
    target_seconds INTEGER NOT NULL,
    PRIMARY KEY (line_id, station_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX kitchen_time_by_day ON kitchen_time (business_day, ready_at);
CREATE INDEX kitchen_time_by_station ON kitchen_time (station_id, ready_at);

-- derived, from the ledger: how many lines of the card are to be made
ALTER TABLE kitchen_card ADD COLUMN to_make INTEGER NOT NULL DEFAULT 0;
