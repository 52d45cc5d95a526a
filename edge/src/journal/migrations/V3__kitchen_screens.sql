-- What the screens of the kitchen need, and tickets that are printed again.

-- derived, from the ledger: the cards that are on a screen or can be recalled to one; a card that is over has no row
CREATE TABLE kitchen_card (
    order_id   BLOB    NOT NULL,
    station_id BLOB    NOT NULL,
    fired_at   INTEGER NOT NULL,                     -- microseconds since 1970
    bumped_at  INTEGER,                              -- none while it is on the screen
    PRIMARY KEY (order_id, station_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX kitchen_card_open ON kitchen_card (fired_at, order_id, station_id) WHERE bumped_at IS NULL;
CREATE INDEX kitchen_card_bumped ON kitchen_card (bumped_at, order_id, station_id) WHERE bumped_at IS NOT NULL;

-- operational: which reprint of its ticket a job is, from 1; 0 for its first print
ALTER TABLE print_job ADD COLUMN reprint INTEGER NOT NULL DEFAULT 0;
