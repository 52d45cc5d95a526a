-- What the cloud lays down and asks for.

-- operational: the latest version of each kind that was not taken into use, and why; gone with one that was
CREATE TABLE directive_not_taken (
    kind     TEXT    NOT NULL PRIMARY KEY,
    version  INTEGER NOT NULL,                  -- the cloud's number
    sha256   TEXT    NOT NULL,
    detail   TEXT    NOT NULL,
    is_final INTEGER NOT NULL,                  -- it is no use to try it again with this program
    app      TEXT    NOT NULL                   -- the program that tried; a newer one tries again
) STRICT;

-- operational: what became of the cloud's latest commands; written with their effect
CREATE TABLE cloud_command (
    sequence INTEGER NOT NULL PRIMARY KEY,
    id       BLOB    NOT NULL,
    outcome  TEXT    NOT NULL                   -- JSON
) STRICT;
CREATE INDEX cloud_command_by_id ON cloud_command (id);
