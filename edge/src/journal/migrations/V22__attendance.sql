-- When people were at work.

-- derived: every stay, from clocking in to clocking out
CREATE TABLE clock_entry (
    id           BLOB    NOT NULL PRIMARY KEY,
    staff_id     BLOB    NOT NULL,
    business_day TEXT    NOT NULL,                   -- the day its hours count for
    status       TEXT    NOT NULL,                   -- in, out, or unmarked: nobody knows when they went
    in_at        INTEGER NOT NULL,                   -- microseconds since 1970
    out_at       INTEGER,
    document     BLOB    NOT NULL
) STRICT;
CREATE INDEX clock_entry_by_day ON clock_entry (business_day, in_at);
CREATE INDEX clock_entry_by_person ON clock_entry (staff_id, in_at);
CREATE INDEX clock_entry_open ON clock_entry (staff_id) WHERE status = 'in';
