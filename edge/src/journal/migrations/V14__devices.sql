-- Paired screens, and the codes that pair them.

-- derived: every screen that was ever paired
CREATE TABLE device (
    id       BLOB NOT NULL PRIMARY KEY,
    document BLOB NOT NULL
) STRICT;

-- secret: what a paired screen shows for itself; and the wrong PINs typed on it
CREATE TABLE device_secret (
    hash         BLOB    NOT NULL PRIMARY KEY,       -- BLAKE3 of the device's secret
    device_id    BLOB    NOT NULL UNIQUE,
    failures     INTEGER NOT NULL DEFAULT 0,         -- wrong PINs in a row, whosesoever
    locked_until INTEGER NOT NULL DEFAULT 0          -- microseconds since 1970
) STRICT, WITHOUT ROWID;

-- secret: codes that were given out and not used; one that expired is kept for a while, so that it can be called that
CREATE TABLE pairing_code (
    hash       BLOB    NOT NULL PRIMARY KEY,         -- BLAKE3 of its six digits
    plan       TEXT    NOT NULL,                     -- name and purpose of the screen, JSON
    made_by    TEXT    NOT NULL,                     -- who lets it in, JSON
    expires_at INTEGER NOT NULL,                     -- microseconds since 1970
    failures   INTEGER NOT NULL DEFAULT 0            -- wrong codes typed anywhere while it was good
) STRICT, WITHOUT ROWID;

-- secret: a session that began on a paired screen ends with it
ALTER TABLE session ADD COLUMN device_id BLOB;
