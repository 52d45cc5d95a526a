-- derived: what ran out and what is counted, all of it in one row
CREATE TABLE availability (
    id       BLOB NOT NULL PRIMARY KEY,              -- nil: there is one of it
    document BLOB NOT NULL
) STRICT;
