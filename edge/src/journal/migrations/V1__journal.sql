-- The logs of a branch. Nothing here is derived; the rest of the file is.

-- Each life of the journal: new, or after a restore or a take-over. An event is known as (journal_id, sequence).
CREATE TABLE lineage (
    journal_id     BLOB    NOT NULL PRIMARY KEY,
    first_sequence INTEGER NOT NULL UNIQUE,
    parent_hash    BLOB    NOT NULL,
    reason         TEXT    NOT NULL CHECK (reason IN ('new', 'restored', 'taken_over', 'enrolled')),
    at             INTEGER NOT NULL                  -- microseconds since 1970
) STRICT;

-- Everything that happened. Header and body are JSON exactly as hashed:
-- hash(n) = BLAKE3-256(hash(n-1) || header || body); before the first, the lineage's parent_hash.
CREATE TABLE journal (
    sequence INTEGER NOT NULL PRIMARY KEY,
    header   TEXT    NOT NULL,
    body     TEXT    NOT NULL,
    hash     BLOB    NOT NULL
) STRICT;

CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER journal_is_never_shortened BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

-- Personal data beside the journal; the header holds BLAKE3(salt || data). Erasing sets data to NULL.
CREATE TABLE journal_private (
    sequence INTEGER NOT NULL PRIMARY KEY REFERENCES journal (sequence),
    salt     BLOB    NOT NULL,
    data     TEXT
) STRICT;

-- The second log: whole immutable versions of what somebody laid down (catalog, settings).
CREATE TABLE directives (
    seq     INTEGER NOT NULL PRIMARY KEY,
    author  TEXT    NOT NULL CHECK (author IN ('local', 'cloud')),
    kind    TEXT    NOT NULL,
    version INTEGER NOT NULL,
    sha256  TEXT    NOT NULL REFERENCES document (sha256),
    UNIQUE (kind, version)
) STRICT;

CREATE TABLE document (
    sha256 TEXT NOT NULL PRIMARY KEY,
    body   TEXT NOT NULL
) STRICT;
